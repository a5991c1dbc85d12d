/* SPDX-License-Identifier: ISC */
#ifndef TEXT_NEGATION_H
#define TEXT_NEGATION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

/*
 * negation - does a text say no, and does its translation still say it?
 *
 * Each language has a table of negators.  A strong one ("not", "jamais",
 * "kein") makes a sentence negative by itself.  A weak one ("without",
 * "impossible", "hardly") may stand for a strong one of another language, but
 * nobody has to translate it as one.
 *
 * Pure, no allocation, any thread.
 */
struct negation {
    size_t strong, weak;
};

/* Is there a table for this language? */
bool negation_knows(struct span lang);

/* The negators of the text; none for a language without a table. */
struct negation negation_count(struct span text, struct span lang);

/* Is one text negative where the other has nothing of the kind?  False when a
 * language has no table. */
bool negation_differs(struct span source, struct span translation,
    struct span source_lang, struct span target_lang);

/* Does the translation begin with its negation, where the source has its own
 * further on?  "Don't promise me to say anything" is not "promets-moi de ne rien
 * dire".  False when a language has no table. */
bool negation_moved(struct span source, struct span translation,
    struct span source_lang, struct span target_lang);

#endif
