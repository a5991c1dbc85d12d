/* SPDX-License-Identifier: ISC */
#include "translator/pool.h"

#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/bq.h"
#include "base/mem.h"

enum {
    NAME_BYTES = 32,
    IDLE_MS = 1000, /* how soon an idle worker notices that it shall end */
};

/* A worker's place.  The owner moves EMPTY to WORKS (starting a thread), WORKS
 * to LEAVES, and LEAVES back to WORKS when the worker is wanted again before it
 * has noticed; the thread moves LEAVES to GONE as its last act; the owner joins
 * what is GONE. */
enum state { EMPTY, WORKS, LEAVES, GONE };

struct slot {
    _Atomic(enum state) state;
    struct pool *pool;
    pthread_t thread;
    char name[NAME_BYTES];
};

struct pool {
    struct pool_cfg cfg;
    struct bq *queue;
    atomic_int n_workers, n_busy;
    atomic_bool stopping;
    struct slot slots[POOL_WORKERS_MAX]; /* the first n_workers WORK */
};

struct pool *
pool_new(const struct pool_cfg *cfg)
{
    struct pool *p = xcalloc(1, sizeof(*p));

    assert(cfg->work && cfg->drop);
    p->cfg = *cfg;
    p->queue = bq_new(cfg->queue_max);
    for (int i = 0; i < POOL_WORKERS_MAX; i++) {
        p->slots[i].pool = p;
        snprintf(
            p->slots[i].name, NAME_BYTES, "%s_worker_%d", cfg->name, i + 1);
    }
    return p;
}

static bool
may_go_on(struct slot *s)
{
    enum state leaves = LEAVES;

    return !atomic_compare_exchange_strong(&s->state, &leaves, GONE);
}

static void *
run(void *arg)
{
    struct slot *s = arg;
    struct pool *p = s->pool;
    struct pool_worker self = {s->name, &p->stopping};

    while (!p->stopping && may_go_on(s)) {
        void *item;
        enum bq_rc rc = bq_pop(p->queue, &item, IDLE_MS);
        if (rc == BQ_CLOSED)
            break;
        if (rc == BQ_TIMEOUT)
            continue;
        p->n_busy++;
        p->cfg.work(item, &self, p->cfg.ctx);
        p->n_busy--;
    }
    return NULL;
}

/* Make slot i work.  Its thread may still be there from earlier. */
static bool
start_worker(struct pool *p, int i, struct err *err)
{
    struct slot *s = &p->slots[i];
    enum state leaves = LEAVES;
    int rc;

    if (atomic_compare_exchange_strong(&s->state, &leaves, WORKS))
        return true;
    if (s->state == GONE)
        pthread_join(s->thread, NULL);
    s->state = WORKS;
    rc = pthread_create(&s->thread, NULL, run, s);
    if (rc == 0)
        return true;
    s->state = EMPTY;
    return err_set(err, FAIL_SYSTEM, "cannot start %s: error %d", s->name, rc);
}

bool
pool_resize(struct pool *p, int n, struct err *err)
{
    assert(n >= 0 && n <= POOL_WORKERS_MAX);
    while (p->n_workers < n) {
        if (!start_worker(p, p->n_workers, err))
            return false;
        p->n_workers++;
    }
    while (p->n_workers > n) {
        p->n_workers--;
        p->slots[p->n_workers].state = LEAVES;
    }
    return true;
}

bool
pool_push(struct pool *p, void *item)
{
    return bq_push(p->queue, item, BQ_NOWAIT) == BQ_OK;
}

size_t
pool_len(struct pool *p)
{
    return bq_len(p->queue);
}

int
pool_workers(const struct pool *p)
{
    return p->n_workers;
}

int
pool_busy(const struct pool *p)
{
    return p->n_busy;
}

void
pool_stop(struct pool *p)
{
    void *item;

    p->stopping = true;
    bq_close(p->queue);
    while (bq_pop(p->queue, &item, BQ_NOWAIT) == BQ_OK)
        p->cfg.drop(item);
    for (int i = 0; i < POOL_WORKERS_MAX; i++)
        if (p->slots[i].state != EMPTY) {
            pthread_join(p->slots[i].thread, NULL);
            p->slots[i].state = EMPTY;
        }
    p->n_workers = 0;
}

void
pool_free(struct pool *p)
{
    if (!p)
        return;
    pool_stop(p);
    bq_free(p->queue);
    free(p);
}
