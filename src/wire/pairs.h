/* SPDX-License-Identifier: ISC */
#ifndef WIRE_PAIRS_H
#define WIRE_PAIRS_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

/*
 * pairs - what a translator can translate, and how well, as it tells gateways
 * in every pong: "ca:en3,es2;en:ca3,fr1", each source once, with its targets
 * and the class of each.
 */
enum pair_class {
    PAIR_NONE, /* not at all */
    PAIR_BASIC, /* the gist, with luck */
    PAIR_FAIR, /* understandable, with mistakes */
    PAIR_GOOD,
};

/* "none", "basic", "fair", "good". */
const char *pair_class_name(enum pair_class c);

struct pairs_entry {
    struct span source, target;
    enum pair_class class; /* never PAIR_NONE */
};

/* Take the next pair off *rest, which begins as the whole; its source is
 * *source's, which begins as {NULL, 0}.  What is malformed is passed over.
 * False at the end. */
bool pairs_next(
    struct span *rest, struct span *source, struct pairs_entry *ret);

/* Append a pair; those of one source come one after another. */
void pairs_add(struct buf *b, const struct pairs_entry *p);

enum pair_class pairs_find(
    struct span pairs, struct span source, struct span target);

#endif
