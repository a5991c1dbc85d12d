/* SPDX-License-Identifier: ISC */
#ifndef NET_SIO_IMPL_H
#define NET_SIO_IMPL_H

#include <ev.h>

#include "base/id.h"
#include "net/dl.h"
#include "net/eio_server.h"
#include "net/sio_server.h"
#include "wire/sio.h"

/*
 * The inside of sio_server: clients and what they send (sio_server.c), sockets
 * and what they are sent (sio_socket.c).
 */
enum {
    SOCKETS_MAX = 16, /* namespaces one client may be in */
    NAMESPACES_MAX = 16,
    ACKS_MAX = 1024, /* emits of one socket that wait for an ack */
};

struct sio_nsp {
    char *name;
    const struct sio_handler *handler;
    void *ctx;
};

/* A binary packet whose attachments are still arriving. */
struct sio_partial {
    char *text; /* owned; packet borrows from it */
    struct sio_packet packet;
    int n_have;
    size_t bytes;
    size_t attached, *all_attached; /* bytes, of this and of all */
    struct span attachments[SIO_ATTACHMENTS_MAX]; /* owned bytes */
};

/* One connected browser: an Engine.IO session and its sockets. */
struct sio_client {
    struct dl_node deadline; /* for the first CONNECT, then for partial */
    struct sio_server *server;
    struct eio_session *eio; /* NULL once closed */
    struct sio_socket *sockets;
    struct sio_partial *partial;
    struct sio_client *next_dead;
    int n_sockets;
    bool connected; /* was in a namespace once */
};

/* A packet that came before sio_accept. */
struct sio_early {
    struct sio_early *next;
    struct sio_partial *whole;
};

struct sio_ack {
    struct sio_ack *next;
    struct sio_socket *socket;
    int64_t id;
    ev_timer timeout;
    void (*on_ack)(const json_t *args, void *ctx);
    void *ctx;
};

enum socket_state { SOCKET_ASKING, SOCKET_OPEN, SOCKET_GONE };

struct sio_socket {
    struct sio_client *client;
    struct sio_nsp *nsp;
    struct sio_socket *next;
    void *user;
    struct sio_early *early, **early_last;
    struct sio_ack *acks;
    size_t early_bytes;
    int64_t next_ack_id;
    int n_acks;
    enum socket_state state;
    char id[ID_BYTES];
};

struct sio_server {
    struct http_server *http;
    struct ev_loop *ev;
    struct eio_server *eio;
    struct sio_cfg cfg;
    int n_nsps;
    struct sio_nsp nsps[NAMESPACES_MAX];
    struct dl connecting, partials;
    uint64_t n_sockets, closed_bad, closed_timeout;
    size_t attached; /* bytes of attachments whose packet is not whole */
    /* Freed at the end of the turn, because callbacks may still hold them. */
    struct sio_client *dead_clients;
    struct sio_socket *dead_sockets;
};

/* sio_server.c */
/* Hand a whole packet to its socket; takes and frees whole. */
void client_deliver(struct sio_socket *s, struct sio_partial *whole);
void client_close_bad(struct sio_client *c);
void partial_free(struct sio_partial *p);

/* sio_socket.c */
struct sio_socket *socket_new(struct sio_client *c, struct sio_nsp *nsp);
struct sio_socket *socket_find(struct sio_client *c, struct span nsp);
/* Take it out of its client and call on_disconnect, if not done yet. */
void socket_end(struct sio_socket *s, const char *reason);
void socket_free(struct sio_socket *s);
/* Send {"message":...} as a refusal in a namespace that may not exist. */
void client_refuse(struct sio_client *c, struct span nsp, const char *message);
void socket_acked(struct sio_socket *s, int64_t id, const json_t *args);

#endif
