/* SPDX-License-Identifier: ISC */
#ifndef LOAD_CONN_H
#define LOAD_CONN_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

/*
 * conn - one client connection: TCP, HTTP upgrade, WebSocket messages.  Never
 * blocks; the owner waits on the shared epoll and hands events back.
 *
 * Life cycle: zeroed, conn_start, conn_on_events until on_end, conn_fini.
 */
struct conn;

enum conn_end {
    CONN_REFUSED, /* no TCP connection */
    CONN_BROKEN, /* the server broke HTTP or WebSocket rules */
    CONN_LOST, /* closed or reset by the server */
};

enum { CONN_SCRATCH_BYTES = 256 * 1024 };

/* What all connections of a program share.  Borrowed by each of them. */
struct conn_env {
    int epoll_fd;
    struct sockaddr_in server;
    const char *path; /* with its query */
    int rcvbuf_bytes; /* 0: the kernel's */
    char *scratch; /* CONN_SCRATCH_BYTES for reading */
    uint64_t bytes_in;
    void *ctx; /* first argument of the callbacks */
    void (*on_text)(
        void *ctx, struct conn *c, struct span text, int64_t now_us);
    void (*on_end)(void *ctx, struct conn *c, enum conn_end why);
};

enum conn_state {
    CONN_IDLE, /* zeroed: not started */
    CONN_CONNECTING,
    CONN_UPGRADING,
    CONN_OPEN,
    CONN_ENDED,
};

struct conn {
    struct conn_env *env;
    uint32_t index; /* epoll's data.u32 */
    int fd;
    enum conn_state state;
    bool stalled, want_out;
    int close_code; /* of the server's close frame; 0: none */
    uint32_t mask_seed;
    struct buf in; /* the unparsed tail of the stream */
    struct buf message; /* fragments so far */
    struct buf out; /* out_sent bytes of it are with the kernel */
    size_t out_sent;
};

/* Begin to connect.  on_end may be called before this returns. */
void conn_start(struct conn *c, struct conn_env *env, uint32_t index);

void conn_on_events(struct conn *c, uint32_t epoll_events);

/* Queue a text message; conn_flush sends.  Messages queued by a callback of
 * conn_on_events are flushed when the callback's batch has been read. */
void conn_put_text(struct conn *c, struct span text);
void conn_flush(struct conn *c);

/* Read no more, as a client does that hangs. */
void conn_stall(struct conn *c);

/* Close and report why.  Does nothing when already ended. */
void conn_end(struct conn *c, enum conn_end why);

void conn_fini(struct conn *c); /* closes without a report */

#endif
