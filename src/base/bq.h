/* SPDX-License-Identifier: ISC */
#ifndef BASE_BQ_H
#define BASE_BQ_H

#include <stddef.h>

/*
 * bq - bounded FIFO queue of pointers, for handing work between threads.
 *
 * The bound is our back-pressure: a full queue is a normal outcome which the
 * producer turns into "busy", never into more memory.  Any number of threads
 * may push and pop; items leave in the order in which they were accepted.
 *
 * Life cycle: bq_new, push/pop, bq_close, pop until BQ_CLOSED, bq_free.
 */
struct bq;

enum bq_rc {
    BQ_OK,
    BQ_TIMEOUT, /* still full (push) or still empty (pop) after wait_ms */
    BQ_CLOSED,
};

enum { BQ_NOWAIT = 0, BQ_FOREVER = -1 }; /* special values of wait_ms */

/* Make a queue of at most cap > 0 items.  The caller owns it. */
struct bq *bq_new(size_t cap);

/* Free a drained queue which no thread uses any more.  NULL is fine. */
void bq_free(struct bq *q);

/* Append item.  Takes it on BQ_OK; otherwise the caller still owns it. */
enum bq_rc bq_push(struct bq *q, void *item, int wait_ms);

/* Append the first of n items, as many as there is room for, under one lock and
 * with one wake-up.  Never waits.  Returns how many were taken; 0 when closed. */
size_t bq_push_many(struct bq *q, void *const *items, size_t n);

/* Move the oldest item to *ret_item, which the caller then owns.
 * *ret_item is written on BQ_OK only. */
enum bq_rc bq_pop(struct bq *q, void **ret_item, int wait_ms);

/* Wait for the first item as bq_pop does, then move up to n > 0 of the oldest
 * items to items[] under one lock.  Returns how many; 0 with *ret_rc saying
 * why not.  The batch of a group commit. */
size_t bq_pop_many(
    struct bq *q, void **items, size_t n, int wait_ms, enum bq_rc *ret_rc);

/* Refuse further pushes and wake all waiters.  Pops drain what was accepted
 * before they report BQ_CLOSED, so nothing is lost.  May be called twice. */
void bq_close(struct bq *q);

/* Items waiting now.  A hint for scaling and metrics: stale on return. */
size_t bq_len(struct bq *q);

#endif
