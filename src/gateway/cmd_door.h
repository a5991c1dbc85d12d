/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_CMD_DOOR_H
#define GATEWAY_CMD_DOOR_H

#include "gateway/cmd.h"
#include "net/sio_server.h"

/* The two doors, made from the table once. */

/* REST: the routes of the commands, then the web client's files. */
struct cmd_http {
    struct gateway *g;
    struct http_route *routes; /* their ctx is this struct */
    size_t n_routes;
    struct cmd_target *targets; /* [n_routes], what each stands for */
};
enum { CMD_BODY_BYTES_MAX = 128 * 1024 }; /* 8000 escaped characters fit */
/* What a route's body may have, and whether it comes in pieces; ctx is the
 * struct cmd_http. */
size_t cmd_http_body_max(size_t route, void *ctx);
bool cmd_http_streams(size_t route, void *ctx);
/* The request of a call by REST: for commands whose body, or whose answer,
 * comes in pieces. */
struct http_req *cmd_http_req(const struct cmd_call *c);

struct cmd_http *cmd_http_new(struct gateway *g);
void cmd_http_free(struct cmd_http *h); /* NULL is fine */

/* Socket.IO: which event is which command. */
struct map *cmd_sio_events(void);
/* Call the command of an event; an unknown event is acknowledged as an
 * error. */
void cmd_sio_call(
    struct gateway *g, struct client *client, const struct sio_event *e);

#endif
