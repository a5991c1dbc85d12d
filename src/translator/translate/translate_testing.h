/* SPDX-License-Identifier: ISC */
#ifndef TRANSLATOR_TRANSLATE_TESTING_H
#define TRANSLATOR_TRANSLATE_TESTING_H

#include <stdlib.h>
#include <string.h>

#include "base/bq.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/tap.h"
#include "engine/echo.h"
#include "translator/translate/translate.h"

/*
 * What the tests of translate share: a translator over echoes, and requests
 * whose end can be waited for.
 */
enum { TEST_WAIT_MS = 60 * 1000 };

struct bench {
    struct router *router;
    struct offer *offer;
    struct translate *t;
};

static const struct engine_pair bench_pairs[] = {{"en", "es", 1},
    {"en", "fr", 1}, {"en", "ca", 1}, {"ca", "es", 1}, {"es", "en", 1}};

enum { BENCH_PAIRS = sizeof(bench_pairs) / sizeof(bench_pairs[0]) };

/* Takes the engine. */
static inline struct bench
bench_open(struct engine *e, const struct translate_cfg *cfg)
{
    struct bench b = {.router = router_new()};
    struct translate_cfg c = *cfg;

    router_add(b.router, e);
    c.offer = b.offer = offer_new(b.router);
    b.t = translate_new(&c, b.router, NULL);
    CHECK(b.t != NULL);
    return b;
}

/* In upper case after delay_ms, failing on texts with "break" in them. */
static inline struct engine *
bench_echo(int delay_ms)
{
    struct echo_cfg cfg = {.pairs = bench_pairs,
        .n_pairs = BENCH_PAIRS,
        .queue_max = 10000,
        .upper = true,
        .delay_ms = delay_ms,
        .fail_on = "break"};

    return echo_open(&cfg);
}

static inline void
bench_close(struct bench *b)
{
    translate_stop(b->t);
    if (b->offer)
        offer_freeze(b->offer);
    router_free(b->router);
    translate_free(b->t);
    offer_free(b->offer);
}

/* A request that can be waited for. */
struct asked {
    struct translate_request r;
    struct bq *done; /* of itself, once */
    int64_t took_ms;
    int64_t started_ms;
};

static inline void
asked_done(struct translate_request *r)
{
    struct asked *a = r->user;

    a->took_ms = clock_mono_ms() - a->started_ms;
    bq_push(a->done, a, BQ_NOWAIT);
}

/* Fill in what every request has; the rest is as it is. */
static inline void
ask(struct bench *b, struct asked *a)
{
    a->r.done = asked_done;
    a->r.user = a;
    a->started_ms = clock_mono_ms();
    a->done = bq_new(1);
    translate_submit(b->t, &a->r);
}

static inline void
await(struct asked *a)
{
    void *self;

    CHECK(bq_pop(a->done, &self, TEST_WAIT_MS) == BQ_OK);
    bq_free(a->done);
}

static inline struct asked
asking(const char *source, const char *target, const char *text)
{
    return (struct asked){.r = {.source = span_of(source),
                              .target = span_of(target),
                              .text = span_of(text)}};
}

static inline void
asked_fini(struct asked *a)
{
    free(a->r.translation);
    a->r.translation = NULL;
}

/* Ask and wait: is the translation want, and from the cache or not? */
static inline bool
gives(struct bench *b, struct asked a, const char *want, bool from_cache)
{
    bool ok;

    ask(b, &a);
    await(&a);
    ok = a.r.outcome == TRANSLATE_OK && !strcmp(a.r.translation, want) &&
         a.r.from_cache == from_cache;
    if (!ok)
        printf("# outcome %d, \"%s\" %s%s\n", a.r.outcome,
            a.r.outcome == TRANSLATE_OK ? a.r.translation : a.r.err.text,
            a.r.model, a.r.from_cache ? ", from the cache" : "");
    asked_fini(&a);
    return ok;
}

/* Ask and wait: is this the outcome, and what err says? */
static inline bool
says(struct bench *b, struct asked a, enum translate_outcome outcome,
    const char *want)
{
    bool ok;

    ask(b, &a);
    await(&a);
    ok = a.r.outcome == outcome && !strcmp(a.r.err.text, want);
    if (!ok)
        printf("# outcome %d, \"%s\"\n", a.r.outcome, a.r.err.text);
    asked_fini(&a);
    return ok;
}

#endif
