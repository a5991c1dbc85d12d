/* SPDX-License-Identifier: ISC */
#include "nn/batcher.h"

#include <assert.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "nn/job.h"
#include "nn/model.h"
#include "nn/search.h"

/*
 * One queue, from which every worker takes between two steps, but no more than
 * its share of those who wait: the others come for theirs.  The lock is held for
 * taking and counting only, never while computing or calling out.
 *
 * How many run at once is a question of caches.  A step reads the weights once
 * for all, and for each sentence its own keys, values and candidates, some
 * hundred kilobytes: beyond STEP_BYTES of these, another row costs more than it
 * saves.  And encoding newcomers drives out what those who run will read next,
 * so many are encoded at once: when half of those who ran have left, or after
 * JOIN_STEPS.
 */
struct worker {
    struct batcher *b;
    pthread_t thread;
    struct search *search;
    struct job *jobs; /* under way, newest first */
    struct sentence *pending, **pending_tail; /* have no rows yet */
    struct sentence **joining; /* [rows] */
    struct batcher_request *taken; /* from the queue, not yet looked at */
    struct search_stats before; /* of a search that lost its device */
    uint64_t text_bytes; /* of all requests looked at */
    uint64_t joined_step; /* when newcomers joined last */
    struct search_stats seen; /* guarded by the batcher's lock */
};

struct batcher {
    const struct model *m;
    struct batcher_cfg cfg;
    const struct device_ops *ops; /* of the device; NULL: the CPU's */
    struct device *device; /* has the model's weights */
    size_t bytes;
    pthread_mutex_t lock; /* guards all that follows */
    pthread_cond_t work;
    struct line {
        struct batcher_request *head, **tail;
    } waits, behind; /* behind: in the background */
    int ahead; /* others since one of these went */
    uint64_t waiting, running, requests, failed;
    bool closing;
    enum device_kind in_use; /* the CPU as soon as one worker needs it */
    int n_idle, n_threads;
    struct worker workers[];
};

enum {
    ROWS_DEFAULT = 24,
    WAITING_DEFAULT = 1024,
    STEP_BYTES = 4 << 20, /* that a step reads beside the weights at most */
    BACKGROUND_TURN = 8, /* one in the background goes after so many others */
    JOIN_STEPS = 32, /* that newcomers wait for others at most */
};

/* --- the queue -------------------------------------------------------- */

static void
line_init(struct line *l)
{
    *l = (struct line){.tail = &l->head};
}

static void
line_push(struct line *l, struct batcher_request *r)
{
    *l->tail = r;
    l->tail = &r->next;
}

static struct batcher_request *
line_pop(struct line *l)
{
    struct batcher_request *r = l->head;

    if (!r)
        return NULL;
    l->head = r->next;
    if (!l->head)
        l->tail = &l->head;
    r->next = NULL;
    return r;
}

/* Whose turn it is; empty when nobody waits. */
static struct line *
next_line(struct batcher *b)
{
    bool due = !b->waits.head || b->ahead >= BACKGROUND_TURN;

    return b->behind.head && due ? &b->behind : &b->waits;
}

static bool
request_check(
    const struct batcher *b, const struct batcher_request *r, struct err *err)
{
    assert(r->done);
    if (r->text.len > BATCHER_TEXT_BYTES_MAX)
        return err_set(err, FAIL_TOO_LARGE, "a text has at most %d bytes",
            BATCHER_TEXT_BYTES_MAX);
    if (r->beam < 0 || r->beam > b->cfg.beam_max)
        return err_set(
            err, FAIL_BAD_INPUT, "beams are 1 to %d wide", b->cfg.beam_max);
    return true;
}

bool
batcher_submit(struct batcher *b, struct batcher_request *r, struct err *err)
{
    bool closing, full;

    if (!request_check(b, r, err))
        return false;
    r->ok = r->cut = r->looping = false;
    r->translation = NULL;
    r->alignment = NULL;
    r->score = r->confidence = 0;
    r->pieces_src = r->pieces_trg = r->strange_pieces = 0;
    r->err = (struct err){0};
    r->next = NULL;

    pthread_mutex_lock(&b->lock);
    closing = b->closing;
    full = b->waiting >= (uint64_t)b->cfg.waiting_max;
    if (!closing && !full) {
        line_push(r->background ? &b->behind : &b->waits, r);
        b->waiting++;
        if (b->n_idle > 0)
            pthread_cond_signal(&b->work);
    }
    pthread_mutex_unlock(&b->lock);
    if (closing)
        return err_set(err, FAIL_SYSTEM, "the engine is closing");
    return !full || err_set(err, FAIL_BUSY, "%d sentences wait already",
                        b->cfg.waiting_max);
}

static void
request_fail(struct batcher *b, struct batcher_request *r)
{
    pthread_mutex_lock(&b->lock);
    b->failed++;
    pthread_mutex_unlock(&b->lock);
    r->ok = false;
    r->done(r);
}

static bool
worker_empty(const struct worker *w)
{
    return !w->jobs && search_rows_used(w->search) == 0;
}

/* May newcomers join those who run? */
static bool
worker_open(const struct batcher *b, const struct worker *w)
{
    if (w->pending)
        return false;
    if (worker_empty(w))
        return true;
    if (b->cfg.fill_when_empty)
        return false;
    if (b->in_use != DEVICE_CPU)
        return true; /* there are no caches to spare */
    return search_stats(w->search).steps - w->joined_step >= JOIN_STEPS ||
           (2 * search_rows_used(w->search) <= (uint32_t)b->cfg.rows &&
               2 * search_step_bytes(w->search) <= STEP_BYTES);
}

/* What a step will read of r, judged by its length and by those before.  Not
 * more than there is room for when half of those who ran have left, so that
 * nobody waits for ever. */
static size_t
step_bytes_guess(const struct worker *w, const struct batcher_request *r)
{
    double joined = (double)search_stats(w->search).joined_bytes, guess;

    if (w->b->cfg.fill_when_empty)
        return 0;
    guess = w->text_bytes ? joined / (double)w->text_bytes * (double)r->text.len
                          : STEP_BYTES / 8;
    return guess < STEP_BYTES / 2 ? (size_t)guess : STEP_BYTES / 2;
}

/* Move a worker's share of the queue to it, while there is room. */
static void
share_take(struct batcher *b, struct worker *w)
{
    uint64_t share =
        (b->waiting + (uint64_t)b->n_threads - 1) / (uint64_t)b->n_threads;
    uint32_t rows = search_rows_free(w->search);
    size_t bytes = search_step_bytes(w->search), guess;
    struct batcher_request **to = &w->taken;

    if (!worker_open(b, w))
        return;
    for (; share > 0 && next_line(b)->head; share--) {
        struct line *line = next_line(b);
        struct batcher_request *r = line->head;
        uint32_t beam = r->beam ? (uint32_t)r->beam : 1;

        guess = step_bytes_guess(w, r);
        if (beam > rows || (guess && bytes + guess > STEP_BYTES))
            break;
        bytes += guess;
        rows -= beam;
        line_pop(line);
        b->ahead = line == &b->behind ? 0 : b->ahead + 1;
        *to = r;
        to = &r->next;
        b->waiting--;
        b->running++;
    }
}

/* Wait for something to do; false when the batcher closes. */
static bool
worker_wait(struct batcher *b, struct worker *w)
{
    bool go;

    pthread_mutex_lock(&b->lock);
    w->seen = search_stats(w->search);
    search_stats_add(&w->seen, &w->before);
    while (!b->closing && !next_line(b)->head && worker_empty(w)) {
        b->n_idle++;
        pthread_cond_wait(&b->work, &b->lock);
        b->n_idle--;
    }
    go = !b->closing;
    if (go)
        share_take(b, w);
    pthread_mutex_unlock(&b->lock);
    return go;
}

/* --- a worker --------------------------------------------------------- */

static void
request_done(struct batcher *b, struct batcher_request *r)
{
    pthread_mutex_lock(&b->lock);
    b->running--;
    b->requests++;
    b->failed += !r->ok;
    pthread_mutex_unlock(&b->lock);
    r->done(r);
}

static void
job_unlink(struct worker *w, struct job *j)
{
    struct job **at = &w->jobs;

    while (*at != j)
        at = &(*at)->next;
    *at = j->next;
}

static void
job_done(struct worker *w, struct job *j)
{
    struct batcher_request *r = j->r;

    nn_job_finish(w->b->m, j);
    job_unlink(w, j);
    nn_job_free(j);
    request_done(w->b, r);
}

/* Texts become jobs, whose sentences wait for rows. */
static void
jobs_start(struct worker *w)
{
    struct batcher_request *r;

    while ((r = w->taken)) {
        struct job *j = nn_job_new(w->b->m, w->search, r, &r->err);

        w->taken = r->next;
        w->text_bytes += r->text.len;
        if (!j) {
            request_done(w->b, r);
            continue;
        }
        j->next = w->jobs;
        w->jobs = j;
        for (size_t i = 0; i < j->n; i++) {
            j->sentences[i].next = NULL;
            *w->pending_tail = &j->sentences[i];
            w->pending_tail = &j->sentences[i].next;
        }
        if (j->n == 0)
            job_done(w, j);
    }
}

/* Give rows to those who wait: all that fit, but so that nobody who runs is
 * held up for long. */
static void
pending_join(struct worker *w)
{
    bool running = search_rows_used(w->search) > 0;
    uint32_t rows = search_rows_free(w->search), pieces = 0;
    size_t n = 0;

    while (w->pending && w->pending->beam <= rows &&
           (!running || n == 0 ||
               pieces + w->pending->n_src <= search_join_pieces(w->search))) {
        struct sentence *st = w->pending;

        w->pending = st->next;
        if (!w->pending)
            w->pending_tail = &w->pending;
        rows -= st->beam;
        pieces += st->n_src;
        w->joining[n++] = st;
    }
    if (n) {
        search_join(w->search, w->joining, n);
        w->joined_step = search_stats(w->search).steps;
    }
}

static void
finished_take(struct worker *w, struct sentence *st)
{
    struct sentence *next;

    for (; st; st = next) {
        struct job *j = st->user;

        next = st->next;
        if (++j->n_done == j->n)
            job_done(w, j);
    }
}

static struct search_cfg
search_cfg(const struct batcher *b)
{
    return (struct search_cfg){.rows = (uint32_t)b->cfg.rows,
        .beam_max = (uint32_t)b->cfg.beam_max,
        .length_factor = b->cfg.length_factor,
        .length_norm = b->cfg.length_norm,
        .loops = b->cfg.loops};
}

/* Whoever was under way on the device begins anew on the CPU, before those who
 * wait. */
static void
worker_to_cpu(struct worker *w, const struct err *why)
{
    struct batcher *b = w->b;
    struct search_cfg c = search_cfg(b);
    struct search_stats s = search_stats(w->search);
    struct sentence *list = search_abandon(w->search), **tail = &list;

    log_error("neural device=%s lost error=\"%s\" using=cpu",
        device_name(b->cfg.device), why->text);
    while (*tail)
        tail = &(*tail)->next;
    *tail = w->pending;
    if (!w->pending && list)
        w->pending_tail = tail;
    w->pending = list;
    search_stats_add(&w->before, &s);
    search_free(w->search);
    w->search = search_new(b->m, &c);
    w->joined_step = w->text_bytes = 0;
    pthread_mutex_lock(&b->lock);
    b->in_use = DEVICE_CPU;
    pthread_mutex_unlock(&b->lock);
}

static void *
worker_main(void *arg)
{
    struct worker *w = arg;
    struct err err;

    while (worker_wait(w->b, w)) {
        jobs_start(w);
        pending_join(w);
        finished_take(w, search_step(w->search));
        if (search_lost(w->search, &err))
            worker_to_cpu(w, &err);
    }
    return NULL;
}

/* --- life ------------------------------------------------------------- */

static int
cores(void)
{
    cpu_set_t set;

    if (sched_getaffinity(0, sizeof(set), &set) != 0)
        return 1;
    return CPU_COUNT(&set);
}

static bool
cfg_complete(struct batcher_cfg *c, struct err *err)
{
    if (c->threads == 0)
        c->threads = c->device == DEVICE_CPU ? cores() : 1;
    if (c->threads > BATCHER_THREADS_MAX)
        c->threads = BATCHER_THREADS_MAX;
    if (c->rows == 0)
        c->rows = c->device == DEVICE_CPU ? ROWS_DEFAULT : DEVICE_ROWS;
    if (c->waiting_max == 0)
        c->waiting_max = WAITING_DEFAULT;
    if (c->beam_max == 0)
        c->beam_max = 1;
    if (c->rows < c->beam_max)
        c->rows = c->beam_max;
    if (c->threads < 0 || c->rows < 0 || c->rows > SEARCH_ROWS_MAX ||
        c->waiting_max < 0 || c->beam_max < 0 || c->beam_max > SEARCH_BEAM_MAX)
        return err_set(err, FAIL_BAD_INPUT,
            "rows are 1 to %d, beams 1 to %d wide", SEARCH_ROWS_MAX,
            SEARCH_BEAM_MAX);
    return true;
}

/* Its search: on the device if there is one.  False with err filled when that
 * lacks the memory. */
static bool
worker_init(struct batcher *b, struct worker *w, struct err *err)
{
    struct search_cfg c = search_cfg(b);

    w->b = b;
    w->joining = xcalloc((size_t)b->cfg.rows, sizeof(struct sentence *));
    w->pending_tail = &w->pending;
    w->search = search_new_on(b->ops, b->device, b->m, &c, err);
    return w->search != NULL;
}

static void
worker_fini(struct worker *w)
{
    search_free(w->search);
    free(w->joining);
}

/* Does the device that is wished for take the model? */
static bool
device_open(struct batcher *b, struct err *err)
{
    const struct device_ops *ops = device_find(b->cfg.device);

    if (!ops)
        return err_set(err, FAIL_SYSTEM, "this program was built without it");
    if (b->cfg.beam_max > 1)
        return err_set(err, FAIL_BAD_INPUT, "beams are the CPU's");
    b->device = ops->open(b->m, err);
    b->ops = b->device ? ops : NULL;
    return b->device != NULL;
}

static void
device_close(struct batcher *b)
{
    if (b->device)
        b->ops->close(b->device);
    b->device = NULL;
    b->ops = NULL;
}

static void
batcher_fini(struct batcher *b)
{
    for (int i = 0; i < b->cfg.threads; i++)
        worker_fini(&b->workers[i]);
    device_close(b);
    pthread_cond_destroy(&b->work);
    pthread_mutex_destroy(&b->lock);
    free(b);
}

/* One that has everything but threads; c is complete.  NULL with err filled
 * when the device does not do. */
static struct batcher *
batcher_init(
    const struct model *m, const struct batcher_cfg *c, struct err *err)
{
    struct batcher *b =
        xcalloc(1, sizeof(*b) + (size_t)c->threads * sizeof(b->workers[0]));
    bool ok;

    b->m = m;
    b->cfg = *c;
    line_init(&b->waits);
    line_init(&b->behind);
    pthread_mutex_init(&b->lock, NULL);
    pthread_cond_init(&b->work, NULL);
    ok = c->device == DEVICE_CPU || device_open(b, err);
    for (int i = 0; ok && i < c->threads; i++)
        ok = worker_init(b, &b->workers[i], err);
    if (!ok) {
        batcher_fini(b);
        return NULL;
    }
    b->in_use = c->device;
    b->bytes = sizeof(*b);
    for (int i = 0; i < c->threads; i++)
        b->bytes += search_bytes(b->workers[i].search);
    return b;
}

static struct batcher *
batcher_init_any(
    const struct model *m, const struct batcher_cfg *cfg, struct err *err)
{
    struct batcher_cfg c = cfg ? *cfg : (struct batcher_cfg){0}, wish = c;
    struct batcher *b;

    if (!cfg_complete(&c, err))
        return NULL;
    b = batcher_init(m, &c, err);
    if (b)
        return b;
    log_warn("neural device=%s unavailable reason=\"%s\" using=cpu",
        device_name(c.device), err->text);
    wish.device = DEVICE_CPU;
    return cfg_complete(&wish, err) ? batcher_init(m, &wish, err) : NULL;
}

struct batcher *
batcher_new(
    const struct model *m, const struct batcher_cfg *cfg, struct err *err)
{
    struct batcher *b = batcher_init_any(m, cfg, err);

    if (!b)
        return NULL;
    b->n_threads = b->cfg.threads;
    for (int i = 0; i < b->cfg.threads; i++) {
        struct worker *w = &b->workers[i];

        if (pthread_create(&w->thread, NULL, worker_main, w) == 0)
            continue;
        err_set(err, FAIL_SYSTEM, "start a thread: %m");
        pthread_mutex_lock(&b->lock);
        b->n_threads = i; /* those that batcher_free joins */
        pthread_mutex_unlock(&b->lock);
        batcher_free(b);
        return NULL;
    }
    return b;
}

/* What a worker had when it stopped. */
static void
worker_fail(struct batcher *b, struct worker *w)
{
    struct job *j;
    struct batcher_request *r;

    while ((j = w->jobs)) {
        w->jobs = j->next;
        r = j->r;
        nn_job_free(j);
        err_set(&r->err, FAIL_SYSTEM, "the engine is closing");
        request_fail(b, r);
    }
}

void
batcher_free(struct batcher *b)
{
    struct batcher_request *r;

    if (!b)
        return;
    pthread_mutex_lock(&b->lock);
    b->closing = true;
    pthread_cond_broadcast(&b->work);
    pthread_mutex_unlock(&b->lock);
    for (int i = 0; i < b->n_threads; i++)
        pthread_join(b->workers[i].thread, NULL);

    for (int i = 0; i < b->n_threads; i++)
        worker_fail(b, &b->workers[i]);
    while ((r = line_pop(next_line(b)))) {
        err_set(&r->err, FAIL_SYSTEM, "the engine is closing");
        request_fail(b, r);
    }
    batcher_fini(b);
}

size_t
batcher_bytes(const struct batcher *b)
{
    return b->bytes;
}

struct batcher_stats
batcher_stats(struct batcher *b)
{
    struct batcher_stats out = {0};
    struct search_stats all = {0};

    pthread_mutex_lock(&b->lock);
    out.requests = b->requests;
    out.failed = b->failed;
    out.waiting = b->waiting;
    out.running = b->running;
    out.threads = b->n_threads;
    out.rows = b->cfg.rows;
    for (int i = 0; i < b->n_threads; i++)
        search_stats_add(&all, &b->workers[i].seen);
    out.device = b->in_use;
    pthread_mutex_unlock(&b->lock);
    out.sentences = all.sentences;
    out.source_pieces = all.source_pieces;
    out.target_pieces = all.target_pieces;
    out.steps = all.steps;
    out.row_steps = all.row_steps;
    out.encode_ns = all.encode_ns;
    out.decode_ns = all.decode_ns;
    return out;
}
