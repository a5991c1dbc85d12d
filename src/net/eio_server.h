/* SPDX-License-Identifier: ISC */
#ifndef NET_EIO_SERVER_H
#define NET_EIO_SERVER_H

#include "base/span.h"
#include "net/http.h"

/*
 * eio_server - Engine.IO 4 sessions over polling and WebSocket: the transport
 * under sio_server, usable alone.  Loop thread only.
 */
struct eio_server;
struct eio_session;

struct eio_cfg {
    const char *path; /* "/engine.io/" */
    int ping_interval_ms, ping_timeout_ms;
    int max_payload, out_bytes_max, packets_per_turn;
};

struct eio_handler {
    void (*on_open)(struct eio_session *s, void *ctx);
    void (*on_message)(
        struct eio_session *s, bool binary, struct span data, void *ctx);
    /* Exactly once per on_open; the session is invalid afterwards. */
    void (*on_close)(struct eio_session *s, const char *reason, void *ctx);
};

/* A message ready for any transport: shared, reference counted. */
struct eio_frame;
struct eio_frame *eio_frame_new(bool binary, struct span data); /* copies */
struct eio_frame *eio_frame_ref(struct eio_frame *f);
void eio_frame_unref(struct eio_frame *f);

struct eio_server *eio_server_new(struct http_server *http,
    const struct eio_cfg *cfg, const struct eio_handler *handler, void *ctx,
    struct err *err);
void eio_server_free(struct eio_server *s);

void eio_send(struct eio_session *s, struct eio_frame *f); /* borrows */
void eio_close(struct eio_session *s, const char *reason);
const char *eio_sid(const struct eio_session *s);
const char *eio_peer(const struct eio_session *s);
void eio_set_user(struct eio_session *s, void *user);
void *eio_user(const struct eio_session *s);

#endif
