/* SPDX-License-Identifier: ISC */
#ifndef TRANSLATOR_TRANSLATE_H
#define TRANSLATOR_TRANSLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/hist.h"
#include "base/span.h"
#include "engine/router.h"
#include "memory/current.h"
#include "translator/translate/cache.h"
#include "translator/translate/offer.h"
#include "wire/glossary.h"

/*
 * translate - one text from one language into another by all we have: caches,
 * one inference for equal texts, the document with its spans that stay, the
 * translation memory, the router, the quality gate.
 *
 * Asynchronous as engine.h is: a request is submitted and its done() is called
 * exactly once, on any thread, perhaps before translate_submit returns, and
 * never later than its deadline and a little.  Any thread may submit, done()
 * included.
 *
 * Equal requests at one time share one inference, each waiting for it no longer
 * than its own deadline; failures are not kept.
 *
 * Life cycle: translate_new, translate_submit..., translate_stop, router_free,
 * translate_free.
 */
struct translate;

enum {
    TRANSLATE_TEXT_BYTES_MAX = 64 * 1024, /* more is "text too long" */
    TRANSLATE_MODEL_BYTES = 64,
    TRANSLATE_PAIRS_MAX = 1024, /* that are counted each by itself */
    TRANSLATE_DEADLINE_MS = 30 * 1000, /* of a request that names none */
};

/* Why a text is skipped that its readers can read. */
#define TRANSLATE_SAME_LANGUAGE "the text is in this language already"

enum translate_outcome {
    TRANSLATE_OK,
    TRANSLATE_SKIPPED, /* there is nothing to translate; err says why */
    TRANSLATE_FAILED, /* err says why */
};

/* The caller owns the request and keeps it and what it borrows alive until
 * done(). */
struct translate_request {
    struct span text; /* valid UTF-8 */
    struct span source, target; /* as text/lang.h reads; source may be "auto" */
    const struct glossary *glossary; /* NULL: none */
    bool plain; /* no Markdown: its characters are text */
    bool guess; /* "auto" when not sure: what is likeliest, or English */
    bool other; /* by the second best way only, and not counted as asked for */
    struct span way; /* this one only, whatever it is worth: a path's label, see
                        router.h; {NULL, 0}: the best for each line */
    bool background; /* a program asks, nobody waits for it while they chat */
    bool no_cache; /* neither look into the caches nor share an inference */
    int deadline_ms; /* from submit; 0: TRANSLATE_DEADLINE_MS */
    void (*done)(struct translate_request *r);
    void *user; /* the caller's */

    /* Written before done().  Whether the reason in err stays, or may be gone
     * the next time, says event_is_final. */
    enum translate_outcome outcome;
    char *translation; /* TRANSLATE_OK, NUL-terminated; owned by the caller */
    char source_code[ENGINE_LANG_BYTES]; /* given or detected; "" unknown */
    double source_confidence; /* 1 when given */
    struct trust trust; /* in the translation */
    char model[TRANSLATE_MODEL_BYTES]; /* "apertium:fr-ca-en", "memory:en-fr",
                                        * "memory+apertium:en-es" */
    bool from_cache;
    struct err err;

    /* Translate's, until done(). */
    struct translate_request *prev, *next;
    struct share *share;
    struct pair *pair;
    bool missed; /* by the cache in memory */
    int64_t started_us, due_us;
};

struct translate_cfg {
    struct offer
        *offer; /* the router's, borrowed: what "auto" may be; or NULL */
    struct current *memory; /* borrowed; NULL: none */
    bool gate; /* refuse what cannot be a translation, see text/gate.h */
    size_t cache_bytes; /* for translations in memory; 0: none are kept */
    const char *redis_url; /* "" or NULL: no Redis; see redis.h */
    int redis_ttl_s;
};

/* The router is borrowed, and has all its engines. */
struct translate *translate_new(
    const struct translate_cfg *cfg, struct router *router, struct err *err);

/* Did it fail because all that the engines made of the text was refused by the
 * quality gate?  Then the text itself is the best answer. */
bool translate_is_refused(const struct translate_request *r);

void translate_submit(struct translate *t, struct translate_request *r);

/* Nobody submits any more.  What is under way ends at the latest when the
 * router is freed, which comes next. */
void translate_stop(struct translate *t);

/* NULL is fine. */
void translate_free(struct translate *t);

/* Counters since the start, and gauges. */
struct translate_stats {
    uint64_t ok, skipped, failed; /* requests done */
    uint64_t hits, misses; /* of the cache in memory */
    uint64_t redis_hits, redis_misses; /* of what memory did not have */
    uint64_t shared; /* requests that waited for another's inference */
    uint64_t inferences; /* texts that went to the router */
    uint64_t rerouted; /* ... and found their first path failing */
    uint64_t remembered; /* sentences that were the translation memory's */
    uint64_t evicted; /* translations that left memory for others */
    size_t cache_entries, cache_bytes, cache_bytes_max;
    size_t in_flight; /* requests */
    bool redis_up; /* connected */
    struct hist latency_us; /* of requests that are TRANSLATE_OK */
    struct hist latency_minute_us; /* ... and of those of the last minute */
};
struct translate_stats translate_stats(const struct translate *t);

/* What was asked per pair of languages; returns how many there are and writes
 * at most max. */
struct translate_pair {
    char source[ENGINE_LANG_BYTES], target[ENGINE_LANG_BYTES];
    uint64_t ok, skipped, failed, hits;
    uint64_t ok_us; /* sum over those that are TRANSLATE_OK */
};
size_t translate_pairs(
    const struct translate *t, struct translate_pair *ret, size_t max);

#endif
