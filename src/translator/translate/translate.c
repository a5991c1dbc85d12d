/* SPDX-License-Identifier: ISC */
#include "translator/translate/translate.h"

#include <assert.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/map.h"
#include "base/mem.h"
#include "translator/translate/identify.h"
#include "translator/translate/recite.h"
#include "translator/translate/translate_impl.h"

enum {
    WATCH_MS = 50, /* how late a deadline may be noticed */
};

/* ---- answers ---- */

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
succeed(struct translate_request *r, const struct cached *v)
{
    r->outcome = TRANSLATE_OK;
    r->translation = xmalloc(v->len + 1);
    memcpy(r->translation, v->text, v->len + 1);
    r->trust = v->trust;
    snprintf(r->model, sizeof(r->model), "%s", v->model);
}

/* The outcome is written: count it and tell.  r may be gone then. */
static void
answer(struct translate *t, struct translate_request *r)
{
    uint64_t took_us = (uint64_t)(clock_mono_us() - r->started_us);
    bool ok = r->outcome == TRANSLATE_OK;
    bool skipped = r->outcome == TRANSLATE_SKIPPED;

    pthread_mutex_lock(&t->lock);
    t->stats.in_flight--;
    t->stats.misses += r->missed && !skipped; /* that was never to be there */
    if (!r->other) {
        t->stats.ok += ok;
        t->stats.skipped += skipped;
        t->stats.failed += !ok && !skipped;
        if (ok)
            recent_add(&t->latency_us, took_us, clock_mono_ms());
    }
    if (r->pair && !r->other) {
        r->pair->stats.ok += ok;
        r->pair->stats.skipped += skipped;
        r->pair->stats.failed += !ok && !skipped;
        r->pair->stats.hits += r->from_cache;
        r->pair->stats.ok_us += ok ? took_us : 0;
    }
    pthread_mutex_unlock(&t->lock);
    r->done(r);
}

/* ---- who waits ---- */

/* With the lock held, as the functions that follow. */
static void
wait_for(struct share *s, struct translate_request *r)
{
    r->share = s;
    r->prev = NULL;
    r->next = s->waiting;
    if (r->next)
        r->next->prev = r;
    s->waiting = r;
}

static void
leave(struct translate_request *r)
{
    *(r->prev ? &r->prev->next : &r->share->waiting) = r->next;
    if (r->next)
        r->next->prev = r->prev;
}

static void
list(struct share *s)
{
    struct translate *t = s->t;

    s->next = t->shares;
    if (s->next)
        s->next->prev = s;
    t->shares = s;
    if (s->keep)
        map_put(t->shared, s->key.bytes, s);
    if (t->watcher_sleeps)
        pthread_cond_signal(&t->wake);
}

static void
unlist(struct share *s)
{
    *(s->prev ? &s->prev->next : &s->t->shares) = s->next;
    if (s->next)
        s->next->prev = s->prev;
    if (s->keep)
        map_remove(s->t->shared, s->key.bytes);
}

/* Take everybody whose time is up, linked by next. */
static struct translate_request *
take_late(struct translate *t)
{
    int64_t now = clock_mono_us();
    struct translate_request *late = NULL, *r, *next;

    for (struct share *s = t->shares; s; s = s->next) {
        for (r = s->waiting; r; r = next) {
            next = r->next;
            if (now < r->due_us)
                continue;
            leave(r);
            r->next = late;
            late = r;
        }
    }
    return late;
}

static void
fail_all(struct translate *t, struct translate_request *r)
{
    struct translate_request *next;

    for (; r; r = next) {
        next = r->next;
        fail(r, FAIL_SYSTEM, "translation timed out");
        answer(t, r);
    }
}

/* A thread that keeps the deadlines; what is under way goes on, for the caches
 * and those who ask again. */
static void *
watch(void *arg)
{
    struct translate *t = arg;
    struct translate_request *late;
    struct timespec until;

    pthread_mutex_lock(&t->lock);
    while (!t->stopping) {
        late = take_late(t);
        if (late) {
            pthread_mutex_unlock(&t->lock);
            fail_all(t, late);
            pthread_mutex_lock(&t->lock);
            continue;
        }
        t->watcher_sleeps = !t->shares;
        until = clock_after(t->shares ? WATCH_MS : -1);
        pthread_cond_timedwait(&t->wake, &t->lock, &until);
        t->watcher_sleeps = false;
    }
    pthread_mutex_unlock(&t->lock);
    return NULL;
}

/* ---- inferences ---- */

static void
share_free(struct share *s)
{
    words_unref(s->words);
    memory_unref(s->route.memory);
    free(s);
}

/* Everybody who waits gets v, or why there is none.  Frees the share. */
static void
complete(struct share *s, struct cached *v, bool from_redis)
{
    struct translate *t = s->t;
    struct translate_request *r, *next;

    pthread_mutex_lock(&t->lock);
    unlist(s);
    r = s->waiting;
    if (v && s->keep)
        cache_put(t->cache, &s->key, v);
    if (!from_redis && s->infer.rerouted)
        t->stats.rerouted++;
    t->stats.remembered += s->infer.remembered;
    pthread_mutex_unlock(&t->lock);
    if (v && s->keep && t->redis && !from_redis)
        redis_put(t->redis, s->key.bytes, v);
    for (; r; r = next) {
        next = r->next;
        r->from_cache = from_redis;
        r->outcome = s->infer.outcome;
        r->err = s->infer.err;
        if (v)
            succeed(r, v);
        answer(t, r);
    }
    share_free(s);
}

static void
on_inferred(struct infer *i)
{
    struct share *s =
        (struct share *)((char *)i - offsetof(struct share, infer));
    struct cached *v = NULL;

    if (i->outcome == TRANSLATE_OK)
        v = cached_new(span_of(i->translation), i->model, &i->trust);
    free(i->translation);
    complete(s, v, false);
    cached_unref(v);
}

static void
on_begun(struct infer *i)
{
    struct share *s =
        (struct share *)((char *)i - offsetof(struct share, infer));

    pthread_mutex_lock(&s->t->lock);
    s->t->stats.inferences++;
    pthread_mutex_unlock(&s->t->lock);
}

/* On the thread of Redis. */
static void
on_redis(struct redis_get *g)
{
    struct share *s = g->user;
    struct cached *v = g->value;

    pthread_mutex_lock(&s->t->lock);
    s->t->stats.redis_hits += v != NULL;
    s->t->stats.redis_misses += v == NULL;
    pthread_mutex_unlock(&s->t->lock);
    if (v)
        complete(s, v, true);
    else
        infer_start(&s->infer);
    cached_unref(v);
}

static void
start(struct share *s)
{
    struct translate *t = s->t;

    s->get =
        (struct redis_get){.key = s->key.bytes, .done = on_redis, .user = s};
    if (!s->keep || !t->redis || !redis_get(t->redis, &s->get))
        infer_start(&s->infer);
}

static struct share *
share_new(struct translate *t, const struct translate_request *r,
    const struct route *route, struct span key, const char *target)
{
    struct share *s = xcalloc(1, sizeof(*s) + key.len);

    memcpy(s->bytes, key.p, key.len);
    s->t = t;
    s->keep = !r->no_cache && (t->cache || t->redis);
    s->key = cache_key(t->cache, (struct span){s->bytes, key.len});
    s->route = *route;
    snprintf(s->source, sizeof(s->source), "%s", r->source_code);
    snprintf(s->target, sizeof(s->target), "%s", target);
    s->words = lexicon_get(t->lexicon, r->glossary, s->source, s->target);
    s->infer = (struct infer){
        .background = r->background,
        .router = t->router,
        .route = &s->route.ways,
        .text = {s->bytes + key.len - r->text.len, r->text.len},
        .source = span_of(s->source),
        .target = span_of(s->target),
        .terms = words_terms(s->words),
        .memory = memory_ref(route->memory),
        .plain = r->plain,
        .gate = t->gate,
        .stopping = &t->stopping,
        .begun = on_begun,
        .done = on_inferred,
    };
    return s;
}

/* ---- requests ---- */

/* No engine can translate r. */
static bool
do_without(struct translate *t, struct translate_request *r, const char *target)
{
    struct memory *m = t->memory ? current_get(t->memory) : NULL;

    recite(m, r, target);
    memory_unref(m);
    return false;
}

/* Write the code of the language that the text is in, by its name or, when it
 * is "auto", by its looks. */
static bool
find_source(const struct translate *t, struct translate_request *r)
{
    struct langid guess;

    if (!span_eqz(r->source, "auto")) {
        r->source_confidence = 1;
        return lang_normalise(r->source, r->source_code);
    }
    if (r->guess)
        identify_likely(t->offer, r->text, r->target, &guess);
    else if (!identify(t->offer, r->text, &guess))
        return false;
    memcpy(r->source_code, guess.code, sizeof(r->source_code));
    r->source_confidence = guess.confidence;
    return true;
}

/* Keep of the route what the request wants. */
static bool
narrow(const struct translate *t, struct translate_request *r,
    const char *target, struct route *route)
{
    if (route_narrow(route, t->router, r, target, &r->err))
        return true;
    r->outcome = TRANSLATE_FAILED;
    return false;
}

/* Engines may know the language by a wider name than the text's.  False when it
 * has none. */
static bool
use_macro(struct translate_request *r)
{
    struct span code = span_of(r->source_code), macro = lang_macro(code);

    if (span_eq(code, macro))
        return false;
    snprintf(r->source_code, sizeof(r->source_code), "%.*s", SPAN_ARG(macro));
    return true;
}

/* Settle what needs no inference, or find the pair. */
static bool
prepare(struct translate *t, struct translate_request *r, char *target,
    struct route *route)
{
    if (r->text.len > TRANSLATE_TEXT_BYTES_MAX)
        return fail(r, FAIL_TOO_LARGE, "text too long");
    if (!find_source(t, r) || !lang_normalise(r->target, target))
        return do_without(t, r, "");
    if (lang_same(span_of(r->source_code), span_of(target)))
        return skip(r, TRANSLATE_SAME_LANGUAGE);
    r->pair = translate_pair(t, r->source_code, target, route);
    if (!r->pair && use_macro(r))
        r->pair = translate_pair(t, r->source_code, target, route);
    if (!r->pair)
        return do_without(t, r, target);
    return narrow(t, r, target, route);
}

/* Everything that the translation depends on; the text comes last. */
static void
put_key(struct buf *b, const struct translate_request *r,
    const struct route *route, const char *target)
{
    struct span version = SPAN("");
    const struct router_route *ways = &route->ways;

    if (r->glossary && r->glossary->n_terms > 0)
        version = span_of(r->glossary->version);
    buf_addf(b, "%s %s ", r->source_code, target);
    for (int kind = 0; kind < ENGINE_TEXTS; kind++)
        buf_addf(b, "%s/%zu ", ways->of[kind].way[0].label, ways->of[kind].n);
    buf_addf(b, "%016llx %016llx %c %zu:", (unsigned long long)route->version,
        (unsigned long long)memory_version(route->memory), r->plain ? 'p' : 'm',
        version.len);
    buf_adds(b, version);
    buf_adds(b, r->text);
}

/* Look into memory, else join an inference under way, else begin one: then it
 * is returned.  *ret_v is the caller's reference. */
static struct share *
look(struct translate *t, struct translate_request *r,
    const struct route *route, struct span key, const char *target,
    struct cached **ret_v)
{
    struct cache_key k = cache_key(t->cache, key);
    struct share *s = NULL, *fresh = NULL;
    bool may_share = !r->no_cache && (t->cache || t->redis);

    for (;;) {
        pthread_mutex_lock(&t->lock);
        if (may_share) {
            *ret_v = cache_get(t->cache, &k);
            s = *ret_v ? NULL : map_get(t->shared, key);
        }
        if (*ret_v || s || fresh)
            break;
        pthread_mutex_unlock(&t->lock);
        fresh = share_new(t, r, route, key, target); /* may take its time */
    }
    t->stats.hits += *ret_v != NULL;
    r->missed = may_share && t->cache && !*ret_v;
    t->stats.shared += s != NULL;
    if (s) {
        wait_for(s, r);
    } else if (!*ret_v) {
        list(fresh);
        wait_for(fresh, r);
        pthread_mutex_unlock(&t->lock);
        return fresh;
    }
    pthread_mutex_unlock(&t->lock);
    if (fresh)
        share_free(fresh);
    return NULL;
}

static void
begin(struct translate *t, struct translate_request *r)
{
    int deadline_ms = r->deadline_ms ? r->deadline_ms : TRANSLATE_DEADLINE_MS;

    r->started_us = clock_mono_us();
    r->due_us = r->started_us + deadline_ms * INT64_C(1000);
    r->translation = NULL;
    r->source_code[0] = '\0';
    r->source_confidence = 0;
    r->trust = (struct trust){0};
    r->model[0] = '\0';
    r->from_cache = r->missed = false;
    r->pair = NULL;
    pthread_mutex_lock(&t->lock);
    t->stats.in_flight++;
    pthread_mutex_unlock(&t->lock);
}

void
translate_submit(struct translate *t, struct translate_request *r)
{
    char target[LANG_CODE_BYTES] = "";
    struct route route = {0};
    struct cached *v = NULL;
    struct buf key = {0};
    struct share *s;

    begin(t, r);
    if (!prepare(t, r, target, &route)) {
        answer(t, r);
        return;
    }
    route.memory = t->memory && !r->way.p ? current_get(t->memory) : NULL;
    put_key(&key, r, &route, target);
    s = look(t, r, &route, buf_span(&key), target, &v);
    memory_unref(route.memory);
    buf_free(&key);
    if (s)
        start(s);
    if (v) {
        r->from_cache = true;
        succeed(r, v);
        cached_unref(v);
        answer(t, r);
    }
}

bool
translate_is_refused(const struct translate_request *r)
{
    return r->outcome == TRANSLATE_FAILED &&
           span_starts(span_of(r->err.text), SPAN("translation refused"));
}

/* ---- life ---- */

struct translate *
translate_new(
    const struct translate_cfg *cfg, struct router *router, struct err *err)
{
    struct translate *t = xcalloc(1, sizeof(*t));
    struct redis_cfg redis = {cfg->redis_url, cfg->redis_ttl_s};

    pthread_mutex_init(&t->lock, NULL);
    clock_cond_init(&t->wake);
    t->gate = cfg->gate;
    t->router = router;
    t->offer = cfg->offer;
    t->memory = cfg->memory;
    t->pairs = map_new();
    t->shared = map_new();
    if (sodium_init() < 0) {
        err_set(err, FAIL_SYSTEM, "libsodium does not start");
        goto fail;
    }
    t->lexicon = lexicon_new();
    t->cache = cache_new(cfg->cache_bytes);
    if (redis.url && *redis.url && !(t->redis = redis_new(&redis, err)))
        goto fail;
    t->watched = pthread_create(&t->watcher, NULL, watch, t) == 0;
    if (t->watched)
        return t;
    err_set(err, FAIL_SYSTEM, "cannot start a thread: %m");
fail:
    translate_free(t);
    return NULL;
}

void
translate_stop(struct translate *t)
{
    pthread_mutex_lock(&t->lock);
    t->stopping = true;
    pthread_cond_signal(&t->wake);
    pthread_mutex_unlock(&t->lock);
    if (t->watched)
        pthread_join(t->watcher, NULL);
    t->watched = false;
    if (t->redis)
        redis_stop(t->redis);
}

void
translate_free(struct translate *t)
{
    if (!t)
        return;
    translate_stop(t);
    assert(!t->shares);
    redis_free(t->redis);
    cache_free(t->cache);
    lexicon_free(t->lexicon);
    map_free_all(t->pairs, free);
    map_free(t->shared);
    pthread_cond_destroy(&t->wake);
    pthread_mutex_destroy(&t->lock);
    free(t);
}
