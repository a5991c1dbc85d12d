/* SPDX-License-Identifier: ISC */
#ifndef ENGINE_ENGINE_H
#define ENGINE_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"

/*
 * engine - something that translates segments from one language into another.
 *
 * Asynchronous: a request is submitted and its done() is called later, exactly
 * once, on a thread of the engine, also when the engine fails or closes.
 * Engines batch or pipeline what is in flight; that is where throughput comes
 * from, so callers submit early and wait late.  done() holds up the engine: it
 * hands the result on, may submit again, and never waits or closes.
 *
 * Languages are ISO 639-1 codes where one exists ("fr"), else 639-3.
 */
enum {
    ENGINE_LANG_BYTES = 8,
    ENGINE_SEGMENT_BYTES_MAX = 16 * 1024,
};

/* A direction an engine can translate, and what it costs the router while
 * nobody measured it: -ln of the share of a text's sense that it keeps, so that
 * lower is better, and a path's cost is the sum of its hops (see router.h). */
struct engine_pair {
    char source[ENGINE_LANG_BYTES], target[ENGINE_LANG_BYTES];
    double cost;
};

/* Kinds of text that an engine may be good at, or not. */
enum engine_text {
    ENGINE_SHORT, /* a line as people chat */
    ENGINE_LONG, /* a sentence of prose */
    ENGINE_TEXTS,
};

/* What was measured of a pair: chrF2, 0..1; 0: not measured. */
struct engine_quality {
    double of[ENGINE_TEXTS];
    double sure; /* of what it gives without a doubt; 0: it has none */
};

/* What an engine itself finds wrong with a translation that it gives; what is
 * worse is larger. */
enum engine_doubt {
    ENGINE_SURE,
    ENGINE_UNSURE, /* fit to be shown, but another engine may do better */
    ENGINE_CUT, /* it ran into a limit of length */
    ENGINE_LOOP, /* it repeated itself until it was stopped */
};

/* One segment to translate.  The caller owns the request and keeps it and its
 * text alive until done(). */
struct engine_request {
    struct span text; /* valid UTF-8, one line, not empty */
    bool background; /* nobody waits for it while they chat: the others of its
                        pair go first, nearly all of the time */
    void (*done)(struct engine_request *r);
    void *user; /* the caller's */

    /* Written by the engine before done(). */
    bool ok;
    char *translation; /* owned by the caller once done() is called; free() */
    double confidence; /* 0..1: what the engine thinks of it */
    enum engine_doubt doubt;
    struct err err; /* when !ok */

    struct engine_request *next; /* the engine's, while in flight */
};

struct engine;

struct engine_ops {
    const char *name; /* "apertium" */

    /* The pairs it has; the array is borrowed for the engine's life.  Pairs
     * may be added behind the others; none changes or goes. */
    size_t (*pairs)(const struct engine *e, const struct engine_pair **ret);

    /* Is this pair to be had now?  NULL: always. */
    bool (*offers)(const struct engine *e, size_t pair);

    /* What was measured of this pair, as it is now.  NULL: nothing. */
    struct engine_quality (*quality)(const struct engine *e, size_t pair);

    /* Have changed(ctx) called, on any thread that holds no lock of the
     * engine's, when pairs came, or the answers of offers or version changed,
     * until close returns.  Called once, before the first request; NULL:
     * nothing ever changes. */
    void (*watch)(struct engine *e, void (*changed)(void *ctx), void *ctx);

    /* Take a request for pair i.  False with err filled, and done() never
     * called, when the engine's queue for that pair is full (FAIL_BUSY) or it
     * is closing. */
    bool (*submit)(struct engine *e, size_t pair, struct engine_request *r,
        struct err *err);

    /* A number that changes with the programs and data behind the engine, for
     * caches; NULL: nothing can change.  Asked when the engine is added to a
     * router and when it says that it changed. */
    uint64_t (*version)(const struct engine *e);

    /* Fail what is in flight, stop all threads and processes, free. */
    void (*close)(struct engine *e);
};

/* The first member of every engine. */
struct engine {
    const struct engine_ops *ops;
};

#endif
