/* SPDX-License-Identifier: ISC */
#ifndef STORE_SQL_WORDS_H
#define STORE_SQL_WORDS_H

#include "base/buf.h"

/*
 * words - texts and queries as FTS5's tokenizer unicode61 wants them.  Pure.
 *
 * It has words where spaces and punctuation are, and folds capitals and
 * accents.  What it does not know are scripts without spaces, so their
 * characters are put apart, each a word.  Trigrams, the other choice, find
 * nothing of two characters, which most Chinese words have, need an index three
 * times as large, and in this SQLite (3.40) do not fold accents.
 */

/* Append the text with spaces around characters of scripts without spaces. */
void words_split(struct buf *b, struct span text);

/* Take the next word off the text that is something to look for; goes_on: it may
 * go on.  False at the end. */
bool words_next(struct span *text, struct span *ret_word, bool *ret_goes_on);

/* Append a query for all words of the text, each of which may go on unless it
 * is very short; returns how many there are, at most max. */
int words_query(struct buf *b, struct span text, int max);

#endif
