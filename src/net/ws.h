/* SPDX-License-Identifier: ISC */
#ifndef NET_WS_H
#define NET_WS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

/*
 * ws - one WebSocket of the http server.  Loop thread only.
 */
struct ws;
struct http_req;
struct eio_frame;

enum ws_close_code {
    WS_CLOSE_NORMAL = 1000,
    WS_CLOSE_GOING_AWAY = 1001,
    WS_CLOSE_PROTOCOL = 1002,
    WS_CLOSE_BAD_UTF8 = 1007,
    WS_CLOSE_POLICY = 1008,
    WS_CLOSE_TOO_BIG = 1009,
    WS_CLOSE_LATER = 1013,
};

struct ws_handler {
    /* r is the handshake, valid during the call; returns the user pointer of
     * the calls below. */
    void *(*on_open)(struct ws *w, struct http_req *r, void *ctx);
    void (*on_message)(struct ws *w, bool binary, struct span data, void *user);
    /* The other side closed, vanished or broke the protocol.  Not called after
     * ws_close or ws_kill. */
    void (*on_close)(struct ws *w, const char *reason, void *user);
};

/* Queue a frame; borrows it.  It leaves at the end of the loop turn, with all
 * others of this connection in one write.  Ignored after ws_close. */
void ws_send(struct ws *w, struct eio_frame *f);

/* Bytes which ws_send has queued and nobody has taken. */
size_t ws_queued(const struct ws *w);

/* The largest message from now on. */
void ws_set_max(struct ws *w, size_t message_max);

/* Send what is queued, say goodbye with code, close.  No callback follows; w
 * is invalid for the caller. */
void ws_close(struct ws *w, enum ws_close_code code);

/* The same at once, before the loop turns again: the program ends. */
void ws_close_now(struct ws *w, enum ws_close_code code);

/* Drop what is queued and close without a word, as for a peer that does not
 * read.  No callback follows. */
void ws_kill(struct ws *w);

/* Stop and go on reading; used within on_message to give others a turn. */
void ws_pause(struct ws *w);
void ws_resume(struct ws *w);

const char *ws_peer(const struct ws *w);

#endif
