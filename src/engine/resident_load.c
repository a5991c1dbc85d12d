/* SPDX-License-Identifier: ISC */
#include "engine/resident_priv.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/backoff.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "models/depot.h"

/* ---- closing ---- */

void
resident_add_work(struct work *sum, const struct work *w)
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

void
resident_add_batches(struct work *w, struct batcher *b)
{
    struct batcher_stats s = batcher_stats(b);

    w->steps += s.steps;
    w->row_steps += s.row_steps;
    w->sentences += s.sentences;
    w->source_pieces += s.source_pieces;
    w->target_pieces += s.target_pieces;
}

const char *
resident_kernel(const struct resident_model *m)
{
    enum device_kind device = batcher_stats(m->batcher).device;

    return device == DEVICE_CPU ? model_kernel(m->model) : device_name(device);
}

/* The loader's, with the lock held, which is let go meanwhile.  Nobody uses the
 * batcher. */
static void
close_model(struct resident *r, struct resident_model *m)
{
    assert(m->state == RESIDENT_OPEN && m->running == 0);
    m->state = RESIDENT_CLOSING;
    resident_add_batches(&m->work, m->batcher);
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

void
resident_free_model(struct resident *r, struct resident_model *m)
{
    struct resident_model **at = &r->models;

    while (*at != m)
        at = &(*at)->next;
    *at = m->next;
    resident_add_work(&r->gone, &m->work);
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
    resident_free_model(r, m);
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
    struct batcher_cfg bc = cfg->batcher;

    sprintf(dir, "%s/%s", m->folder, m->name);
    *model = NULL;
    *batcher = NULL;
    if (m->verified || depot_verify(m->folder, m->name, err)) {
        m->verified = true;
        *model = model_open_dir(dir, cfg->precision, err);
    }
    bc.beam_max = m->beam;
    if (*model)
        *batcher = batcher_new(*model, &bc, err);
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
    struct resident_request *waiting = resident_take_waiting(m);
    bool first = m->failures++ == 0;

    m->state = RESIDENT_AWAY;
    /* Whatever is wrong with the file, the text is not to blame: another engine
     * may have it. */
    err_set(&m->err, FAIL_SYSTEM, "model %s: %s", m->name, err->text);
    memcpy(m->why, m->err.text, sizeof(m->why));
    m->retry_ms = clock_mono_ms() + backoff_ms(r->cfg.backoff_ms,
                                        RESIDENT_BACKOFF_MS_MAX, m->failures);
    m->work.failures++;
    if (first)
        log_error("model cannot be opened reason=\"%s\"", m->err.text);
    struct err why = m->err;

    pthread_mutex_unlock(&r->lock);
    resident_fail_all(waiting, &why);
    if (r->cfg.changed)
        r->cfg.changed(r->cfg.ctx);
    pthread_mutex_lock(&r->lock);
}

/* With the lock held, which is let go meanwhile: give the batcher what waits.
 * Newcomers may overtake. */
static void
hand_over_waiting(struct resident *r, struct resident_model *m)
{
    struct resident_request *q = resident_take_waiting(m), *next;
    struct batcher *b = m->batcher;
    struct err err;

    for (next = q; next; next = next->next) {
        m->running++;
        atomic_fetch_add(&r->handing, 1);
    }
    pthread_mutex_unlock(&r->lock);
    for (; q; q = next) {
        next = q->next;
        if (!resident_hand_over(r, m, b, q, &err))
            resident_fail(q, &err);
    }
    pthread_mutex_lock(&r->lock);
}

/* The model is in memory, and bytes says what it weighs. */
static void
settle_open(struct resident *r, struct resident_model *m, int64_t started_us)
{
    bool was_away = m->failures > 0;

    m->state = RESIDENT_OPEN;
    m->failures = 0;
    m->opened_ms = m->used_ms = clock_mono_ms();
    m->load_ms = (double)(clock_mono_us() - started_us) / 1e3;
    m->work.loads++;
    m->work.load_ms += m->load_ms;
    log_info("model open model=%s ms=%.0f bytes=%zu kernel=%s all_bytes=%zu",
        m->name, m->load_ms, m->bytes, resident_kernel(m), r->bytes);
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

void *
resident_load(void *arg)
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
