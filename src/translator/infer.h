/* SPDX-License-Identifier: ISC */
#ifndef TRANSLATOR_INFER_H
#define TRANSLATOR_INFER_H

#include "translator/translate.h"

/*
 * infer - what costs time of a translation: take the text apart, send its
 * sentences along a path of the router, put it together again.
 *
 * A translation that tore a span goes around once more in smaller pieces.
 */
struct infer {
    /* In; borrowed until done(). */
    struct router *router;
    struct router_path path;
    struct span text, source;
    const struct glossary *glossary;
    bool plain;
    void (*done)(struct infer *i); /* once, on any thread, maybe at once */

    /* Out. */
    enum translate_outcome outcome;
    char *translation; /* the caller's */
    double confidence;
    struct err err;

    /* Infer's, while under way. */
    struct doc *doc;
    struct router_job job;
    char *lines; /* what the job translates */
    size_t first, n; /* segments of this round */
};

void infer_start(struct infer *i);

/* Why the text needs no translation into any language, or NULL.  The reason
 * is constant. */
const char *infer_skip(struct span text);

#endif
