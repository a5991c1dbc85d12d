/* SPDX-License-Identifier: ISC */
#ifndef ENGINE_TESTING_TOY_H
#define ENGINE_TESTING_TOY_H

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "engine/engine.h"

/*
 * toy - an engine for tests whose pairs come and go: "x" becomes "<es> x", at
 * once and on the caller's thread.  Not owned by a router: closing does
 * nothing.  Set its fields, then call toy_changed.
 */
enum { TOY_PAIRS_MAX = 4 };

struct toy {
    struct engine engine; /* must be first */
    struct engine_pair pairs[TOY_PAIRS_MAX];
    size_t n_pairs;
    bool away[TOY_PAIRS_MAX]; /* that are not offered */
    struct engine_quality quality[TOY_PAIRS_MAX]; /* as measured */
    const char *unsure_of; /* texts with this in them; or NULL */
    uint64_t version;
    enum engine_doubt doubt; /* of all that it says */
    double confidence;
    bool bare; /* nothing is put before what it says */
    const char *says; /* instead of the text; or NULL */
    void (*changed)(void *ctx);
    void *ctx;
};

static inline size_t
toy_pairs(const struct engine *e, const struct engine_pair **ret)
{
    const struct toy *t = (const struct toy *)e;

    *ret = t->pairs;
    return t->n_pairs;
}

static inline bool
toy_offers(const struct engine *e, size_t pair)
{
    return !((const struct toy *)e)->away[pair];
}

static inline struct engine_quality
toy_quality(const struct engine *e, size_t pair)
{
    return ((const struct toy *)e)->quality[pair];
}

static inline void
toy_watch(struct engine *e, void (*changed)(void *ctx), void *ctx)
{
    struct toy *t = (struct toy *)e;

    t->changed = changed;
    t->ctx = ctx;
}

static inline bool
toy_submit(
    struct engine *e, size_t pair, struct engine_request *r, struct err *err)
{
    struct toy *t = (struct toy *)e;
    struct buf out = {0};

    if (t->away[pair])
        return err_set(err, FAIL_SYSTEM, "the toy is away");
    if (!t->bare)
        buf_addf(&out, "<%s> ", t->pairs[pair].target);
    buf_adds(&out, t->says ? span_of(t->says) : r->text);
    r->translation = buf_take(&out);
    r->ok = true;
    r->confidence = t->confidence;
    r->doubt = t->doubt;
    if (t->unsure_of &&
        memmem(r->text.p, r->text.len, t->unsure_of, strlen(t->unsure_of)))
        r->doubt = ENGINE_UNSURE;
    r->done(r);
    return true;
}

static inline uint64_t
toy_version(const struct engine *e)
{
    return ((const struct toy *)e)->version;
}

static inline void
toy_close(struct engine *e)
{
    (void)e;
}

static inline struct toy
toy_init(void)
{
    static const struct engine_ops ops = {.name = "toy",
        .pairs = toy_pairs,
        .offers = toy_offers,
        .quality = toy_quality,
        .watch = toy_watch,
        .submit = toy_submit,
        .version = toy_version,
        .close = toy_close};

    return (struct toy){.engine.ops = &ops, .confidence = 1};
}

static inline void
toy_add(struct toy *t, const char *source, const char *target, double cost)
{
    struct engine_pair *p = &t->pairs[t->n_pairs++];

    snprintf(p->source, sizeof(p->source), "%s", source);
    snprintf(p->target, sizeof(p->target), "%s", target);
    p->cost = cost;
}

static inline void
toy_changed(struct toy *t)
{
    t->changed(t->ctx);
}

#endif
