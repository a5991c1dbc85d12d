/* SPDX-License-Identifier: ISC */
#include "base/bq.h"

#include <assert.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"

/* A ring under one lock, which is never held while calling out of this file.
 * Two conditions, so that a push wakes only a popper and a pop only a pusher.
 * Every wait has a deadline: BQ_NOWAIT is now, BQ_FOREVER the end of time.
 * The counts of waiters spare a signal, and so a system call, when nobody
 * would hear it; it is sent when the lock is free, or whom it wakes would sleep
 * again at once. */
struct bq {
    pthread_mutex_t lock; /* guards all that follows except cap */
    pthread_cond_t not_full, not_empty; /* on CLOCK_MONOTONIC */
    size_t head, len, cap; /* len <= cap; the oldest item is ring[head] */
    size_t pushers, poppers; /* threads waiting on the conditions */
    bool closed;
    void *ring[];
};

struct bq *
bq_new(size_t cap)
{
    struct bq *q;

    assert(cap > 0);
    q = xcalloc(1, sizeof(*q) + cap * sizeof(q->ring[0]));
    q->cap = cap;
    pthread_mutex_init(&q->lock, NULL);
    clock_cond_init(&q->not_full);
    clock_cond_init(&q->not_empty);
    return q;
}

void
bq_free(struct bq *q)
{
    if (!q)
        return;
    assert(q->len == 0);
    pthread_cond_destroy(&q->not_empty);
    pthread_cond_destroy(&q->not_full);
    pthread_mutex_destroy(&q->lock);
    free(q);
}

enum bq_rc
bq_push(struct bq *q, void *item, int wait_ms)
{
    struct timespec deadline = clock_after(wait_ms);
    enum bq_rc rc = BQ_OK;
    bool late = wait_ms == BQ_NOWAIT, wake = false;

    assert(item);
    pthread_mutex_lock(&q->lock);
    while (q->len == q->cap && !q->closed && !late) {
        q->pushers++;
        late = pthread_cond_timedwait(&q->not_full, &q->lock, &deadline) != 0;
        q->pushers--;
    }
    if (q->closed) {
        rc = BQ_CLOSED;
    } else if (q->len == q->cap) {
        rc = BQ_TIMEOUT;
    } else {
        q->ring[(q->head + q->len++) % q->cap] = item;
        wake = q->poppers > 0;
    }
    pthread_mutex_unlock(&q->lock);
    if (wake)
        pthread_cond_signal(&q->not_empty);
    return rc;
}

size_t
bq_push_many(struct bq *q, void *const *items, size_t n)
{
    size_t put = 0;
    bool wake;

    pthread_mutex_lock(&q->lock);
    while (put < n && q->len < q->cap && !q->closed) {
        assert(items[put]);
        q->ring[(q->head + q->len++) % q->cap] = items[put++];
    }
    wake = put && q->poppers;
    pthread_mutex_unlock(&q->lock);
    if (wake && put == 1)
        pthread_cond_signal(&q->not_empty);
    else if (wake)
        pthread_cond_broadcast(&q->not_empty);
    return put;
}

size_t
bq_pop_many(
    struct bq *q, void **items, size_t n, int wait_ms, enum bq_rc *ret_rc)
{
    struct timespec deadline = clock_after(wait_ms);
    bool late = wait_ms == BQ_NOWAIT, wake;
    size_t got = 0;

    assert(n > 0);
    pthread_mutex_lock(&q->lock);
    while (q->len == 0 && !q->closed && !late) {
        q->poppers++;
        late = pthread_cond_timedwait(&q->not_empty, &q->lock, &deadline) != 0;
        q->poppers--;
    }
    while (got < n && q->len > 0) {
        items[got++] = q->ring[q->head];
        q->head = (q->head + 1) % q->cap;
        q->len--;
    }
    wake = got && q->pushers;
    *ret_rc = got ? BQ_OK : q->closed ? BQ_CLOSED : BQ_TIMEOUT;
    pthread_mutex_unlock(&q->lock);
    if (wake && got == 1)
        pthread_cond_signal(&q->not_full);
    else if (wake)
        pthread_cond_broadcast(&q->not_full);
    return got;
}

enum bq_rc
bq_pop(struct bq *q, void **ret_item, int wait_ms)
{
    enum bq_rc rc;

    bq_pop_many(q, ret_item, 1, wait_ms, &rc);
    return rc;
}

void
bq_close(struct bq *q)
{
    pthread_mutex_lock(&q->lock);
    q->closed = true;
    pthread_cond_broadcast(&q->not_full);
    pthread_cond_broadcast(&q->not_empty);
    pthread_mutex_unlock(&q->lock);
}

size_t
bq_len(struct bq *q)
{
    size_t len;

    pthread_mutex_lock(&q->lock);
    len = q->len;
    pthread_mutex_unlock(&q->lock);
    return len;
}
