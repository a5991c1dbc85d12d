/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_EVENTS_H
#define GATEWAY_EVENTS_H

#include "gateway/gateway.h"

/*
 * ev - events of clients.  A new event is a handler in some ev_*.c and a line
 * in ev.c's table.  arg is the first argument, an object (an empty one when
 * the client sent none).
 */
struct ev_call {
    struct gateway *g;
    struct client *client;
    const json_t *arg;
    int64_t ack_id; /* -1: none wanted */
};

/* Find and call the handler; an unknown event is acknowledged as an error. */
void ev_dispatch(
    struct gateway *g, struct client *client, const struct sio_event *e);

/* {"success":true} or {"success":true,"data":...}; client may be gone. */
void ev_ack(struct client *client, int64_t ack_id, struct span data);
/* {"success":false,"error":...,"code":...}, and without an ack id the event
 * "error", so that no failure is silent. */
void ev_ack_err(struct client *client, int64_t ack_id, const struct err *err);

/* A call that outlives its handler: keeps the client, knows the ack. */
struct ev_later {
    struct gateway *g;
    struct client *client;
    int64_t ack_id;
};
struct ev_later *ev_later(const struct ev_call *call);
void ev_later_free(struct ev_later *l);
/* For operations that only succeed or fail: acknowledge and free. */
void ev_later_done(const struct err *err, void *later);

/* Handlers. */
void ev_message_send(const struct ev_call *c);
void ev_message_edit(const struct ev_call *c);
void ev_message_delete(const struct ev_call *c);
void ev_conversation_join(const struct ev_call *c);
void ev_conversation_leave(const struct ev_call *c);
void ev_typing_start(const struct ev_call *c);
void ev_typing_stop(const struct ev_call *c);
void ev_request_translation(const struct ev_call *c);

#endif
