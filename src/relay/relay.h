/* SPDX-License-Identifier: ISC */
#ifndef RELAY_RELAY_H
#define RELAY_RELAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"

/*
 * relay - frames from one gateway to all others: by a Redis, or by the
 * PostgreSQL database that they share.  What is said while there is no connection
 * is lost, and who listens is told when that has happened.  A thread of its own
 * talks to the server, which may be slow, gone or never there.
 *
 * One's own frames are heard too.
 */
struct relay;

enum {
    RELAY_FRAME_BYTES_MAX = 7800, /* PostgreSQL's limit is 8000 */
    RELAY_QUEUE_MAX = 4096, /* frames waiting to be said; then they are lost */
    RELAY_ANSWER_MS = 2000, /* then the server counts as gone */
    RELAY_QUIET_MS = 2000, /* without a frame: ask whether it is there */
    RELAY_RETRY_MS_MIN = 100, /* between attempts to connect, doubling */
    RELAY_RETRY_MS_MAX = 2000,
};

struct relay_cfg {
    const char *url; /* redis://..., unix:PATH or postgresql://... */
    const char *channel; /* of letters, digits and _ */
    /* On the relay's thread: */
    void (*heard)(struct span frame, void *ctx); /* borrowed */
    /* From now on it listens; what was said before may have been missed. */
    void (*joined)(void *ctx);
    void *ctx;
};

/* Is it a URL of one?  FAIL_BAD_INPUT; a password in it is not repeated. */
bool relay_check_url(const char *url, struct err *err);

/* cfg is copied.  That nothing answers is no error: it is tried again. */
struct relay *relay_start(const struct relay_cfg *cfg, struct err *err);

/* Say a frame of at most RELAY_FRAME_BYTES_MAX, which is taken (malloc'ed).  Any
 * thread; never waits. */
void relay_say(struct relay *r, char *frame, size_t len);

/* Say what waits, end the thread and free.  NULL is fine. */
void relay_stop(struct relay *r);

struct relay_stats {
    uint64_t said, heard;
    uint64_t lost; /* frames that were not said */
    uint64_t joined; /* connections */
    bool up;
};
struct relay_stats relay_stats(const struct relay *r); /* any thread */

#endif
