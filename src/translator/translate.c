/* SPDX-License-Identifier: ISC */
#include "translator/translate.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/map.h"
#include "base/mem.h"
#include "text/lang.h"
#include "translator/infer.h"

enum { PAIR_KEY_BYTES = 2 * LANG_CODE_BYTES };

struct pair {
    struct router_path path;
    struct translate_pair stats;
};

struct translate {
    struct translate_cfg cfg;
    struct router *router;

    pthread_mutex_t lock; /* guards all that follows; held for moments */
    struct map *pairs; /* "en-es" to struct pair */
    struct translate_stats stats;
};

/* An inference and who waits for it. */
struct share {
    struct translate *t;
    struct infer infer;
    struct translate_request *waiting;
};

struct translate *
translate_new(
    const struct translate_cfg *cfg, struct router *router, struct err *err)
{
    struct translate *t = xcalloc(1, sizeof(*t));

    (void)err;
    t->cfg = *cfg;
    t->router = router;
    t->pairs = map_new();
    pthread_mutex_init(&t->lock, NULL);
    return t;
}

static bool
fail(struct translate_request *r, enum fail kind, const char *reason)
{
    r->outcome = TRANSLATE_FAILED;
    return err_set(&r->err, kind, "%s", reason);
}

static bool
skip(struct translate_request *r, const char *reason)
{
    r->outcome = TRANSLATE_SKIPPED;
    return err_set(&r->err, FAIL_NONE, "%s", reason);
}

static void
answer(struct translate *t, struct translate_request *r)
{
    uint64_t took_us = (uint64_t)(clock_mono_us() - r->started_us);
    bool ok = r->outcome == TRANSLATE_OK;
    bool skipped = r->outcome == TRANSLATE_SKIPPED;

    pthread_mutex_lock(&t->lock);
    t->stats.in_flight--;
    t->stats.ok += ok;
    t->stats.skipped += skipped;
    t->stats.failed += !ok && !skipped;
    if (ok)
        hist_add(&t->stats.latency_us, took_us);
    if (r->pair) {
        r->pair->stats.ok += ok;
        r->pair->stats.skipped += skipped;
        r->pair->stats.failed += !ok && !skipped;
        r->pair->stats.hits += r->from_cache;
        r->pair->stats.ok_us += ok ? took_us : 0;
    }
    pthread_mutex_unlock(&t->lock);
    r->done(r);
}

/* How source becomes target, found once; NULL when no path exists. */
static struct pair *
find_pair(struct translate *t, const char *source, const char *target)
{
    char key[PAIR_KEY_BYTES];
    struct span k = {key, 0};
    struct pair *p, found = {0};

    k.len = (size_t)snprintf(key, sizeof(key), "%s-%s", source, target);
    pthread_mutex_lock(&t->lock);
    p = map_get(t->pairs, k);
    if (!p && map_len(t->pairs) < TRANSLATE_PAIRS_MAX &&
        router_find(t->router, span_of(source), span_of(target), &found.path)) {
        p = xcalloc(1, sizeof(*p));
        p->path = found.path;
        memcpy(p->stats.source, source, strlen(source) + 1);
        memcpy(p->stats.target, target, strlen(target) + 1);
        map_put(t->pairs, k, p);
    }
    pthread_mutex_unlock(&t->lock);
    return p;
}

/* Settle what needs no engine; true when r has its pair. */
static bool
prepare(struct translate *t, struct translate_request *r)
{
    char target[LANG_CODE_BYTES] = "";
    const char *why;

    if (r->text.len > TRANSLATE_TEXT_BYTES_MAX)
        return fail(r, FAIL_TOO_LARGE, "text too long");
    if (span_eqz(r->source, "auto"))
        return fail(r, FAIL_BAD_INPUT, "language not recognised");
    if (lang_normalise(r->source, r->source_code) &&
        lang_normalise(r->target, target)) {
        r->source_confidence = 1;
        if (strcmp(r->source_code, target) == 0)
            return skip(r, "the text is in this language already");
        r->pair = find_pair(t, r->source_code, target);
    }
    if (r->pair)
        return true;
    why = infer_skip(r->text);
    if (why)
        return skip(r, why);
    r->outcome = TRANSLATE_FAILED;
    return err_set(&r->err, FAIL_BAD_INPUT,
        "unsupported language pair %.*s-%.*s", SPAN_ARG(r->source),
        SPAN_ARG(r->target));
}

static void
on_inferred(struct infer *i)
{
    struct share *s =
        (struct share *)((char *)i - offsetof(struct share, infer));
    struct translate_request *r = s->waiting;
    struct translate *t = s->t;

    r->outcome = i->outcome;
    r->translation = i->translation;
    r->confidence = i->confidence;
    snprintf(r->model, sizeof(r->model), "%s", i->path.label);
    r->err = i->err;
    free(s);
    answer(t, r);
}

void
translate_submit(struct translate *t, struct translate_request *r)
{
    struct share *s;

    r->started_us = clock_mono_us();
    r->translation = NULL;
    r->pair = NULL;
    r->source_code[0] = '\0';
    r->source_confidence = r->confidence = 0;
    r->model[0] = '\0';
    r->from_cache = false;
    pthread_mutex_lock(&t->lock);
    t->stats.in_flight++;
    pthread_mutex_unlock(&t->lock);
    if (!prepare(t, r)) {
        answer(t, r);
        return;
    }
    s = xcalloc(1, sizeof(*s));
    s->t = t;
    s->waiting = r;
    s->infer = (struct infer){.router = t->router,
        .path = r->pair->path,
        .text = r->text,
        .source = span_of(r->source_code),
        .glossary = r->glossary,
        .plain = r->plain,
        .done = on_inferred};
    infer_start(&s->infer);
}

void
translate_stop(struct translate *t)
{
    (void)t;
}

void
translate_free(struct translate *t)
{
    struct pair *p;
    size_t pos = 0;

    if (!t)
        return;
    while ((p = map_next(t->pairs, &pos, NULL)))
        free(p);
    map_free(t->pairs);
    pthread_mutex_destroy(&t->lock);
    free(t);
}

struct translate_stats
translate_stats(const struct translate *t)
{
    pthread_mutex_t *lock = (pthread_mutex_t *)&t->lock;
    struct translate_stats s;

    pthread_mutex_lock(lock);
    s = t->stats;
    pthread_mutex_unlock(lock);
    return s;
}

size_t
translate_pairs(
    const struct translate *t, struct translate_pair *ret, size_t max)
{
    pthread_mutex_t *lock = (pthread_mutex_t *)&t->lock;
    struct pair *p;
    size_t pos = 0, n = 0;

    pthread_mutex_lock(lock);
    while ((p = map_next(t->pairs, &pos, NULL))) {
        if (n < max)
            ret[n] = p->stats;
        n++;
    }
    pthread_mutex_unlock(lock);
    return n;
}
