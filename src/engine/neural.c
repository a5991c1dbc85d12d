/* SPDX-License-Identifier: ISC */
#include "engine/neural.h"

#include <assert.h>
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "engine/neural_marks.h"
#include "engine/neural_names.h"
#include "engine/neural_scan.h"
#include "engine/neural_words.h"

/* The model of a pair, as far as there is one now. */
struct slot {
    struct resident_model *model; /* NULL: none */
    struct neural_found is; /* what was found of it */
};

/* DESIGN.  A pair keeps its number for ever; the model behind it is exchanged
 * under the write lock.  Submitting holds the read lock, so that no model is
 * dropped between being found and being asked.  One scan at a time. */
struct neural {
    struct engine engine; /* must be first */
    struct neural_cfg cfg; /* folders is split below */
    char *folder_list; /* owned */
    const char *folders[NEURAL_FOLDERS_MAX];
    size_t n_folders;
    struct resident *resident;
    pthread_t looker;
    bool looks; /* the looker runs */

    struct engine_pair pairs[NEURAL_PAIRS_MAX]; /* never changed once counted */
    atomic_size_t n;

    pthread_mutex_t scan; /* one scan at a time; guards ways and seen */
    uint64_t ways; /* see neural_scan.h */
    uint64_t *seen; /* idents of what was complained about; owned */
    size_t n_seen;

    pthread_rwlock_t lock; /* guards slots, changed and ctx */
    struct slot slots[NEURAL_PAIRS_MAX];
    void (*changed)(void *ctx);
    void *ctx;

    pthread_mutex_t sleep; /* guards closing */
    pthread_cond_t wake;
    bool closing;
};

/* A request under way. */
struct asked {
    struct resident_request q; /* must be first */
    struct engine_request *r;
    struct neural *n;
    size_t pair;
    struct span lead; /* of the text, kept as it is */
    struct span text; /* the rest */
    double sure_from; /* the model's */
    double confidence; /* of what the model said */
    struct neural_marks marks;
    struct buf clean; /* the text without marks, when it had some */
    struct span names[NEURAL_NAMES_MAX]; /* in text */
    size_t n_names;

    /* The second time that the model is asked: what it said the first time. */
    char *first; /* owned; NULL: this is the first time */
    double first_confidence;
    enum engine_doubt first_doubt;
};

static struct neural *
self(const struct engine *e)
{
    return (struct neural *)e;
}

/* ---- pairs ---- */

static size_t
pairs(const struct engine *e, const struct engine_pair **ret)
{
    *ret = self(e)->pairs;
    return atomic_load(&self(e)->n);
}

static bool
offers(const struct engine *e, size_t pair)
{
    struct neural *n = self(e);
    const struct slot *s = &n->slots[pair];
    bool there;

    pthread_rwlock_rdlock(&n->lock);
    there = s->model && !resident_is_away(n->resident, s->model);
    pthread_rwlock_unlock(&n->lock);
    return there;
}

static struct engine_quality
quality(const struct engine *e, size_t pair)
{
    struct neural *n = self(e);
    struct engine_quality q;

    pthread_rwlock_rdlock(&n->lock);
    q = n->slots[pair].is.quality;
    pthread_rwlock_unlock(&n->lock);
    return q;
}

static uint64_t
version(const struct engine *e)
{
    struct neural *n = self(e);
    uint64_t sum = (uint64_t)n->cfg.precision * 64 + (uint64_t)n->cfg.beam;

    pthread_rwlock_rdlock(&n->lock);
    for (size_t i = 0; i < atomic_load(&n->n); i++)
        if (n->slots[i].model) /* the order of the pairs does not matter */
            sum += n->slots[i].is.ident;
    pthread_rwlock_unlock(&n->lock);
    return sum;
}

static void
watch(struct engine *e, void (*changed)(void *ctx), void *ctx)
{
    struct neural *n = self(e);

    pthread_rwlock_wrlock(&n->lock);
    n->changed = changed;
    n->ctx = ctx;
    pthread_rwlock_unlock(&n->lock);
}

static void
tell_change(void *arg)
{
    struct neural *n = arg;
    void (*changed)(void *ctx);
    void *ctx;

    pthread_rwlock_rdlock(&n->lock);
    changed = n->changed;
    ctx = n->ctx;
    pthread_rwlock_unlock(&n->lock);
    if (changed)
        changed(ctx);
}

/* ---- requests ---- */

static void
asked_free(struct asked *a)
{
    free(a->first);
    buf_free(&a->clean);
    free(a->q.batch.alignment);
    free(a);
}

/* A line is a line: byte fallback can make any byte. */
static void
keep_one_line(char *s)
{
    while ((s = strpbrk(s, "\r\n")))
        *s = ' ';
}

static char *
put_lead(const struct asked *a, char *translation)
{
    struct buf out = {0};

    if (a->lead.len == 0)
        return translation;
    buf_adds(&out, a->lead);
    buf_addz(&out, translation);
    free(translation);
    return buf_take(&out);
}

/* The translation with its marks; without them when nobody knows where they
 * belong, which whoever sent them finds out. */
static char *
put_marks(struct asked *a, bool *put)
{
    char *plain = a->q.batch.translation;
    struct buf out = {0};

    *put = a->marks.n == 0 || neural_marks_put(&a->marks, buf_span(&a->clean),
                                  span_of(plain), a->q.batch.alignment, &out);
    if (a->marks.n == 0 || !*put)
        return plain;
    free(plain);
    return buf_take(&out);
}

/* A small model is too sure of words that it makes up, ... */
static double
confidence_of(const struct asked *a)
{
    const struct batcher_request *b = &a->q.batch;
    bool invented = b->ok && a->sure_from > 0 &&
                    neural_words_invented(b->text, span_of(b->translation),
                        a->n->pairs[a->pair].target);

    return fmax(b->confidence - (invented ? NEURAL_INVENTED_WORD : 0), 0);
}

/* ... and of words that it hardly knows.  Fills a->confidence. */
static enum engine_doubt
judge(struct asked *a)
{
    const struct batcher_request *b = &a->q.batch;
    double needed = a->sure_from + NEURAL_STRANGE_PIECE * b->strange_pieces;

    a->confidence = confidence_of(a);
    if (b->looping || b->cut)
        return b->looping ? ENGINE_LOOP : ENGINE_CUT;
    return a->sure_from > 0 && a->confidence < needed ? ENGINE_UNSURE
                                                      : ENGINE_SURE;
}

/* Let the model see the text without marks and without those names. */
static void
show(struct asked *a, const struct span *names, size_t n_names)
{
    struct batcher_request *b = &a->q.batch;

    buf_reset(&a->clean);
    a->marks.n = 0;
    b->text = a->text;
    if (neural_marks_take(a->text, names, n_names, &a->marks, &a->clean) &&
        a->marks.n > 0 && a->clean.len > 0)
        b->text = buf_span(&a->clean);
    else
        a->marks.n = 0;
    b->want_alignment = a->marks.n > 0 || a->n_names > 0;
}

/* The setting, else what the model says. */
static int
beam_of(const struct neural *n, const struct neural_found *f)
{
    int said = f->beam ? f->beam : 1;

    return n->cfg.beam ? n->cfg.beam : said;
}

static bool
hand_over(struct asked *a, struct err *err)
{
    struct neural *n = a->n;
    const struct slot *s = &n->slots[a->pair];
    bool ok;

    pthread_rwlock_rdlock(&n->lock);
    a->sure_from = s->is.sure_from;
    a->q.batch.beam = beam_of(n, &s->is);
    if (s->is.keeps_names && !a->first) {
        a->n_names =
            neural_names_find(a->text, n->pairs[a->pair].source, a->names);
        a->q.batch.want_alignment |= a->n_names > 0;
    }
    if (s->model)
        ok = resident_submit(n->resident, s->model, &a->q, err);
    else
        ok = err_set(err, FAIL_SYSTEM, "model %s-%s was removed",
            n->pairs[a->pair].source, n->pairs[a->pair].target);
    pthread_rwlock_unlock(&n->lock);
    return ok;
}

static void
conclude(struct asked *a, char *translation, double confidence,
    enum engine_doubt doubt)
{
    struct engine_request *r = a->r;

    r->ok = true;
    keep_one_line(translation);
    r->translation = put_lead(a, translation);
    r->confidence = confidence;
    r->doubt = doubt;
    asked_free(a);
    r->done(r);
}

/* What was said the first time, which lost a name. */
static void
conclude_first(struct asked *a)
{
    char *first = a->first;

    a->first = NULL;
    conclude(a, first, a->first_confidence,
        a->first_doubt > ENGINE_UNSURE ? a->first_doubt : ENGINE_UNSURE);
}

/* Names that the model lost are shown to it as others, once.  False when none
 * was lost. */
static bool
ask_again(struct asked *a, char *translation, enum engine_doubt doubt)
{
    struct batcher_request *b = &a->q.batch;
    struct err err;

    a->n_names = a->marks.n ? 0 : a->n_names;
    a->n_names = neural_names_lost(
        a->names, a->n_names, a->text, span_of(translation), b->alignment);
    if (a->n_names == 0)
        return false;
    a->first = translation;
    a->first_confidence = a->confidence;
    a->first_doubt = doubt;
    free(b->alignment);
    b->alignment = NULL;
    b->translation = NULL;
    show(a, a->names, a->n_names);
    if (a->marks.n == 0 || !hand_over(a, &err))
        conclude_first(a);
    return true;
}

static void
on_done(struct resident_request *q)
{
    struct asked *a = (struct asked *)q;
    struct engine_request *r = a->r;
    const struct batcher_request *b = &q->batch;
    enum engine_doubt doubt = judge(a);
    char *translation;
    bool put;

    if (b->ok && b->translation[0] == '\0') {
        free(b->translation);
        q->batch.translation = NULL;
        q->batch.ok =
            err_set(&q->batch.err, FAIL_SYSTEM, "the model says nothing");
    }
    if (!b->ok && a->first) {
        conclude_first(a);
        return;
    }
    if (!b->ok) {
        r->ok = false;
        r->translation = NULL;
        r->err = b->err;
        asked_free(a);
        r->done(r);
        return;
    }
    translation = put_marks(a, &put);
    if (a->first && (!put || doubt > ENGINE_UNSURE)) {
        free(translation);
        conclude_first(a);
    } else if (a->first || !ask_again(a, translation, doubt)) {
        conclude(a, translation, a->confidence, doubt);
    }
}

static bool
check_request(const struct engine_request *r, struct err *err)
{
    if (r->text.len == 0 || memchr(r->text.p, '\0', r->text.len))
        return err_set(err, FAIL_BAD_INPUT, "the text is empty or has a NUL");
    if (r->text.len > ENGINE_SEGMENT_BYTES_MAX)
        return err_set(err, FAIL_TOO_LARGE, "the line is too long");
    return true;
}

static struct asked *
asked_new(struct neural *n, size_t pair, struct engine_request *r)
{
    struct asked *a = xcalloc(1, sizeof(*a));
    struct span foreign[NEURAL_NAMES_MAX];
    size_t lead = neural_marks_lead(r->text);

    a->r = r;
    a->n = n;
    a->pair = pair;
    a->text = r->text;
    if (lead < r->text.len) {
        a->lead = (struct span){r->text.p, lead};
        a->text = (struct span){r->text.p + lead, r->text.len - lead};
    }
    a->q.done = on_done;
    a->q.batch.background = r->background;
    show(a, foreign,
        neural_names_foreign(a->text, n->pairs[pair].source, foreign));
    return a;
}

static bool
submit(struct engine *e, size_t pair, struct engine_request *r, struct err *err)
{
    struct neural *n = self(e);
    struct asked *a;

    assert(pair < atomic_load(&n->n));
    if (!check_request(r, err))
        return false;
    a = asked_new(n, pair, r);
    if (hand_over(a, err))
        return true;
    asked_free(a);
    return false;
}

/* ---- folders ---- */

static bool
was_seen(const struct neural *n, uint64_t ident)
{
    for (size_t i = 0; i < n->n_seen; i++)
        if (n->seen[i] == ident)
            return true;
    return false;
}

/* Say once what is wrong with a model, until that changes. */
static void
complain(struct neural *n, const struct neural_found *found, size_t n_found)
{
    uint64_t *seen = xcalloc(n_found + 1, sizeof(*seen));
    size_t n_seen = 0;

    for (size_t i = 0; i < n_found; i++) {
        const struct neural_found *f = &found[i];

        if (!f->why[0])
            continue;
        if (!was_seen(n, f->ident))
            log_error("model left out model=%s/%s reason=\"%s\"", f->folder,
                f->name, f->why);
        seen[n_seen++] = f->ident;
    }
    free(n->seen);
    n->seen = seen;
    n->n_seen = n_seen;
}

/* The number of a pair, made when it is new; false when there are too many. */
static bool
find_slot(struct neural *n, const struct engine_pair *p, size_t *ret)
{
    size_t count = atomic_load(&n->n);

    for (*ret = 0; *ret < count; ++*ret)
        if (strcmp(n->pairs[*ret].source, p->source) == 0 &&
            strcmp(n->pairs[*ret].target, p->target) == 0)
            return true;
    if (count == NEURAL_PAIRS_MAX)
        return false;
    n->pairs[count] = *p;
    n->pairs[count].cost = NEURAL_COST;
    atomic_store(&n->n, count + 1);
    return true;
}

static void
set_slot(struct neural *n, size_t i, const struct neural_found *f)
{
    struct resident_model *fresh = NULL, *old;
    struct slot *s = &n->slots[i];
    const char *what = !f ? "removed" : s->model ? "changed" : "found";

    if (f)
        fresh = resident_add(
            n->resident, f->folder, f->name, f->bytes, beam_of(n, f));
    log_info("model %s pair=%s-%s version=%s", what, n->pairs[i].source,
        n->pairs[i].target, f ? f->version : s->is.version);
    pthread_rwlock_wrlock(&n->lock);
    old = s->model;
    s->model = fresh;
    s->is = f ? *f : (struct neural_found){0};
    pthread_rwlock_unlock(&n->lock);
    if (old)
        resident_drop(n->resident, old);
}

/* Make the slots what was found; true when that changed something. */
static bool
adopt(struct neural *n, const struct neural_found *found, size_t n_found)
{
    bool here[NEURAL_PAIRS_MAX] = {false}, changed = false;
    size_t slot;

    for (size_t i = 0; i < n_found; i++) {
        const struct neural_found *f = &found[i];

        if (f->why[0] || !find_slot(n, &f->pair, &slot))
            continue;
        here[slot] = true;
        if (n->slots[slot].model && n->slots[slot].is.ident == f->ident)
            continue;
        set_slot(n, slot, f);
        changed = true;
    }
    for (slot = 0; slot < atomic_load(&n->n); slot++) {
        if (here[slot] || !n->slots[slot].model)
            continue;
        set_slot(n, slot, NULL);
        changed = true;
    }
    return changed;
}

void
neural_rescan(struct engine *e)
{
    struct neural *n = self(e);
    struct neural_found *found;
    size_t n_found;
    uint64_t ways;
    bool changed;

    pthread_mutex_lock(&n->scan);
    ways = neural_scan_ways(n->folders, n->n_folders);
    n_found = neural_scan(n->folders, n->n_folders, &found);
    complain(n, found, n_found);
    changed = adopt(n, found, n_found) || n->ways != ways;
    n->ways = ways;
    free(found);
    /* Before the next scan, so that the last word is the latest. */
    if (changed)
        tell_change(n);
    pthread_mutex_unlock(&n->scan);
}

static void *
look(void *arg)
{
    struct neural *n = arg;
    bool closing = false;

    pthread_setname_np(pthread_self(), "folders");
    while (!closing) {
        struct timespec until = clock_after(n->cfg.look_ms);

        pthread_mutex_lock(&n->sleep);
        if (!n->closing)
            pthread_cond_timedwait(&n->wake, &n->sleep, &until);
        closing = n->closing;
        pthread_mutex_unlock(&n->sleep);
        if (!closing)
            neural_rescan(&n->engine);
    }
    return NULL;
}

/* ---- life ---- */

static void
close_engine(struct engine *e)
{
    struct neural *n = self(e);

    pthread_mutex_lock(&n->sleep);
    n->closing = true;
    pthread_cond_signal(&n->wake);
    pthread_mutex_unlock(&n->sleep);
    if (n->looks)
        pthread_join(n->looker, NULL);
    resident_free(n->resident);
    pthread_cond_destroy(&n->wake);
    pthread_mutex_destroy(&n->sleep);
    pthread_mutex_destroy(&n->scan);
    pthread_rwlock_destroy(&n->lock);
    free(n->seen);
    free(n->folder_list);
    free(n);
}

static const struct engine_ops ops = {
    .name = "neural",
    .pairs = pairs,
    .offers = offers,
    .quality = quality,
    .watch = watch,
    .submit = submit,
    .version = version,
    .close = close_engine,
};

static void
split_folders(struct neural *n)
{
    char *rest = n->folder_list, *dir;

    while ((dir = strsep(&rest, ":")) && n->n_folders < NEURAL_FOLDERS_MAX)
        if (*dir)
            n->folders[n->n_folders++] = dir;
}

static void
init_locks(struct neural *n)
{
    pthread_mutex_init(&n->scan, NULL);
    pthread_rwlock_init(&n->lock, NULL);
    pthread_mutex_init(&n->sleep, NULL);
    clock_cond_init(&n->wake);
}

static struct resident_cfg
resident_cfg_of(struct neural *n)
{
    struct resident_cfg cfg = {.bytes_max = n->cfg.bytes_max,
        .precision = n->cfg.precision,
        .batcher = n->cfg.batcher,
        .waiting_max = n->cfg.waiting_max,
        .patience_ms = n->cfg.patience_ms,
        .backoff_ms = n->cfg.backoff_ms,
        .changed = tell_change,
        .ctx = n};

    cfg.batcher.waiting_max = (int)n->cfg.waiting_max;
    return cfg;
}

struct engine *
neural_open(const struct neural_cfg *cfg, struct err *err)
{
    struct neural *n = xcalloc(1, sizeof(*n));
    struct resident_cfg resident;
    int rc;

    assert(cfg->folders && cfg->waiting_max > 0);
    n->engine.ops = &ops;
    n->cfg = *cfg;
    n->cfg.folders = NULL;
    if (!n->cfg.look_ms)
        n->cfg.look_ms = NEURAL_LOOK_MS;
    n->folder_list = xstrdup(cfg->folders);
    split_folders(n);
    init_locks(n);
    resident = resident_cfg_of(n);
    n->resident = resident_new(&resident, err);
    if (!n->resident)
        goto fail;
    neural_rescan(&n->engine);
    rc = pthread_create(&n->looker, NULL, look, n);
    n->looks = rc == 0;
    if (n->looks)
        return &n->engine;
    err_set(err, FAIL_SYSTEM, "start a thread: %s", strerror(rc));
fail:
    close_engine(&n->engine);
    return NULL;
}

/* ---- numbers ---- */

struct resident_stats
neural_stats(struct engine *e)
{
    return resident_stats(self(e)->resident);
}

static int
compare_models(const void *a, const void *b)
{
    const struct neural_model *x = a, *y = b;
    int by_source = strcmp(x->pair.source, y->pair.source);

    return by_source ? by_source : strcmp(x->pair.target, y->pair.target);
}

size_t
neural_models(struct engine *e, struct neural_model *ret, size_t max)
{
    struct neural *n = self(e);
    size_t count = 0;

    pthread_rwlock_rdlock(&n->lock);
    for (size_t i = 0; i < atomic_load(&n->n); i++) {
        const struct slot *s = &n->slots[i];

        if (!s->model)
            continue;
        if (count < max) {
            ret[count].pair = n->pairs[i];
            memcpy(ret[count].version, s->is.version, sizeof(s->is.version));
            resident_model_stats(n->resident, s->model, &ret[count].stats);
        }
        count++;
    }
    pthread_rwlock_unlock(&n->lock);
    qsort(ret, count < max ? count : max, sizeof(*ret), compare_models);
    return count;
}
