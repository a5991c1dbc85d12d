/* SPDX-License-Identifier: ISC */
#include "translator/translate.h"

#include <assert.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/map.h"
#include "base/mem.h"
#include "text/lang.h"
#include "translator/cache.h"
#include "translator/identify.h"
#include "translator/infer.h"
#include "translator/lexicon.h"
#include "translator/redis.h"

enum {
    PAIR_KEY_BYTES = 2 * LANG_CODE_BYTES,
    WATCH_MS = 50, /* how late a deadline may be noticed */
};

/* How one language becomes another, by the router of one version. */
struct route {
    uint64_t version;
    bool found, has_other;
    struct router_path path, other;
};

/* Guarded by the lock. */
struct pair {
    struct route route;
    struct translate_pair stats;
};

struct translate {
    struct router *router;
    bool gate;
    struct offer *offer;
    struct lexicon *lexicon;
    struct redis *redis; /* NULL: none */
    pthread_t watcher;
    bool watched; /* the watcher runs */
    atomic_bool stopping;

    pthread_mutex_t lock; /* guards all that follows; held for moments */
    pthread_cond_t wake;
    bool watcher_sleeps; /* until the first share comes */
    struct map *pairs; /* "en-es" to struct pair; a pair never goes */
    struct cache *cache; /* NULL: none */
    struct map *shared; /* key to struct share, of those that may be shared */
    struct share *shares;
    struct translate_stats stats;
};

/* An inference and who waits for it.  It is its callbacks', and the list of
 * those who wait is the lock's. */
struct share {
    struct translate *t;
    struct share *prev, *next;
    struct translate_request *waiting;
    bool keep; /* others may join, and the caches have it */
    struct route route;
    struct words *words;
    struct infer infer;
    struct redis_get get;
    struct cache_key key; /* of bytes[] */
    char source[ENGINE_LANG_BYTES], target[ENGINE_LANG_BYTES];
    char bytes[]; /* the text last */
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
    r->confidence = v->confidence;
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
            hist_add(&t->stats.latency_us, took_us);
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
    if (!from_redis && s->infer.taken == &s->route.other)
        t->stats.rerouted++;
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
    words_unref(s->words);
    free(s);
}

static void
on_inferred(struct infer *i)
{
    struct share *s =
        (struct share *)((char *)i - offsetof(struct share, infer));
    struct cached *v = NULL;

    if (i->outcome == TRANSLATE_OK)
        v = cached_new(span_of(i->translation), i->taken->label, i->confidence);
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
        .router = t->router,
        .path = &s->route.path,
        .other = s->route.has_other ? &s->route.other : NULL,
        .text = {s->bytes + key.len - r->text.len, r->text.len},
        .source = span_of(s->source),
        .target = span_of(s->target),
        .terms = words_terms(s->words),
        .plain = r->plain,
        .gate = t->gate,
        .stopping = &t->stopping,
        .begun = on_begun,
        .done = on_inferred,
    };
    return s;
}

/* ---- requests ---- */

static struct route
find_route(struct translate *t, const char *source, const char *target)
{
    struct span from = span_of(source), to = span_of(target);
    struct route route = {.version = router_version(t->router)};

    route.found = router_find(t->router, from, to, &route.path);
    route.has_other = route.found && router_find_other(t->router, &route.path,
                                         from, to, &route.other);
    return route;
}

/* With the lock held. */
static struct pair *
add_pair(struct translate *t, struct span key, const char *source,
    const char *target, const struct route *route)
{
    struct pair *p = xcalloc(1, sizeof(*p));

    p->route = *route;
    snprintf(p->stats.source, sizeof(p->stats.source), "%s", source);
    snprintf(p->stats.target, sizeof(p->stats.target), "%s", target);
    map_put(t->pairs, key, p);
    return p;
}

/* How source becomes target, looked for again when engines have changed; NULL
 * when no path exists. */
static struct pair *
find_pair(struct translate *t, const char *source, const char *target,
    struct route *route)
{
    char key[PAIR_KEY_BYTES];
    struct span k = {key, 0};
    struct pair *p;

    k.len = (size_t)snprintf(key, sizeof(key), "%s-%s", source, target);
    pthread_mutex_lock(&t->lock);
    p = map_get(t->pairs, k);
    if (p && p->route.version == router_version(t->router)) {
        *route = p->route;
    } else if (p || map_len(t->pairs) < TRANSLATE_PAIRS_MAX) {
        *route = find_route(t, source, target);
        if (p)
            p->route = *route;
        else if (route->found)
            p = add_pair(t, k, source, target, route);
    }
    pthread_mutex_unlock(&t->lock);
    return p && route->found ? p : NULL;
}

/* Nobody can translate r, which does not matter when there is nothing to
 * translate in it. */
static bool
refuse(struct translate_request *r)
{
    const char *why = infer_skip(r->text, r->plain);

    if (why)
        return skip(r, why);
    if (!r->source_code[0] && span_eqz(r->source, "auto"))
        return fail(r, FAIL_BAD_INPUT, "language not recognised");
    r->outcome = TRANSLATE_FAILED;
    if (r->source_code[0])
        return err_set(&r->err, FAIL_BAD_INPUT,
            "unsupported language pair %s-%.*s", r->source_code,
            SPAN_ARG(r->target));
    return err_set(&r->err, FAIL_BAD_INPUT, "unsupported language %.*s",
        SPAN_ARG(r->source));
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

/* Let the second best way be the only one. */
static bool
take_other(struct translate_request *r, const char *target, struct route *route)
{
    if (!route->has_other) {
        r->outcome = TRANSLATE_FAILED;
        return err_set(&r->err, FAIL_BAD_INPUT, "no other way from %s to %s",
            r->source_code, target);
    }
    route->path = route->other;
    route->has_other = false;
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
        return refuse(r);
    if (strcmp(r->source_code, target) == 0)
        return skip(r, "the text is in this language already");
    r->pair = find_pair(t, r->source_code, target, route);
    if (!r->pair)
        return refuse(r);
    return !r->other || take_other(r, target, route);
}

/* Everything that the translation depends on; the text comes last. */
static void
put_key(struct buf *b, const struct translate_request *r,
    const struct route *route, const char *target)
{
    struct span version = SPAN("");

    if (r->glossary && r->glossary->n_terms > 0)
        version = span_of(r->glossary->version);
    buf_addf(b, "%s %s %s %016llx %c %zu:", r->source_code, target,
        route->path.label, (unsigned long long)route->version,
        r->plain ? 'p' : 'm', version.len);
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
        words_unref(fresh->words);
    free(fresh);
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
    r->source_confidence = r->confidence = 0;
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
    put_key(&key, r, &route, target);
    s = look(t, r, &route, buf_span(&key), target, &v);
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

/* ---- life ---- */

static void
init_locks(struct translate *t)
{
    pthread_condattr_t attr;

    pthread_mutex_init(&t->lock, NULL);
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&t->wake, &attr);
    pthread_condattr_destroy(&attr);
}

struct translate *
translate_new(
    const struct translate_cfg *cfg, struct router *router, struct err *err)
{
    struct translate *t = xcalloc(1, sizeof(*t));
    struct redis_cfg redis = {cfg->redis_url, cfg->redis_ttl_s};

    init_locks(t);
    t->gate = cfg->gate;
    t->router = router;
    t->offer = cfg->offer;
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
    struct pair *p;
    size_t pos = 0;

    if (!t)
        return;
    translate_stop(t);
    assert(!t->shares);
    redis_free(t->redis);
    cache_free(t->cache);
    lexicon_free(t->lexicon);
    while ((p = map_next(t->pairs, &pos, NULL)))
        free(p);
    map_free(t->pairs);
    map_free(t->shared);
    pthread_cond_destroy(&t->wake);
    pthread_mutex_destroy(&t->lock);
    free(t);
}

/* ---- numbers ---- */

struct translate_stats
translate_stats(const struct translate *t)
{
    pthread_mutex_t *lock = (pthread_mutex_t *)&t->lock;
    struct translate_stats s;
    struct cache_stats c;

    pthread_mutex_lock(lock);
    s = t->stats;
    c = cache_stats(t->cache);
    pthread_mutex_unlock(lock);
    s.cache_entries = c.entries;
    s.cache_bytes = c.bytes;
    s.cache_bytes_max = c.bytes_max;
    s.evicted = c.evicted;
    s.redis_up = t->redis && redis_up(t->redis);
    return s;
}

size_t
translate_pairs(
    const struct translate *t, struct translate_pair *ret, size_t max)
{
    pthread_mutex_t *lock = (pthread_mutex_t *)&t->lock;
    const struct pair *p;
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
