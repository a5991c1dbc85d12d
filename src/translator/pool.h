/* SPDX-License-Identifier: ISC */
#ifndef TRANSLATOR_POOL_H
#define TRANSLATOR_POOL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/*
 * pool - a bounded FIFO queue and the workers that empty it.
 *
 * The number of workers may change while they work: a new one starts at once,
 * a superfluous one ends after the item it has.  One owner thread makes,
 * resizes, stops and frees; any thread may push and look.
 */
struct pool;

/* Who works, as the work function sees it. */
struct pool_worker {
    const char *name; /* "normal_worker_3"; lives as long as the pool */
    const atomic_bool *stopping; /* the pool stops: come to an end soon */
};

enum { POOL_WORKERS_MAX = 1000 };

struct pool_cfg {
    const char *name; /* "normal"; borrowed for the pool's life */
    size_t queue_max; /* items that may wait */

    /* On a worker's thread.  Takes item. */
    void (*work)(void *item, const struct pool_worker *w, void *ctx);
    /* Free an item that nobody worked on. */
    void (*drop)(void *item);
    void *ctx;
};

/* Without workers; see pool_resize. */
struct pool *pool_new(const struct pool_cfg *cfg);

/* Have n workers, 0 <= n <= POOL_WORKERS_MAX.  False when a thread cannot be
 * started; there are then fewer. */
bool pool_resize(struct pool *p, int n, struct err *err);

/* Take item and return true; false when full or stopping, and the caller
 * still owns it. */
bool pool_push(struct pool *p, void *item);

/* Hints, stale on return: waiting items, workers, workers with an item. */
size_t pool_len(struct pool *p);
int pool_workers(const struct pool *p);
int pool_busy(const struct pool *p);

/* Refuse items, drop those that wait, wait for the workers to end.  May be
 * called twice. */
void pool_stop(struct pool *p);

/* Stop and free.  NULL is fine. */
void pool_free(struct pool *p);

#endif
