/* SPDX-License-Identifier: ISC */
#include "engine/resident.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "models/depot.h"

/* What a model weighs beside its file, before we know better: tables, and the
 * memory of its workers. */
enum { BYTES_MORE = 24 * 1024 * 1024, HANDING_LOOK_NS = 100 * 1000 };

/* What has been done, by a model or by all. */
struct work {
    uint64_t loads, evictions, failures, requests;
    uint64_t steps, row_steps, sentences, source_pieces, target_pieces;
    double load_ms;
};

/* DESIGN.  One lock guards everything; it is held for moments, and neither
 * while a model is opened or closed nor while a request is handed over or
 * done.  Only the loader opens and closes.  A batcher is used by others only
 * while running counts them, and the loader closes it when that is zero. */
struct resident_model {
    char *folder, *name; /* constant */
    enum resident_state state;
    bool dropped; /* the owner has let go: close and free when idle */
    bool yields; /* other models want its room: requests wait */
    bool verified; /* its files were what model.json says */
    struct model *model; /* while open, as the batcher */
    struct batcher *batcher;
    size_t bytes; /* in memory, or an estimate */
    size_t running; /* requests in the batcher */
    struct resident_request *waiting, **waiting_end;
    size_t n_waiting;
    int64_t wanted_ms; /* since when requests wait */
    int64_t used_ms; /* when it last had a request */
    int64_t opened_ms;
    int64_t retry_ms; /* when to try again, while it is away */
    int backoff_ms;
    double load_ms; /* of the last time */
    struct err err; /* why it is away */
    char why[sizeof(((struct err *)0)->text)];
    struct work work;
    struct resident_model *next;
};

struct resident {
    struct resident_cfg cfg;
    pthread_t loader;
    pthread_mutex_t lock; /* guards all that follows */
    pthread_cond_t wake; /* of the loader */
    bool stopping;
    struct resident_model *models; /* in the order of resident_add */
    size_t bytes; /* of all that are open, opening or closing */
    struct work gone; /* of models that were freed */
    atomic_size_t handing; /* calls of batcher_submit under way */
};

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

static void
fail_request(struct resident_request *q, const struct err *err)
{
    q->batch.ok = false;
    q->batch.translation = NULL;
    q->batch.alignment = NULL;
    q->batch.err = *err;
    q->done(q);
}

static void
fail_list(struct resident_request *q, const struct err *err)
{
    struct resident_request *next;

    for (; q; q = next) {
        next = q->next;
        fail_request(q, err);
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

static struct resident_request *
take_waiting(struct resident_model *m)
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
static bool
hand_over(struct resident *r, struct resident_model *m, struct batcher *b,
    struct resident_request *q, struct err *err)
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
    return b ? hand_over(r, m, b, q, err) : ok;
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

/* ---- closing ---- */

static void
add_work(struct work *sum, const struct work *w)
{
    sum->loads += w->loads;
    sum->evictions += w->evictions;
    sum->failures += w->failures;
    sum->requests += w->requests;
    sum->steps += w->steps;
    sum->row_steps += w->row_steps;
    sum->sentences += w->sentences;
    sum->source_pieces += w->source_pieces;
    sum->target_pieces += w->target_pieces;
    sum->load_ms += w->load_ms;
}

static void
add_batches(struct work *w, struct batcher *b)
{
    struct batcher_stats s = batcher_stats(b);

    w->steps += s.steps;
    w->row_steps += s.row_steps;
    w->sentences += s.sentences;
    w->source_pieces += s.source_pieces;
    w->target_pieces += s.target_pieces;
}

/* The loader's, with the lock held, which is let go meanwhile.  Nobody uses the
 * batcher. */
static void
close_model(struct resident *r, struct resident_model *m)
{
    assert(m->state == RESIDENT_OPEN && m->running == 0);
    m->state = RESIDENT_CLOSING;
    add_batches(&m->work, m->batcher);
    pthread_mutex_unlock(&r->lock);
    batcher_free(m->batcher);
    model_free(m->model);
    pthread_mutex_lock(&r->lock);
    m->batcher = NULL;
    m->model = NULL;
    m->yields = false;
    m->state = RESIDENT_ON_DISK;
    r->bytes -= m->bytes;
}

static void
free_model(struct resident *r, struct resident_model *m)
{
    struct resident_model **at = &r->models;

    while (*at != m)
        at = &(*at)->next;
    *at = m->next;
    add_work(&r->gone, &m->work);
    free(m->folder);
    free(m->name);
    free(m);
}

/* Close and free one that was dropped and has nothing to do; false when there
 * is none. */
static bool
bury_one(struct resident *r)
{
    struct resident_model *m = r->models;

    while (m && !(m->dropped && m->running == 0 && m->n_waiting == 0))
        m = m->next;
    if (!m)
        return false;
    if (m->state == RESIDENT_OPEN)
        close_model(r, m);
    free_model(r, m);
    return true;
}

/* ---- opening ---- */

static bool
is_idle(const struct resident_model *m)
{
    return m->state == RESIDENT_OPEN && m->running == 0 && m->n_waiting == 0;
}

static struct resident_model *
find_idle(const struct resident *r)
{
    struct resident_model *idle = NULL;

    for (struct resident_model *m = r->models; m; m = m->next)
        if (is_idle(m) && (!idle || m->used_ms < idle->used_ms))
            idle = m;
    return idle;
}

/* Let the model that was opened first make room, unless one does so. */
static void
let_yield(struct resident *r)
{
    struct resident_model *first = NULL;

    for (struct resident_model *m = r->models; m; m = m->next) {
        if (m->yields)
            return;
        if (m->state == RESIDENT_OPEN &&
            (!first || m->opened_ms < first->opened_ms))
            first = m;
    }
    if (first)
        first->yields = true;
}

/* One that yields and has nothing under way makes room, though requests wait
 * for it again. */
static struct resident_model *
find_yielded(const struct resident *r)
{
    struct resident_model *m = r->models;

    while (m && !(m->yields && m->running == 0))
        m = m->next;
    return m;
}

/* Close models until there is room for so many bytes more.  False when that
 * must wait until something is idle. */
static bool
make_room(
    struct resident *r, const struct resident_model *for_model, size_t bytes)
{
    while (r->bytes > 0 && r->bytes + bytes > r->cfg.bytes_max) {
        struct resident_model *m = find_yielded(r);
        char name[sizeof(((struct resident_model_stats *)0)->name)];

        if (!m)
            m = find_idle(r);
        if (!m || m == for_model)
            return false;
        snprintf(name, sizeof(name), "%s", m->name);
        m->work.evictions++;
        close_model(r, m);
        log_info(
            "model closed to make room model=%s bytes=%zu", name, m->bytes);
    }
    return true;
}

/* What opening gives; without the lock. */
static bool
open_files(const struct resident_cfg *cfg, struct resident_model *m,
    struct model **model, struct batcher **batcher, struct err *err)
{
    char *dir = xmalloc(strlen(m->folder) + strlen(m->name) + 2);

    sprintf(dir, "%s/%s", m->folder, m->name);
    *model = NULL;
    *batcher = NULL;
    if (m->verified || depot_verify(m->folder, m->name, err)) {
        m->verified = true;
        *model = model_open_dir(dir, cfg->precision, err);
    }
    if (*model)
        *batcher = batcher_new(*model, &cfg->batcher, err);
    if (*model && !*batcher) {
        model_free(*model);
        *model = NULL;
    }
    free(dir);
    return *model != NULL;
}

/* With the lock held, which is let go for done(). */
static void
send_away(struct resident *r, struct resident_model *m, const struct err *err)
{
    struct resident_request *waiting = take_waiting(m);
    bool first = m->backoff_ms == 0;

    m->state = RESIDENT_AWAY;
    /* Whatever is wrong with the file, the text is not to blame: another engine
     * may have it. */
    err_set(&m->err, FAIL_SYSTEM, "model %s: %s", m->name, err->text);
    memcpy(m->why, m->err.text, sizeof(m->why));
    m->backoff_ms = first ? r->cfg.backoff_ms : 2 * m->backoff_ms;
    if (m->backoff_ms > RESIDENT_BACKOFF_MS_MAX)
        m->backoff_ms = RESIDENT_BACKOFF_MS_MAX;
    m->retry_ms = clock_mono_ms() + m->backoff_ms;
    m->work.failures++;
    if (first)
        log_error("model cannot be opened reason=\"%s\"", m->err.text);
    struct err why = m->err;

    pthread_mutex_unlock(&r->lock);
    fail_list(waiting, &why);
    if (r->cfg.changed)
        r->cfg.changed(r->cfg.ctx);
    pthread_mutex_lock(&r->lock);
}

/* With the lock held, which is let go meanwhile: give the batcher what waits.
 * Newcomers may overtake. */
static void
hand_over_waiting(struct resident *r, struct resident_model *m)
{
    struct resident_request *q = take_waiting(m), *next;
    struct batcher *b = m->batcher;
    struct err err;

    for (next = q; next; next = next->next) {
        m->running++;
        atomic_fetch_add(&r->handing, 1);
    }
    pthread_mutex_unlock(&r->lock);
    for (; q; q = next) {
        next = q->next;
        if (!hand_over(r, m, b, q, &err))
            fail_request(q, &err);
    }
    pthread_mutex_lock(&r->lock);
}

/* The model is in memory, and bytes says what it weighs. */
static void
settle_open(struct resident *r, struct resident_model *m, int64_t started_us)
{
    bool was_away = m->backoff_ms > 0;

    m->state = RESIDENT_OPEN;
    m->backoff_ms = 0;
    m->opened_ms = m->used_ms = clock_mono_ms();
    m->load_ms = (double)(clock_mono_us() - started_us) / 1e3;
    m->work.loads++;
    m->work.load_ms += m->load_ms;
    log_info("model open model=%s ms=%.0f bytes=%zu kernel=%s all_bytes=%zu",
        m->name, m->load_ms, m->bytes, model_kernel(m->model), r->bytes);
    hand_over_waiting(r, m);
    if (!was_away || !r->cfg.changed)
        return;
    pthread_mutex_unlock(&r->lock);
    r->cfg.changed(r->cfg.ctx);
    pthread_mutex_lock(&r->lock);
}

/* Open m, for which there is room by what we know of it, with the lock held,
 * which is let go meanwhile.  It may turn out to weigh more: then it goes on
 * waiting with that known. */
static void
open_model(struct resident *r, struct resident_model *m)
{
    int64_t started_us = clock_mono_us();
    size_t guess = m->bytes;
    struct model *model;
    struct batcher *batcher;
    struct err err;
    bool ok;

    m->state = RESIDENT_OPENING;
    r->bytes += guess;
    pthread_mutex_unlock(&r->lock);
    ok = open_files(&r->cfg, m, &model, &batcher, &err);
    pthread_mutex_lock(&r->lock);
    r->bytes -= guess;
    if (!ok) {
        send_away(r, m, &err);
        return;
    }
    m->bytes = model_bytes(model) + batcher_bytes(batcher);
    m->model = model;
    m->batcher = batcher;
    if (make_room(r, m, m->bytes) && m->bytes <= r->cfg.bytes_max) {
        r->bytes += m->bytes;
        settle_open(r, m, started_us);
        return;
    }
    r->bytes += m->bytes;
    m->state = RESIDENT_OPEN;
    close_model(r, m);
    if (m->bytes > r->cfg.bytes_max) {
        err_set(&err, FAIL_SYSTEM, "needs %zu MB, more than the %zu allowed",
            m->bytes >> 20, r->cfg.bytes_max >> 20);
        send_away(r, m, &err);
    }
}

/* ---- the loader ---- */

/* Whom to open next: for whom requests have waited longest, else one that is
 * away and shall be tried again. */
static struct resident_model *
find_wanted(const struct resident *r, int64_t now)
{
    struct resident_model *wanted = NULL, *again = NULL;

    for (struct resident_model *m = r->models; m; m = m->next) {
        if (m->state == RESIDENT_ON_DISK && m->n_waiting > 0 &&
            (!wanted || m->wanted_ms < wanted->wanted_ms))
            wanted = m;
        if (m->state == RESIDENT_AWAY && !m->dropped && now >= m->retry_ms)
            again = m;
    }
    return wanted ? wanted : again;
}

/* Open one model that is wanted.  False when nothing can be done now. */
static bool
open_one(struct resident *r)
{
    int64_t now = clock_mono_ms();
    struct resident_model *m = find_wanted(r, now);

    if (!m)
        return false;
    if (make_room(r, m, m->bytes)) {
        open_model(r, m);
        return true;
    }
    if (m->state == RESIDENT_AWAY) {
        m->retry_ms = now + r->cfg.patience_ms;
        return true;
    }
    if (now - m->wanted_ms >= r->cfg.patience_ms)
        let_yield(r);
    return false;
}

/* A model that was to make room and is not needed for that any more. */
static bool
resume_one(struct resident *r)
{
    struct resident_model *m = r->models;

    if (find_wanted(r, clock_mono_ms()))
        return false;
    while (m && !(m->yields && m->state == RESIDENT_OPEN))
        m = m->next;
    if (!m)
        return false;
    m->yields = false;
    hand_over_waiting(r, m);
    return true;
}

/* Until something happens, or the next thing is due by itself. */
static void
sleep_until_needed(struct resident *r)
{
    int64_t now = clock_mono_ms(), due = INT64_MAX;
    struct timespec until;

    for (const struct resident_model *m = r->models; m; m = m->next) {
        if (m->state == RESIDENT_AWAY && m->retry_ms < due)
            due = m->retry_ms;
        if (m->state == RESIDENT_ON_DISK && m->n_waiting > 0 &&
            now + r->cfg.patience_ms / 4 + 1 < due)
            due = now + r->cfg.patience_ms / 4 + 1;
    }
    if (due - now > RESIDENT_BACKOFF_MS_MAX)
        due = now + RESIDENT_BACKOFF_MS_MAX;
    until = clock_after(due > now ? (int)(due - now) : 0);
    pthread_cond_timedwait(&r->wake, &r->lock, &until);
}

static void *
load(void *arg)
{
    struct resident *r = arg;

    pthread_setname_np(pthread_self(), "models");
    pthread_mutex_lock(&r->lock);
    while (!r->stopping)
        if (!bury_one(r) && !open_one(r) && !resume_one(r))
            sleep_until_needed(r);
    pthread_mutex_unlock(&r->lock);
    return NULL;
}

/* ---- life ---- */

struct resident *
resident_new(const struct resident_cfg *cfg, struct err *err)
{
    struct resident *r = xcalloc(1, sizeof(*r));
    pthread_condattr_t attr;
    int rc;

    assert(cfg->waiting_max > 0);
    r->cfg = *cfg;
    if (!r->cfg.patience_ms)
        r->cfg.patience_ms = RESIDENT_PATIENCE_MS;
    if (!r->cfg.backoff_ms)
        r->cfg.backoff_ms = RESIDENT_BACKOFF_MS;
    pthread_mutex_init(&r->lock, NULL);
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&r->wake, &attr);
    pthread_condattr_destroy(&attr);
    rc = pthread_create(&r->loader, NULL, load, r);
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
    waiting = take_waiting(m);
    pthread_mutex_unlock(&r->lock);
    fail_list(waiting, &err);
    batcher_free(m->batcher);
    model_free(m->model);
    free_model(r, m);
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
resident_add(
    struct resident *r, const char *folder, const char *name, uint64_t bytes)
{
    struct resident_model *m = xcalloc(1, sizeof(*m)), **end;

    m->folder = xstrdup(folder);
    m->name = xstrdup(name);
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
        add_batches(&w, m->batcher);
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
        snprintf(
            ret->kernel, sizeof(ret->kernel), "%s", model_kernel(m->model));
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

        add_work(&all, &w);
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
