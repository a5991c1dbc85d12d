/* SPDX-License-Identifier: ISC */
#ifndef NET_EIO_SERVER_H
#define NET_EIO_SERVER_H

#include <stdint.h>

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
    int upgrade_timeout_ms; /* from the probe to its end; 0: 10 s */
    int max_payload, out_bytes_max, packets_per_turn;
    /* Of sessions that nobody has vouched for (eio_trust): bytes of a message,
     * and how many there may be, in all and of one address.  0: no limit. */
    int stranger_payload, strangers_max, strangers_of_address;
    /* Optional: once per loop turn, for what the owner has due; returns when
     * it wants to be called next (clock_mono_ms, INT64_MAX for never). */
    int64_t (*on_turn)(void *ctx, int64_t now_ms);
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
/* Says goodbye to all (WebSocket close 1001) and calls on_close for each. */
void eio_server_free(struct eio_server *s); /* before http_free */

/* One that is open; NULL: there is none. */
struct eio_session *eio_server_any(const struct eio_server *s);

struct eio_counts {
    uint64_t sessions; /* open now */
    uint64_t packets_in, frames_out, bytes_out;
    uint64_t closed_slow, closed_bad, closed_timeout;
};
struct eio_counts eio_server_counts(const struct eio_server *s);

void eio_send(struct eio_session *s, struct eio_frame *f); /* borrows */
/* Sends what is queued, then closes; calls on_close before it returns. */
void eio_close(struct eio_session *s, const char *reason);
/* A request header of the handshake, of those in EIO_HEADERS; {NULL,0} when
 * absent. */
#define EIO_HEADERS                                                            \
    "authorization", "x-session-token", "origin", "user-agent",                \
        "accept-language"
struct span eio_header(const struct eio_session *s, const char *name);
/* Whoever is behind this session is known: it is no stranger any more. */
void eio_trust(struct eio_session *s);
/* The largest message that it may send. */
size_t eio_max_payload(const struct eio_session *s);
const char *eio_sid(const struct eio_session *s);
/* What counts as one client for limits (base/address.h). */
const char *eio_address(const struct eio_session *s);
void eio_set_user(struct eio_session *s, void *user);
void *eio_user(const struct eio_session *s);

#endif
