/* SPDX-License-Identifier: ISC */
#ifndef BASE_FAIR_H
#define BASE_FAIR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

/*
 * fair - a bounded queue of items, each with a key: the conversation it is of.
 * Items of one key leave in the order of their arrival; between keys there is
 * a fair turn, so that one with thousands of items delays another by one.
 *
 * A turn alone is not enough, since what left the queue is still worked on,
 * by engines that all share.  So while other keys have been heard of within
 * FAIR_QUIET_US, a key is paced: it gets its next item worked on when the last
 * one that it got is done, or FAIR_PACE_US after it, whichever comes first.
 * One key alone has all workers.
 *
 * And a key with a backlog, FAIR_BACKLOG items or more, lets others pass: while
 * items of keys without one are worked on it waits with its next, as long as
 * above at most.
 *
 * No clock, no thread, no lock: the owner has these.  Times are monotonic.
 * An owner who has a window instead of workers ends each turn at once.
 */
struct fair;
struct fair_flow;
struct fair_entry; /* an item that waits; the queue's */

enum {
    FAIR_PACE_US = 10 * 1000,
    FAIR_QUIET_US = 10 * 1000 * 1000,
    FAIR_BACKLOG = 32,
    FAIR_KEY_BYTES = 64, /* longer keys are told apart by these */
};

/* An item being worked on. */
struct fair_turn {
    void *item;
    int64_t pushed_us;
    struct fair_flow *flow; /* the queue's */
    uint64_t number;
};

/* What the owner knows when it asks for an item. */
struct fair_now {
    int64_t us;
    int64_t elsewhere_us; /* somebody was last heard of in another queue */
    int busy_max; /* items of a paced key worked on at once */
};

/* At most max > 0 items wait. */
struct fair *fair_new(size_t max);
void fair_free(struct fair *f); /* one that is empty, with no turn; or NULL */

/* A smaller max than what waits drops nothing: it refuses until there is
 * room. */
void fair_set_max(struct fair *f, size_t max);
size_t fair_max(const struct fair *f);

/* Append item.  NULL when full. */
struct fair_entry *fair_push(
    struct fair *f, struct span key, void *item, int64_t now_us);
/* Out of turn: an entry that still waits. */
void fair_remove(struct fair *f, struct fair_entry *e);

/* The next item.  False when none may leave now; see fair_due_us.  Each turn
 * ends with fair_done. */
bool fair_pop(
    struct fair *f, const struct fair_now *now, struct fair_turn *ret);
void fair_done(struct fair *f, const struct fair_turn *turn);

/* What the next fair_pop gives, or NULL.  For an owner who ends each turn at
 * once, so that nothing is ever paced. */
void *fair_peek(const struct fair *f);

/* The oldest item whatever its turn, or NULL: to empty the queue. */
void *fair_take(struct fair *f);

/* Whether a pop may succeed now; and when one may although nothing is pushed
 * or done before, INT64_MAX for never. */
bool fair_ready(const struct fair *f);
int64_t fair_due_us(const struct fair *f);

size_t fair_len(const struct fair *f);
size_t fair_keys(const struct fair *f); /* that wait or are worked on */
int64_t fair_oldest_us(const struct fair *f); /* pushed then; 0 when empty */

#endif
