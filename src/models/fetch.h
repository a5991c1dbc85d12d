/* SPDX-License-Identifier: ISC */
#ifndef MODELS_FETCH_H
#define MODELS_FETCH_H

#include <stdatomic.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

/*
 * fetch - files from the network, by libcurl, one at a time.
 *
 * https, file, and http from this very machine; at most five redirects, and
 * none to anything but https (or this machine).  Connecting, silence, and the
 * whole have time limits.  What breaks off is tried again, from where it
 * stopped when the server can do that, and its leftovers are a start for the
 * next run of the program.  Owned by one thread.
 */
struct fetch;

enum {
    FETCH_REDIRECTS_MAX = 5,
    FETCH_TRIES = 5,
    FETCH_PAUSE_MS = 1000, /* before the second try; doubles */
    FETCH_CONNECT_MS = 15000,
    FETCH_SLOW_BYTES = 1000, /* a second, for so long: given up */
    FETCH_SLOW_S = 30,
    FETCH_TOTAL_S = 4 * 3600, /* of one try */
};

struct fetch_cfg {
    int tries, pause_ms, connect_ms, slow_s; /* 0: as above */
    /* After each piece and while waiting, on the fetching thread; total is 0
     * when unknown.  May be NULL. */
    void (*on_progress)(void *ctx, uint64_t done, uint64_t total);
    void *ctx;
    const atomic_bool *cancel; /* true ends it soon; may be NULL */
};

/* cfg is copied, what it points to borrowed.  NULL with err filled when
 * libcurl does not start. */
struct fetch *fetch_new(const struct fetch_cfg *cfg, struct err *err);
void fetch_free(struct fetch *f); /* NULL is fine */

/* The body of url, at most max bytes of it, appended to ret. */
bool fetch_bytes(struct fetch *f, const char *url, size_t max, struct buf *ret,
    struct err *err);

/* Bring the file path up to the whole of url, at most max bytes of it.  What
 * path already has counts when path.tag says that it is the beginning of the
 * same thing.  When false both are left for another time, unless they cannot
 * be used. */
bool fetch_file(struct fetch *f, const char *url, const char *path,
    uint64_t max, struct err *err);

#endif
