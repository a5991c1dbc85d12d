/* SPDX-License-Identifier: ISC */
#ifndef MEMORY_SLOTS_H
#define MEMORY_SLOTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/span.h"
#include "text/numbers.h"

/*
 * slots - the numbers of a text and its times, taken out so that a phrase with
 * # in their places is found, and put into the translation of that phrase.
 *
 *     "there in ten min"  ->  "there in # min"  ->  "j'arrive dans 10 min"
 *
 * Numbers below two stay where they are: "1 minutes" is none.  What is said in
 * words is given in figures, which have no gender.  An h behind a place is for
 * bare hours: "à #h" is "à 8h" and "à 8h30".
 *
 * Pure.  The text is borrowed as long as the slots are used.
 */
enum { SLOTS_MAX = 3, SLOTS_LEAST = 2 };

struct slots {
    struct span text, lang;
    struct number list[SLOTS_MAX];
    size_t n;
};

/* Append the text of the language with a # for each number.  False, and
 * nothing appended, when there are none, too many, or a # already. */
bool slots_take(
    struct span text, struct span lang, struct slots *ret, struct buf *out);

/* Append the translation with the numbers in their places, as the language to
 * writes them.  False, and nothing appended, when it has not as many places. */
bool slots_fill(const struct slots *s, struct span translation, struct span to,
    struct buf *out);

#endif
