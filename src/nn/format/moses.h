/* SPDX-License-Identifier: ISC */
#ifndef NN_MOSES_H
#define NN_MOSES_H

#include "base/buf.h"
#include "base/span.h"
#include "nn/format/letters.h"

/*
 * moses - text as OPUS-MT's models learned it: what the scripts of the Moses
 * toolkit do in front of a model and behind it.  Pure functions.
 *
 * A language is a code of two letters, or ""; it decides on what side of an
 * apostrophe a word ends, which full stops belong to a word, and the like.
 */

/* Is lang one of the list's, "en fr"? */
bool moses_is_lang(const char *lang, const char *list);

/* Marks of many kinds become those of ASCII, invisible characters spaces: ret
 * gets the result. */
void moses_plain(const struct letters *l, struct letters *ret);

/* Words and marks with one space between them, marks that the toolkit needs
 * for itself written "&quot;", a hyphen between words "@-@".  What moses_plain
 * gave goes in. */
void moses_cut(const struct letters *l, const char *lang, struct letters *ret);

/* The text of n such words; begins gets where each begins in it. */
void moses_join(const struct span *words, size_t n, const char *lang,
    struct buf *ret, size_t *begins);

/* "&quot;" is '"' again. */
void moses_unescape(struct span word, struct buf *ret);

#endif
