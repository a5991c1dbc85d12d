/* SPDX-License-Identifier: ISC */
#ifndef TRANSLATOR_INFER_H
#define TRANSLATOR_INFER_H

#include <stdatomic.h>

#include "engine/router.h"
#include "memory/memory.h"
#include "text/terms.h"
#include "translator/translate/translate.h"

/*
 * infer - what costs time of a translation: take the text apart, send its
 * sentences along a path of the router, put it together again.
 *
 * Engines see what is meant by what people type (text/normal.h); the
 * translation is given back what they did not see.
 *
 * A sentence that the translation memory has goes to no engine.  A translation
 * that tore a span goes around once more in smaller pieces.
 *
 * What the quality gate refuses, or the router could not do, or has other numbers
 * than the source, is tried once more along the rest of the route.  What was
 * doubted so is kept, in case that this is no better.
 */
struct infer {
    /* In; borrowed until done(). */
    struct router *router;
    const struct router_route *route;
    struct span text, source, target; /* languages as codes of lang.h */
    const struct terms *terms; /* or NULL */
    const struct memory *memory; /* or NULL */
    bool plain;
    bool gate; /* refuse what cannot be a translation */
    bool background; /* see engine_request */
    const atomic_bool *stopping; /* no more engines from then on */
    /* Once, unless there is nothing to translate: it goes to an engine. */
    void (*begun)(struct infer *i);
    void (*done)(struct infer *i); /* once, on any thread, maybe at once */

    /* Out. */
    enum translate_outcome outcome;
    char *translation; /* the caller's */
    struct trust trust; /* TRANSLATE_OK */
    size_t remembered; /* sentences that are the memory's */
    char model[64]; /* the way, the memory, or both: "memory+apertium:en-es" */
    bool rerouted; /* the first way did not do for all of it */
    struct err err;

    /* Infer's, while under way. */
    char *kept; /* what was doubted, or NULL; owned */
    struct trust kept_trust;
    char kept_label[ROUTER_LABEL_BYTES];
    char label[ROUTER_LABEL_BYTES]; /* of the way taken */
    bool doubted; /* by the gate, or as a document */
    bool sure; /* the engines are, of all that they were asked */
    const char *why_rough; /* constant, or NULL */
    bool completed; /* an engine saw a sentence with what it lacks of one */
    bool as_typed; /* none is completed any more */
    bool is_second; /* the rest of the route is followed */
    struct router_route rest; /* then */
    struct doc *doc;
    char *meant; /* the text as engines are asked; NULL: as it is; owned */
    struct normal **normals; /* of the round's segments; owned */
    struct aside *asides; /* beside each; owned */
    size_t n_normals;
    size_t other; /* the segment in a third language that is under way */
    struct normal *other_normal; /* of it; owned */
    struct router_job job; /* forth, and back again to prove it */
    struct router_job forth; /* what became of the first */
    char *lines; /* what the job translates */
    size_t first, n; /* segments of this round */
    enum engine_doubt doubt; /* of the path's engines */
    bool asked; /* an engine had a part in it */
};

void infer_start(struct infer *i);

/* Why the text needs no translation into any language, or NULL.  The reason
 * is constant. */
const char *infer_skip(struct span text, bool plain);

#endif
