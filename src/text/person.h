/* SPDX-License-Identifier: ISC */
#ifndef TEXT_PERSON_H
#define TEXT_PERSON_H

#include <stdbool.h>

#include "base/span.h"
#include "text/words.h"

/*
 * person - who is spoken of: I, you, he, she.
 *
 * Tables of the words that say one of them, and of those that may, for
 * languages that do not leave the subject out.  Pure, any thread.
 */

/* Is one of them lost, and another there that the source cannot mean: "she"
 * became "he", "you" became "I"? */
bool person_swapped(const struct folded_words *source,
    const struct folded_words *translation, struct span source_lang,
    struct span target_lang);

#endif
