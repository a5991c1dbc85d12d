/* SPDX-License-Identifier: ISC */
#ifndef TEXT_WORDS_H
#define TEXT_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

/*
 * words - short lists of words of a language, to be found in a text.
 *
 * A list is one string of words in small letters, with a space between them.
 * "idiot*" stands for all words that begin so, "*less" for all that end so,
 * with at least one letter more.  Apostrophes of all kinds are ' in a list.
 * What stands in front of or behind an apostrophe also counts as a word: "n"
 * and "est" of "n'est".
 *
 * Pure, no allocation, any thread.
 */
struct word_list {
    const char *lang; /* a code of lang.h */
    const char *words;
};

/* The words of a language, or NULL when none of the n lists is for it. */
const char *words_of(const struct word_list *lists, size_t n, struct span lang);

/* How many words of the text are in the list; 0 when it is NULL. */
size_t words_count(struct span text, const char *words);

enum { WORDS_FOLDED_BYTES = 2048 };

/* The words of a text as lists have them, each with a space behind it; of a
 * longer text those of its start.  Made once for a text that is to be looked up
 * in many lists. */
struct folded_words {
    char p[WORDS_FOLDED_BYTES];
    size_t len;
};

void words_fold(struct span text, struct folded_words *ret);
/* As words_count. */
size_t words_count_folded(const struct folded_words *text, const char *words);

/* The words for something, and those for it or something else; NULL: none. */
struct words_for {
    const char *says, *may;
};
bool words_may_say(const struct folded_words *text, const struct words_for *w);

#endif
