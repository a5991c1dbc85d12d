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
 * A turn alone is not enough, since what left the queue is still worked on, by
 * engines that all share.  So of one key no more than busy_max items are worked
 * on at once.  And a key with a backlog, FAIR_BACKLOG items or more, lets others
 * pass: while items of keys without one are worked on, it begins its next one
 * FAIR_PACE_US after its last at the earliest.  Keys that nobody else's items
 * compete with are never held up.
 *
 * No clock, no thread, no lock: the owner has these.  Times are monotonic.
 * An owner who has a window instead of workers ends each turn at once.
 */
struct fair;
struct fair_flow;
struct fair_entry; /* an item that waits; the queue's */

enum {
    FAIR_PACE_US = 10 * 1000,
    FAIR_BACKLOG = 32,
};

/* An item being worked on. */
struct fair_turn {
    void *item;
    int64_t pushed_us;
    struct fair_flow *flow; /* the queue's */
};

/* What the owner knows when it asks for an item. */
struct fair_now {
    int64_t us;
    int busy_max; /* items of one key worked on at once; > 0 */
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
 * once, so that nothing is ever held up. */
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
