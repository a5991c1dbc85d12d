/* SPDX-License-Identifier: ISC */
#ifndef TEXT_NAMES_H
#define TEXT_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

/*
 * names - people whom a text names by a given name: "Ruth a appelé Désiré".
 * Such a name stays as it is, whatever else the word may mean.
 *
 * Behind a title any word with a capital is one: "Monsieur Petit".  What somebody
 * coined stays like them: "WeTransfer", "iPhone".
 *
 * A name has a capital and small letters behind it.  One that is also a word
 * ("Will", "Rose", "Grace") is taken for a name inside of a sentence, and at
 * the start of one only where what follows makes it likely; in German, where
 * nouns have capitals, never.  Pure, any thread.
 */
enum { NAMES_MAX = 16 }; /* in a text; what is beyond is not looked at */

/* Is the word a given name?  *ret_word: it is a common word, too. */
bool names_known(struct span word, bool *ret_word);

/* The names of people in text, of a language as of lang.h, in order; with the family
 * names behind them. */
size_t names_find(
    struct span text, struct span lang, struct span ret[NAMES_MAX]);

/* Does the name only say who the one is that stands before it: "my uncle
 * Bakary"?  Then the sentence is whole without it. */
bool names_in_apposition(struct span text, struct span name, struct span lang);

/* Is every name in the translation, as often as in the list? */
bool names_kept(const struct span *list, size_t n, struct span translation);

#endif
