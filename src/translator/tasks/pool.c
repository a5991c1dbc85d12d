/* SPDX-License-Identifier: ISC */
#include "translator/tasks/pool.h"

#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/queue.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fair.h"
#include "base/log.h"
#include "base/mem.h"

enum {
    NAME_BYTES = 32,
    IDLE_MS = 60 * 1000, /* a wait without reason; every wait has an end */
};

/* A thread.  It sits in a seat, which numbers it, until it is asked to leave
 * or hangs, and then among those leaving until it has ended and is joined. */
struct worker {
    TAILQ_ENTRY(worker) link; /* in leaving */
    struct pool *pool;
    pthread_t thread;
    int seat;
    char name[NAME_BYTES];
    bool leaves; /* ends after its item */
    bool lost; /* hangs; its turn was ended for it */
    bool examined; /* its item is with cfg.hung: it must not drop it */
    bool ended; /* may be joined */
    bool busy;
    int64_t since_us; /* has its item */
    struct fair_turn turn; /* when busy */
};

TAILQ_HEAD(workers, worker);

/* One lock for queue and workers, never held across a callback.  To spare
 * futile system calls a push wakes one worker at most, and whoever gets an item
 * wakes the next one if there is more; of the idle ones a single one, the
 * timekeeper, looks when a conversation that lets others pass may go on. */
struct pool {
    struct pool_cfg cfg;
    int window; /* items of one conversation that are worked on at once */
    atomic_int n_workers, n_busy;
    atomic_bool stopping;

    pthread_mutex_t lock; /* guards all that follows, and the workers */
    pthread_cond_t work; /* on CLOCK_MONOTONIC, as the other */
    pthread_cond_t change; /* a worker ended, or is examined no more */
    struct fair *queue;
    int n_idle, n_waking; /* of the idle ones, so many were woken */
    bool has_timekeeper;
    unsigned long long n_replaced;
    struct recent waits_us; /* of the items taken */
    struct workers leaving;
    struct worker *seats[POOL_WORKERS_MAX]; /* the first n_workers are taken */
};

static int
window_of(long processors)
{
    return processors > POOL_WINDOW_MIN / 2 ? (int)processors * 2
                                            : POOL_WINDOW_MIN;
}

struct pool *
pool_new(const struct pool_cfg *cfg)
{
    struct pool *p = xcalloc(1, sizeof(*p));

    assert(cfg->work && cfg->drop);
    p->cfg = *cfg;
    p->window = window_of(sysconf(_SC_NPROCESSORS_ONLN));
    p->queue = fair_new(cfg->queue_max);
    TAILQ_INIT(&p->leaving);
    pthread_mutex_init(&p->lock, NULL);
    clock_cond_init(&p->work);
    clock_cond_init(&p->change);
    return p;
}

/* With the lock held: wake an idle worker, unless all were. */
static void
wake_one(struct pool *p)
{
    if (p->n_idle > p->n_waking) {
        p->n_waking++;
        pthread_cond_signal(&p->work);
    }
}

/* With the lock held: let an idle worker look at what this one leaves.  One
 * that is on its way will do so itself. */
static void
pass_on(struct pool *p)
{
    bool due = fair_due_us(p->queue) < INT64_MAX && !p->has_timekeeper;

    if (p->n_waking == 0 && (due || fair_ready(p->queue)))
        wake_one(p);
}

static void
wait_for_work(struct pool *p)
{
    int64_t due_us = fair_due_us(p->queue);
    bool keeps_time = due_us < INT64_MAX && !p->has_timekeeper;
    int64_t wait_us = keeps_time ? due_us - clock_mono_us() : 0;
    struct timespec until =
        clock_after(!keeps_time   ? IDLE_MS
                    : wait_us > 0 ? (int)(wait_us / 1000) + 1
                                  : 0);

    p->has_timekeeper |= keeps_time;
    p->n_idle++;
    pthread_cond_timedwait(&p->work, &p->lock, &until);
    p->n_idle--;
    if (p->n_waking > 0)
        p->n_waking--;
    if (keeps_time)
        p->has_timekeeper = false;
}

static bool
may_go_on(const struct pool *p, const struct worker *w)
{
    return !p->stopping && !w->leaves && !w->lost;
}

/* With the lock held: get an item, if there is one for now. */
static bool
take_turn(struct pool *p, struct worker *w)
{
    int most = p->n_workers - p->n_workers / 10;
    struct fair_now now = {.us = clock_mono_us(),
        .busy_max = most < 1           ? 1
                    : most < p->window ? most
                                       : p->window};

    if (!may_go_on(p, w) || !fair_pop(p->queue, &now, &w->turn))
        return false;
    w->busy = true;
    w->since_us = now.us;
    recent_add(
        &p->waits_us, (uint64_t)(now.us - w->turn.pushed_us), now.us / 1000);
    p->n_busy++;
    pass_on(p);
    return true;
}

/* With the lock held: w has an item no more, as far as the pool is concerned. */
static void
end_turn(struct pool *p, struct worker *w)
{
    fair_done(p->queue, &w->turn);
    w->busy = false;
    p->n_busy--;
}

/* With the lock held, which it lets go meanwhile: work on the item of w and on
 * all that come without waiting. */
static void
work_on(struct pool *p, struct worker *w)
{
    struct pool_worker self = {w->name, &p->stopping};

    while (w->busy) {
        void *item = w->turn.item;
        pthread_mutex_unlock(&p->lock);
        p->cfg.work(item, &self, p->cfg.ctx);
        pthread_mutex_lock(&p->lock);
        while (w->examined)
            pthread_cond_wait(&p->change, &p->lock);
        if (w->busy)
            end_turn(p, w);
        take_turn(p, w);
        pthread_mutex_unlock(&p->lock);
        p->cfg.drop(item);
        pthread_mutex_lock(&p->lock);
    }
}

static void *
run(void *arg)
{
    struct worker *w = arg;
    struct pool *p = w->pool;

    pthread_mutex_lock(&p->lock);
    while (may_go_on(p, w)) {
        if (take_turn(p, w))
            work_on(p, w);
        else
            wait_for_work(p);
    }
    w->ended = true;
    pass_on(p);
    pthread_cond_broadcast(&p->change);
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

/* With the lock held: one who sat here and has not noticed yet that it should
 * leave comes back. */
static bool
call_back(struct pool *p, int seat)
{
    struct worker *w;

    TAILQ_FOREACH(w, &p->leaving, link)
    if (w->seat == seat && w->leaves && !w->lost && !w->ended) {
        TAILQ_REMOVE(&p->leaving, w, link);
        w->leaves = false;
        p->seats[seat] = w;
        return true;
    }
    return false;
}

static bool
seat_new(struct pool *p, int seat, struct err *err)
{
    struct worker *w = xcalloc(1, sizeof(*w));
    int rc;

    w->pool = p;
    w->seat = seat;
    snprintf(w->name, NAME_BYTES, "%s_worker_%d", p->cfg.name, seat + 1);
    rc = pthread_create(&w->thread, NULL, run, w);
    if (rc == 0) {
        p->seats[seat] = w;
        return true;
    }
    err_set(err, FAIL_SYSTEM, "cannot start %s: error %d", w->name, rc);
    free(w);
    return false;
}

static void
unseat(struct pool *p, int seat)
{
    struct worker *w = p->seats[seat];

    w->leaves = true;
    p->seats[seat] = NULL;
    TAILQ_INSERT_TAIL(&p->leaving, w, link);
}

bool
pool_resize(struct pool *p, int n, struct err *err)
{
    bool ok = true;

    assert(n >= 0 && n <= POOL_WORKERS_MAX);
    pthread_mutex_lock(&p->lock);
    while (ok && p->n_workers < n) {
        ok = call_back(p, p->n_workers) || seat_new(p, p->n_workers, err);
        p->n_workers += ok;
    }
    while (p->n_workers > n)
        unseat(p, --p->n_workers);
    pthread_cond_broadcast(&p->work);
    pthread_mutex_unlock(&p->lock);
    return ok;
}

void
pool_set_max(struct pool *p, size_t n)
{
    pthread_mutex_lock(&p->lock);
    fair_set_max(p->queue, n);
    pthread_mutex_unlock(&p->lock);
}

bool
pool_restart(struct pool *p, struct err *err)
{
    bool ok = true;
    int n;

    pthread_mutex_lock(&p->lock);
    n = p->n_workers;
    for (int i = 0; i < n; i++)
        unseat(p, i);
    for (p->n_workers = 0; ok && p->n_workers < n; p->n_workers += ok)
        ok = seat_new(p, p->n_workers, err);
    pthread_cond_broadcast(&p->work);
    pthread_mutex_unlock(&p->lock);
    return ok;
}

/* With the lock held, which it lets go: give the item of w, which hangs, to
 * cfg.hung and its seat to another. */
static void
replace(struct pool *p, struct worker *w)
{
    void *item = w->turn.item;
    struct err err;

    log_error("%s hangs and is replaced", w->name);
    w->lost = w->examined = true;
    end_turn(p, w);
    if (!w->leaves) {
        unseat(p, w->seat);
        if (!seat_new(p, w->seat, &err)) {
            /* The last one moves up: seats are taken without a gap. */
            log_error("no replacement reason=\"%s\"", err.text);
            p->n_workers--;
            p->seats[w->seat] = p->seats[p->n_workers];
            p->seats[p->n_workers] = NULL;
            if (p->seats[w->seat])
                p->seats[w->seat]->seat = w->seat;
        }
    }
    p->n_replaced++;
    pthread_mutex_unlock(&p->lock);
    if (p->cfg.hung)
        p->cfg.hung(p, item, p->cfg.ctx);
    pthread_mutex_lock(&p->lock);
    w->examined = false;
    pthread_cond_broadcast(&p->change);
}

/* With the lock held: one that has had its item since before then_us. */
static struct worker *
find_hung(struct pool *p, int64_t then_us)
{
    struct worker *w;

    for (int i = 0; i < p->n_workers; i++)
        if (p->seats[i]->busy && p->seats[i]->since_us < then_us)
            return p->seats[i];
    TAILQ_FOREACH(w, &p->leaving, link)
    if (w->busy && w->since_us < then_us)
        return w;
    return NULL;
}

/* With the lock held: those who may be joined. */
static void
take_ended(struct pool *p, struct workers *ret)
{
    struct worker *w, *next;

    TAILQ_INIT(ret);
    for (w = TAILQ_FIRST(&p->leaving); w; w = next) {
        next = TAILQ_NEXT(w, link);
        if (w->ended && !w->examined) {
            TAILQ_REMOVE(&p->leaving, w, link);
            TAILQ_INSERT_TAIL(ret, w, link);
        }
    }
}

static void
join_all(struct workers *ended)
{
    struct worker *w;

    while ((w = TAILQ_FIRST(ended))) {
        TAILQ_REMOVE(ended, w, link);
        pthread_join(w->thread, NULL);
        free(w);
    }
}

int
pool_tend(struct pool *p, int hang_ms)
{
    struct workers ended;
    struct worker *w;
    int n = 0;

    pthread_mutex_lock(&p->lock);
    while (!p->stopping &&
           (w = find_hung(p, clock_mono_us() - hang_ms * INT64_C(1000)))) {
        replace(p, w);
        n++;
    }
    take_ended(p, &ended);
    pthread_mutex_unlock(&p->lock);
    join_all(&ended);
    return n;
}

bool
pool_push(struct pool *p, struct span key, void *item)
{
    int64_t now_us = clock_mono_us();
    bool ok;

    pthread_mutex_lock(&p->lock);
    ok = !p->stopping && fair_push(p->queue, key, item, now_us) != NULL;
    if (ok) {
        if (fair_ready(p->queue))
            wake_one(p);
        else
            pass_on(p);
    }
    pthread_mutex_unlock(&p->lock);
    return ok;
}

size_t
pool_len(struct pool *p)
{
    size_t len;

    pthread_mutex_lock(&p->lock);
    len = fair_len(p->queue);
    pthread_mutex_unlock(&p->lock);
    return len;
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

struct pool_stats
pool_stats(struct pool *p)
{
    struct pool_stats s = {0};
    struct worker *w;

    pthread_mutex_lock(&p->lock);
    s.waiting = fair_len(p->queue);
    s.waiting_max = fair_max(p->queue);
    s.conversations = fair_keys(p->queue);
    s.workers = p->n_workers;
    s.busy = p->n_busy;
    s.wanted = s.waiting < (size_t)(s.workers - s.busy)
                   ? s.busy + (int)s.waiting
                   : s.workers;
    s.replaced = p->n_replaced;
    TAILQ_FOREACH(w, &p->leaving, link)
    s.leaving += !w->ended;
    if (s.waiting > 0)
        s.oldest_ms = (clock_mono_us() - fair_oldest_us(p->queue)) / 1000;
    pthread_mutex_unlock(&p->lock);
    return s;
}

void
pool_waits(struct pool *p, struct hist *all, struct hist *minute)
{
    pthread_mutex_lock(&p->lock);
    *all = p->waits_us.all;
    recent_minute(&p->waits_us, clock_mono_ms(), minute);
    pthread_mutex_unlock(&p->lock);
}

/* With the lock held: wait until all have ended.  False when some hang. */
static bool
wait_for_end(struct pool *p)
{
    struct timespec until = clock_after(POOL_STOP_MS);
    struct worker *w;
    bool late = false;

    TAILQ_FOREACH(w, &p->leaving, link)
    while (!w->ended && !late)
        late = pthread_cond_timedwait(&p->change, &p->lock, &until) != 0;
    return !late;
}

bool
pool_stop(struct pool *p)
{
    struct workers ended;
    void *item;
    bool ok;

    pthread_mutex_lock(&p->lock);
    p->stopping = true;
    while (p->n_workers > 0)
        unseat(p, --p->n_workers);
    pthread_cond_broadcast(&p->work);
    while ((item = fair_take(p->queue))) {
        pthread_mutex_unlock(&p->lock);
        p->cfg.drop(item);
        pthread_mutex_lock(&p->lock);
    }
    ok = wait_for_end(p);
    take_ended(p, &ended);
    pthread_mutex_unlock(&p->lock);
    join_all(&ended);
    return ok;
}

void
pool_free(struct pool *p)
{
    bool stopped;

    if (!p)
        return;
    stopped = pool_stop(p);
    assert(stopped);
    fair_free(p->queue);
    pthread_cond_destroy(&p->change);
    pthread_cond_destroy(&p->work);
    pthread_mutex_destroy(&p->lock);
    free(p);
}
