/* SPDX-License-Identifier: ISC */
#ifndef TEXT_WORDLIST_H
#define TEXT_WORDLIST_H

#include <stdbool.h>

#include "base/span.h"

/*
 * wordlist - the common words of some languages, and how they are written
 * (words/README says where they come from).
 *
 * Words are found without capitals, accents and apostrophes: "tres" is a word
 * because "très" is one.  Constant, any thread.
 */
struct wordlist_hit {
    struct span form; /* how it is written; absent: as it comes */
    bool varies; /* ... or in more than one way */
    bool negated; /* stands between "ne" and "pas" */
};

/* Is there a list of this language? */
bool wordlist_has(struct span lang);

/* Is it a common word? */
bool wordlist_find(
    struct span lang, struct span word, struct wordlist_hit *ret);

/* Is it a word at all, common or rare?  Only English has rare ones yet. Nothing
 * is spelt by them: they may be misspelt ones that were seen twice. */
bool wordlist_knows(struct span lang, struct span word);

/* Is every word of the text in the list of its language?  Short ones, and those
 * with a capital, which may be names, do not count.  False without a list. */
bool wordlist_covers(struct span lang, struct span text);

#endif
