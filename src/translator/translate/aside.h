/* SPDX-License-Identifier: ISC */
#ifndef TRANSLATOR_ASIDE_H
#define TRANSLATOR_ASIDE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/span.h"
#include "memory/memory.h"

/*
 * aside - what stands beside a sentence and is no part of it, behind its last
 * comma: "ich kann diese Woche nicht, tut mir leid".  Engines make one sentence
 * of both ("I can't be sorry this week").  So they are asked without it, and
 * what the memory makes of it is put behind what they make of the rest.
 */
struct aside {
    char *source; /* with its comma; NULL: there is none; owned */
    char *said; /* translated; owned */
};

enum { ASIDE_WORDS_MIN = 2 /* of the sentence beside which it stands */ };

/* False when the segment has none; else rest is the segment without it, with
 * its final marks. */
bool aside_take(const struct memory *m, struct span segment, struct span source,
    struct span target, struct aside *ret, struct buf *rest);

void aside_free(struct aside *a);

/* Put it into what became of the rest, in front of the final marks; nothing when
 * there is none. */
void aside_put(const struct aside *a, struct buf *translation);

/* The same in the language of the source. */
void aside_put_source(const struct aside *a, struct buf *rest);

#endif
