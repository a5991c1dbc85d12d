/* SPDX-License-Identifier: ISC */
#include "translator/tasks/keeper.h"

#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/bq.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"

enum {
    LOOK_MS = 1000,
    LOOK_AGE_MS = 200, /* by SCALE_AGE, which must see bursts of a second */
    NORMAL_UP = 5,
    NORMAL_DOWN = 2,
    ANY_UP = 3,
    ANY_DOWN = 1,
};

/* A pool as its keeper sees it. */
struct ward {
    struct pool *pool;
    const char *name;
    int step_up, step_down;
    int64_t calm_since_ms; /* 0: it is not calm */
};

struct keeper {
    struct ward normal, any;
    struct stats *stats;
    struct bq *stop; /* always empty: its end interrupts a wait */
    pthread_t thread;
    bool started;

    pthread_mutex_t lock; /* guards what follows, and the pools' sizes */
    struct keeper_cfg cfg;
    int64_t next_scaling_ms;
    size_t n_events; /* ever */
    struct scale_event events[KEEPER_EVENTS_MAX]; /* ring */
};

struct keeper *
keeper_new(struct pool *normal, struct pool *any, struct stats *stats,
    const struct keeper_cfg *cfg)
{
    struct keeper *k = xcalloc(1, sizeof(*k));

    k->normal = (struct ward){normal, "normal", NORMAL_UP, NORMAL_DOWN, 0};
    k->any = (struct ward){any, "any", ANY_UP, ANY_DOWN, 0};
    k->stats = stats;
    k->cfg = *cfg;
    k->stop = bq_new(1);
    pthread_mutex_init(&k->lock, NULL);
    return k;
}

static void
note(struct keeper *k, const struct ward *w, const struct scale_in *in, int to)
{
    struct scale_event *e = &k->events[k->n_events++ % KEEPER_EVENTS_MAX];

    e->wall_ms = clock_wall_ms();
    snprintf(e->pool, sizeof(e->pool), "%s", w->name);
    e->from = in->workers;
    e->to = to;
    scale_reason(in, to, e->reason);
    k->stats->dynamic_scaling_events++;
    log_info("scaling pool=%s from=%d to=%d reason=\"%s\"", w->name,
        in->workers, to, e->reason);
}

/* With the lock held, as all that follow up to the thread. */
static void
scale(struct keeper *k, struct ward *w, const struct keeper_size *size,
    int64_t now_ms)
{
    struct pool_stats s = pool_stats(w->pool);
    struct scale_in in = {.policy = k->cfg.policy,
        .workers = s.workers,
        .busy = k->cfg.policy == SCALE_SEEDS ? s.wanted : s.busy,
        .min = size->workers,
        .max = size->workers_max,
        .step_up = w->step_up,
        .step_down = w->step_down,
        .waiting = s.waiting,
        .oldest_ms = s.oldest_ms};
    struct err err;
    int want;

    if (!scale_is_calm(&in))
        w->calm_since_ms = 0;
    else if (w->calm_since_ms == 0)
        w->calm_since_ms = now_ms;
    in.calm_ms = w->calm_since_ms ? now_ms - w->calm_since_ms : 0;
    want = scale_want(&in);
    if (want == in.workers)
        return;
    if (want < in.workers)
        w->calm_since_ms = now_ms; /* the next step waits as long again */
    if (!pool_resize(w->pool, want, &err))
        log_error("scaling pool=%s failed reason=\"%s\"", w->name, err.text);
    else
        note(k, w, &in, want);
}

/* The age of a task is looked at every time. */
static int64_t
after(const struct keeper *k, int64_t now_ms)
{
    return k->cfg.policy == SCALE_AGE ? now_ms
                                      : now_ms + k->cfg.interval_s * 1000;
}

static void
look(struct keeper *k)
{
    int64_t now_ms = clock_mono_ms();

    pool_tend(k->normal.pool, k->cfg.hang_ms);
    pool_tend(k->any.pool, k->cfg.hang_ms);
    if (!k->cfg.scaling || now_ms < k->next_scaling_ms)
        return;
    scale(k, &k->normal, &k->cfg.normal, now_ms);
    scale(k, &k->any, &k->cfg.any, now_ms);
    k->next_scaling_ms = after(k, now_ms);
}

static int
wait_ms(const struct keeper *k)
{
    return k->cfg.scaling && k->cfg.policy == SCALE_AGE ? LOOK_AGE_MS : LOOK_MS;
}

static void *
run(void *arg)
{
    struct keeper *k = arg;
    void *none;
    int64_t measured_us = 0, measured_cpu_us = 0;
    int ms = 0;

    while (bq_pop(k->stop, &none, ms) != BQ_CLOSED) {
        if (clock_mono_us() - measured_us >= LOOK_MS * INT64_C(1000))
            stats_measure(k->stats, &measured_us, &measured_cpu_us);
        pthread_mutex_lock(&k->lock);
        look(k);
        ms = wait_ms(k);
        pthread_mutex_unlock(&k->lock);
    }
    return NULL;
}

bool
keeper_start(struct keeper *k, struct err *err)
{
    k->next_scaling_ms = after(k, clock_mono_ms());
    if (!pool_resize(k->normal.pool, k->cfg.normal.workers, err) ||
        !pool_resize(k->any.pool, k->cfg.any.workers, err))
        return false;
    if (pthread_create(&k->thread, NULL, run, k) != 0)
        return err_set(err, FAIL_SYSTEM, "cannot start the keeper: %m");
    k->started = true;
    return true;
}

static bool
apply_size(struct ward *w, const struct keeper_size *from,
    const struct keeper_size *to, struct err *err)
{
    int now = pool_workers(w->pool), n = now;

    assert(to->workers <= to->workers_max);
    pool_set_max(w->pool, (size_t)to->waiting_max);
    if (to->workers != from->workers || now < to->workers)
        n = to->workers;
    if (n > to->workers_max)
        n = to->workers_max;
    return n == now || pool_resize(w->pool, n, err);
}

bool
keeper_apply(struct keeper *k, const struct keeper_cfg *cfg, struct err *err)
{
    struct keeper_cfg old;
    bool ok;

    pthread_mutex_lock(&k->lock);
    old = k->cfg;
    k->cfg = *cfg;
    ok = apply_size(&k->normal, &old.normal, &cfg->normal, err) &&
         apply_size(&k->any, &old.any, &cfg->any, err);
    k->next_scaling_ms = after(k, clock_mono_ms());
    pthread_mutex_unlock(&k->lock);
    return ok;
}

struct keeper_cfg
keeper_cfg(struct keeper *k)
{
    struct keeper_cfg cfg;

    pthread_mutex_lock(&k->lock);
    cfg = k->cfg;
    pthread_mutex_unlock(&k->lock);
    return cfg;
}

bool
keeper_restart(struct keeper *k, struct err *err)
{
    bool ok;

    pthread_mutex_lock(&k->lock);
    ok = pool_restart(k->normal.pool, err) && pool_restart(k->any.pool, err);
    pthread_mutex_unlock(&k->lock);
    return ok;
}

size_t
keeper_events(struct keeper *k, struct scale_event *ret, size_t max)
{
    size_t n;

    pthread_mutex_lock(&k->lock);
    n = k->n_events < KEEPER_EVENTS_MAX ? k->n_events : KEEPER_EVENTS_MAX;
    n = n < max ? n : max;
    for (size_t i = 0; i < n; i++)
        ret[i] = k->events[(k->n_events - 1 - i) % KEEPER_EVENTS_MAX];
    pthread_mutex_unlock(&k->lock);
    return n;
}

void
keeper_free(struct keeper *k)
{
    if (!k)
        return;
    bq_close(k->stop);
    if (k->started)
        pthread_join(k->thread, NULL);
    bq_free(k->stop);
    pthread_mutex_destroy(&k->lock);
    free(k);
}
