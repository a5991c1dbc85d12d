/* SPDX-License-Identifier: ISC */
#include "engine/resident_priv.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"

/* What a model weighs beside its file, before we know better: tables, and the
 * memory of its workers. */
enum { BYTES_MORE = 12 * 1024 * 1024, HANDING_LOOK_NS = 100 * 1000 };

const char *
resident_state_name(enum resident_state state)
{
    static const char *const names[] = {
        [RESIDENT_ON_DISK] = "on disk",
        [RESIDENT_OPENING] = "opening",
        [RESIDENT_OPEN] = "open",
        [RESIDENT_CLOSING] = "closing",
        [RESIDENT_AWAY] = "away",
    };

    return names[state];
}

/* ---- requests ---- */

void
resident_fail(struct resident_request *q, const struct err *err)
{
    q->batch.ok = false;
    q->batch.translation = NULL;
    q->batch.alignment = NULL;
    q->batch.err = *err;
    q->done(q);
}

void
resident_fail_all(struct resident_request *q, const struct err *err)
{
    struct resident_request *next;

    for (; q; q = next) {
        next = q->next;
        resident_fail(q, err);
    }
}

/* With the lock held, as the functions that follow. */
static void
push_waiting(struct resident_model *m, struct resident_request *q)
{
    if (m->n_waiting++ == 0)
        m->wanted_ms = clock_mono_ms();
    q->next = NULL;
    *m->waiting_end = q;
    m->waiting_end = &q->next;
}

struct resident_request *
resident_take_waiting(struct resident_model *m)
{
    struct resident_request *list = m->waiting;

    m->waiting = NULL;
    m->waiting_end = &m->waiting;
    m->n_waiting = 0;
    return list;
}

/* A request has left the batcher; the model may be gone when the lock is. */
static void
count_out(struct resident *r, struct resident_model *m)
{
    m->running--;
    m->used_ms = clock_mono_ms();
    if (m->running == 0)
        pthread_cond_signal(&r->wake);
}

static void
on_batched(struct batcher_request *b)
{
    struct resident_request *q = (struct resident_request *)b;
    struct resident *r = b->user;

    pthread_mutex_lock(&r->lock);
    count_out(r, q->model);
    pthread_mutex_unlock(&r->lock);
    q->done(q);
}

/* The request counts as running; without the lock. */
bool
resident_hand_over(struct resident *r, struct resident_model *m,
    struct batcher *b, struct resident_request *q, struct err *err)
{
    bool ok;

    q->batch.done = on_batched;
    q->batch.user = r;
    ok = batcher_submit(b, &q->batch, err);
    atomic_fetch_sub(&r->handing, 1);
    if (ok)
        return true;
    pthread_mutex_lock(&r->lock);
    count_out(r, m);
    pthread_mutex_unlock(&r->lock);
    return false;
}

bool
resident_submit(struct resident *r, struct resident_model *m,
    struct resident_request *q, struct err *err)
{
    struct batcher *b = NULL;
    bool ok = true;

    q->model = m;
    pthread_mutex_lock(&r->lock);
    assert(!m->dropped);
    if (r->stopping) {
        ok = err_set(err, FAIL_BUSY, "the engine is closing");
    } else if (m->state == RESIDENT_AWAY) {
        *err = m->err;
        ok = false;
    } else if (m->state == RESIDENT_OPEN && !m->yields) {
        b = m->batcher;
        m->running++;
        m->work.requests++;
        atomic_fetch_add(&r->handing, 1);
    } else if (m->n_waiting >= r->cfg.waiting_max) {
        ok = err_set(err, FAIL_BUSY, "too many wait for model %s", m->name);
    } else {
        m->work.requests++;
        push_waiting(m, q);
        pthread_cond_signal(&r->wake);
    }
    pthread_mutex_unlock(&r->lock);
    return b ? resident_hand_over(r, m, b, q, err) : ok;
}

bool
resident_is_away(struct resident *r, const struct resident_model *m)
{
    bool away;

    pthread_mutex_lock(&r->lock);
    away = m->state == RESIDENT_AWAY;
    pthread_mutex_unlock(&r->lock);
    return away;
}

/* ---- life ---- */

struct resident *
resident_new(const struct resident_cfg *cfg, struct err *err)
{
    struct resident *r = xcalloc(1, sizeof(*r));
    int rc;

    assert(cfg->waiting_max > 0);
    r->cfg = *cfg;
    if (!r->cfg.patience_ms)
        r->cfg.patience_ms = RESIDENT_PATIENCE_MS;
    if (!r->cfg.backoff_ms)
        r->cfg.backoff_ms = RESIDENT_BACKOFF_MS;
    pthread_mutex_init(&r->lock, NULL);
    clock_cond_init(&r->wake);
    rc = pthread_create(&r->loader, NULL, resident_load, r);
    if (rc == 0)
        return r;
    err_set(err, FAIL_SYSTEM, "start a thread: %s", strerror(rc));
    pthread_cond_destroy(&r->wake);
    pthread_mutex_destroy(&r->lock);
    free(r);
    return NULL;
}

/* The loader is gone, and what is under way fails on the way out. */
static void
end_model(struct resident *r, struct resident_model *m)
{
    struct resident_request *waiting;
    struct err err;

    err_set(&err, FAIL_BUSY, "the engine is closing");
    pthread_mutex_lock(&r->lock);
    waiting = resident_take_waiting(m);
    pthread_mutex_unlock(&r->lock);
    resident_fail_all(waiting, &err);
    batcher_free(m->batcher);
    model_free(m->model);
    resident_free_model(r, m);
}

void
resident_free(struct resident *r)
{
    if (!r)
        return;
    pthread_mutex_lock(&r->lock);
    r->stopping = true;
    pthread_cond_signal(&r->wake);
    pthread_mutex_unlock(&r->lock);
    pthread_join(r->loader, NULL);
    while (atomic_load(&r->handing) > 0)
        nanosleep(&(struct timespec){0, HANDING_LOOK_NS}, NULL);
    while (r->models)
        end_model(r, r->models);
    pthread_cond_destroy(&r->wake);
    pthread_mutex_destroy(&r->lock);
    free(r);
}

struct resident_model *
resident_add(struct resident *r, const char *folder, const char *name,
    uint64_t bytes, int beam)
{
    struct resident_model *m = xcalloc(1, sizeof(*m)), **end;

    m->folder = xstrdup(folder);
    m->name = xstrdup(name);
    m->beam = beam;
    m->bytes = (size_t)bytes + BYTES_MORE;
    m->waiting_end = &m->waiting;
    pthread_mutex_lock(&r->lock);
    for (end = &r->models; *end;)
        end = &(*end)->next;
    *end = m;
    pthread_mutex_unlock(&r->lock);
    return m;
}

void
resident_drop(struct resident *r, struct resident_model *m)
{
    pthread_mutex_lock(&r->lock);
    assert(!m->dropped);
    m->dropped = true;
    pthread_cond_signal(&r->wake);
    pthread_mutex_unlock(&r->lock);
}

/* ---- numbers ---- */

static struct work
work_of(const struct resident_model *m)
{
    struct work w = m->work;

    if (m->state == RESIDENT_OPEN)
        resident_add_batches(&w, m->batcher);
    return w;
}

static void
describe(const struct resident_model *m, struct resident_model_stats *ret)
{
    struct work w = work_of(m);

    *ret = (struct resident_model_stats){.state = m->state,
        .bytes = m->state == RESIDENT_OPEN ? m->bytes : 0,
        .load_ms = m->load_ms,
        .loads = w.loads,
        .evictions = w.evictions,
        .failures = w.failures,
        .requests = w.requests,
        .running = m->running,
        .waiting = m->n_waiting,
        .steps = w.steps,
        .row_steps = w.row_steps,
        .sentences = w.sentences,
        .source_pieces = w.source_pieces,
        .target_pieces = w.target_pieces};
    snprintf(ret->name, sizeof(ret->name), "%s", m->name);
    snprintf(ret->why, sizeof(ret->why), "%s", m->why);
    if (m->state == RESIDENT_OPEN)
        snprintf(ret->kernel, sizeof(ret->kernel), "%s", resident_kernel(m));
}

void
resident_model_stats(struct resident *r, const struct resident_model *m,
    struct resident_model_stats *ret)
{
    pthread_mutex_lock(&r->lock);
    describe(m, ret);
    pthread_mutex_unlock(&r->lock);
}

struct resident_stats
resident_stats(struct resident *r)
{
    struct resident_stats s = {.bytes_max = r->cfg.bytes_max};
    struct work all;

    pthread_mutex_lock(&r->lock);
    all = r->gone;
    s.bytes = r->bytes;
    for (const struct resident_model *m = r->models; m; m = m->next) {
        struct work w = work_of(m);

        resident_add_work(&all, &w);
        s.models += !m->dropped;
        s.open += m->state == RESIDENT_OPEN;
    }
    pthread_mutex_unlock(&r->lock);
    s.loads = all.loads;
    s.evictions = all.evictions;
    s.failures = all.failures;
    s.requests = all.requests;
    s.steps = all.steps;
    s.row_steps = all.row_steps;
    s.sentences = all.sentences;
    s.source_pieces = all.source_pieces;
    s.target_pieces = all.target_pieces;
    s.load_ms = all.load_ms;
    return s;
}
