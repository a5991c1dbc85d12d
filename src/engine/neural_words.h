/* SPDX-License-Identifier: ISC */
#ifndef ENGINE_NEURAL_WORDS_H
#define ENGINE_NEURAL_WORDS_H

#include <stdbool.h>

#include "base/span.h"

/*
 * neural_words - words that a small model made up: it spells what it does not
 * know in pieces, and ends them as it likes, "nutas" for nuts.  Pure, any thread.
 *
 * A word is taken for made up when neither the common words of the language
 * (text/wordlist.h) have it nor the source does, where names come from.  Some
 * rare words are taken so too: a reason to doubt a translation, not to refuse
 * it.  Where words are joined, as in German, two known ones make a third.
 */

/* Has the translation, in a language as of lang.h, such a word?  False for
 * languages whose common words we have not got. */
bool neural_words_invented(
    struct span source, struct span translation, const char *lang);

#endif
