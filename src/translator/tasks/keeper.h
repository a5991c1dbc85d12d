/* SPDX-License-Identifier: ISC */
#ifndef TRANSLATOR_KEEPER_H
#define TRANSLATOR_KEEPER_H

#include "translator/tasks/pool.h"
#include "translator/tasks/scale.h"
#include "translator/tasks/stats.h"

/*
 * keeper - looks after the pools: has as many workers as scale.h wants, and
 * replaces those that hang.  It also measures what the process uses.  A thread of its own, because nobody else may
 * wait for a lock that a hung worker's successor needs.
 *
 * Life cycle: keeper_new, keeper_start, keeper_free; between the last two any
 * thread may apply, resize, restart and look.
 */
struct keeper;

enum {
    KEEPER_EVENTS_MAX = 32, /* that are remembered */
    KEEPER_NAME_BYTES = 8,
};

/* One pool's sizes. */
struct keeper_size {
    int waiting_max;
    int workers; /* to start with, and the least of dynamic scaling */
    int workers_max; /* >= workers */
};

struct keeper_cfg {
    struct keeper_size normal, any;
    bool scaling;
    enum scale_policy policy;
    int interval_s; /* between looks, by SCALE_SEEDS */
    int hang_ms; /* a worker with its item so long hangs */
};

struct scale_event {
    int64_t wall_ms;
    char pool[KEEPER_NAME_BYTES];
    int from, to;
    char reason[SCALE_REASON_BYTES];
};

/* The pools, which have no worker yet, and the counters are borrowed. */
struct keeper *keeper_new(struct pool *normal, struct pool *any,
    struct stats *stats, const struct keeper_cfg *cfg);

/* Start the workers, then look after them. */
bool keeper_start(struct keeper *k, struct err *err);

/* Change everything at once: a pool whose start size differs from the present
 * number of workers or from the last one applied gets that size.  What waits or
 * is worked on stays. */
bool keeper_apply(
    struct keeper *k, const struct keeper_cfg *cfg, struct err *err);
struct keeper_cfg keeper_cfg(struct keeper *k);

/* Replace all workers of both pools; each ends after the task it has. */
bool keeper_restart(struct keeper *k, struct err *err);

/* The latest scaling events, newest first; returns how many. */
size_t keeper_events(struct keeper *k, struct scale_event *ret, size_t max);

/* End the thread; the workers stay.  NULL is fine. */
void keeper_free(struct keeper *k);

#endif
