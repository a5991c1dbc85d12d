/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_LOAD_IMPL_H
#define GATEWAY_LOAD_IMPL_H

#include <sys/queue.h>

#include "gateway/gateway.h"
#include "gateway/load.h"
#include "gateway/op.h"

/* What load*.c share: what is being read, once for all who wait for it. */

struct waiter {
    STAILQ_ENTRY(waiter) next;
    union {
        void (*user)(struct user *u, const struct err *err, void *ctx);
        void (*room)(struct room *r, const struct err *err, void *ctx);
    } then;
    void *ctx;
};

struct reading {
    struct op op;
    struct load *load;
    struct map
        *in; /* which it is found in by id, from load_begin to load_end */
    TAILQ_ENTRY(reading) order; /* while it waits for its turn */
    char id[65];
    int64_t noted; /* offset of the last event that came meanwhile */
    STAILQ_HEAD(, waiter) waiters;
};

struct load {
    struct gateway *g;
    struct map *rooms, *people; /* readings */
    TAILQ_HEAD(, reading) queue;
    int under_way;
    bool starting;
};

/* Read: r->op's run and finish are set. */
void load_begin(
    struct load *l, struct map *in, struct span id, struct reading *r);
void load_again(struct reading *r);
/* It has been read, well or not: the next one's turn.  Called by finish. */
void load_next(struct load *l);
/* Whoever asks from now on finds it in the hub, or reads anew. */
void load_end(struct reading *r);

/* One more who waits; the caller says what then. */
struct waiter *load_wait(struct reading *r, void *ctx);
/* The first who waits, who is now the caller's to free; NULL: there is none. */
struct waiter *load_take(struct reading *r);

#endif
