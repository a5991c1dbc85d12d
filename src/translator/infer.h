/* SPDX-License-Identifier: ISC */
#ifndef TRANSLATOR_INFER_H
#define TRANSLATOR_INFER_H

#include <stdatomic.h>

#include "engine/router.h"
#include "text/terms.h"
#include "translator/translate.h"

/*
 * infer - what costs time of a translation: take the text apart, send its
 * sentences along a path of the router, put it together again.
 *
 * A translation that tore a span goes around once more in smaller pieces.  A
 * path that fails, or gives what the quality gate refuses, is followed by
 * another, when there is one.  So is one whose engine is unsure; what that gave
 * is kept, in case that the other fails.
 */
struct infer {
    /* In; borrowed until done(). */
    struct router *router;
    const struct router_path *path, *other; /* other may be NULL */
    struct span text, source, target; /* languages as codes of lang.h */
    const struct terms *terms; /* or NULL */
    bool plain;
    bool gate; /* refuse what cannot be a translation */
    const atomic_bool *stopping; /* no more engines from then on */
    /* Once, unless there is nothing to translate: it goes to an engine. */
    void (*begun)(struct infer *i);
    void (*done)(struct infer *i); /* once, on any thread, maybe at once */

    /* Out. */
    enum translate_outcome outcome;
    char *translation; /* the caller's */
    double confidence;
    const struct router_path *taken;
    struct err err;

    /* Infer's, while under way. */
    char *kept; /* what an engine was unsure of, or NULL; owned */
    double kept_confidence;
    struct doc *doc;
    struct router_job job;
    char *lines; /* what the job translates */
    size_t first, n; /* segments of this round */
    enum engine_doubt doubt; /* of the path's engines */
};

void infer_start(struct infer *i);

/* Why the text needs no translation into any language, or NULL.  The reason
 * is constant. */
const char *infer_skip(struct span text, bool plain);

#endif
