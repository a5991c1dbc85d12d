/* SPDX-License-Identifier: ISC */
#ifndef TRANSLATOR_POOL_H
#define TRANSLATOR_POOL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/hist.h"
#include "base/span.h"

/*
 * pool - a bounded queue (fair.h) and the workers that empty it.
 *
 * The number of workers may change while they work: a new one starts at once,
 * a superfluous one ends after the item it has.  A worker that hangs is left
 * to itself and another takes its place.
 *
 * One conversation has no more items worked on at once than POOL_WINDOW_MIN or
 * two for each processor, and never the last tenth of the workers: more would
 * not keep the engines busier, and whoever comes next has all of them before
 * it.  Pools know nothing of each other.
 *
 * Any thread may call anything but pool_stop and pool_free, which are one
 * owner's.
 */
struct pool;

/* Who works, as the work function sees it. */
struct pool_worker {
    const char *name; /* "normal_worker_3" */
    const atomic_bool *stopping; /* the pool stops: come to an end soon */
};

enum {
    POOL_WORKERS_MAX = 1000,
    POOL_WINDOW_MIN = 4, /* more where there are many processors: two each */
    POOL_STOP_MS = 5000, /* for workers to notice that the pool stops */
};

struct pool_cfg {
    const char *name; /* "normal"; borrowed for the pool's life */
    size_t queue_max; /* items that may wait */

    /* On a worker's thread. */
    void (*work)(void *item, const struct pool_worker *w, void *ctx);
    /* The pool is through with an item, whether it was worked on or not.
     * Takes item. */
    void (*drop)(void *item);
    /* By pool_tend: a worker hangs with item, which it still has and may go on
     * with at any time.  Or NULL. */
    void (*hung)(struct pool *p, void *item, void *ctx);
    void *ctx;
};

/* Without workers; see pool_resize. */
struct pool *pool_new(const struct pool_cfg *cfg);

/* Have n workers, 0 <= n <= POOL_WORKERS_MAX.  False when a thread cannot be
 * started; there are then fewer. */
bool pool_resize(struct pool *p, int n, struct err *err);

/* Let n items wait from now on; what waits already stays. */
void pool_set_max(struct pool *p, size_t n);

/* Replace all workers; each ends after the item it has. */
bool pool_restart(struct pool *p, struct err *err);

/* Replace workers that have had their item for more than hang_ms, and clear
 * away those that ended.  Returns how many were replaced. */
int pool_tend(struct pool *p, int hang_ms);

/* Take item, which is of conversation key, and return true; false when full or
 * stopping, and the caller still owns it. */
bool pool_push(struct pool *p, struct span key, void *item);

/* Hints, stale on return: waiting items, workers, workers with an item. */
size_t pool_len(struct pool *p);
int pool_workers(const struct pool *p);
int pool_busy(const struct pool *p);

struct pool_stats {
    size_t waiting, waiting_max;
    size_t conversations; /* that wait or are worked on */
    int workers, busy, leaving; /* leaving: have their last item, or hang */
    int wanted; /* workers with an item, or with one that waits for them */
    int64_t oldest_ms; /* age of the item that waits longest */
    unsigned long long replaced; /* workers that hung */
};
struct pool_stats pool_stats(struct pool *p);

/* How long items waited until a worker took them, in microseconds: since the
 * start, and those of the last minute. */
void pool_waits(struct pool *p, struct hist *all, struct hist *minute);

/* Refuse items, drop those that wait, wait for the workers to end.  False when
 * some hang for more than POOL_STOP_MS: then neither the pool nor what its
 * work uses may be freed.  May be called again. */
bool pool_stop(struct pool *p);

/* Stop, which must succeed, and free.  NULL is fine. */
void pool_free(struct pool *p);

#endif
