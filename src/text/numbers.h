/* SPDX-License-Identifier: ISC */
#ifndef TEXT_NUMBERS_H
#define TEXT_NUMBERS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/span.h"

/*
 * numbers - the numbers that a text says, in figures and in words, and whether
 * a translation says the same.
 *
 * "1 200", "1,200", "1.200" and "twelve hundred" are one number; "half past
 * three", "3:30" and "15h30" are one time, "May 5th" and "le 5 mai" one date.
 * Pure, any thread.
 */
enum { NUMBERS_MAX = 64 }; /* of a text; what is beyond is not looked at */

enum number_form {
    NUMBER_FIGURE, /* "15", "5 mil" */
    NUMBER_WORD, /* "fifteen" */
    NUMBER_ROMAN, /* "XVIII" */
    NUMBER_CLOCK, /* "half past three", "3:30", "3pm"; the value is in minutes */
    NUMBER_DATE, /* "3 March", "March" of a year, "3/3/2026": see dates.h */
};

struct number {
    size_t at, len; /* bytes of the text */
    long long value;
    enum number_form form;
    bool ordinal; /* "third", "3rd" */
    bool decade; /* "1990s": "90" says the same */
    bool scaled; /* "5 mil": to be written in figures */
    bool half; /* of a clock that says which half of the day: "15h30", "3pm" */
    bool spoken; /* of a clock: in words */
    bool torn; /* letters stick to it that mean nothing there: "1lo" */
    bool weak; /* it may be no number, or need not be said as one */
};

/* What is in the text, of a language as of lang.h; in an unknown one figures
 * only.  In order, without overlaps. */
size_t numbers_find(
    struct span text, struct span lang, struct number ret[NUMBERS_MAX]);

/* Can words be compared?  Else numbers_find is for figures, with no language. */
bool numbers_know(struct span source_lang, struct span target_lang);

/* Does the translation say every number of the source, as often, and none
 * besides?  What is weak may be missing on either side. */
bool numbers_agree(const struct number *source, size_t n_source,
    const struct number *translation, size_t n_translation);

/* The same of two whole texts; figures only when numbers_know says no. */
bool numbers_kept(struct span source, struct span source_lang,
    struct span translation, struct span target_lang);

/* The same of figures and times alone: each has an equal on the other side, in
 * figures or in words.  A one may be an article. */
bool numbers_figures_kept(struct span source, struct span source_lang,
    struct span translation, struct span target_lang);

/* Append the number as it is written in the language: a word in words, a time
 * as a clock's, a date with the name of its month.  False, and out as it was, when its own spelling has to do. */
bool numbers_write(const struct number *n, struct span lang, struct buf *out);

#endif
