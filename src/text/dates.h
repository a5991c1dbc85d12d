/* SPDX-License-Identifier: ISC */
#ifndef TEXT_DATES_H
#define TEXT_DATES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/span.h"

/*
 * dates - months by their names where a day or a year stands beside them, and
 * dates in figures: "3 March", "le 3 mars", "den 3. März", "May 5th",
 * "03/03/2026".
 *
 * A month alone is no date: "may" and "march" are other words, too.  Pure, any
 * thread.
 */

/* The length of "3/4/2026", "03.04.26" or "2026-04-03" at byte i, where no
 * digit stands before; 0.  *ret tells two apart that differ in any of their
 * numbers, and is larger than any value of dates_value. */
size_t dates_in_figures(struct span text, size_t i, long long *ret);

/* Behind a day that ends at byte i: the length of what joins it to the name of a
 * month, and of the name; 0 when there is none.  The month, from 1 on. */
size_t dates_month_behind(
    struct span text, size_t i, struct span lang, int *ret_month);

/* The name of a month at byte i, the start of a word, with a year behind it:
 * "March 2026"; the length of the name; 0. */
size_t dates_month_of_year(
    struct span text, size_t i, struct span lang, int *ret_month);

/* The same with a day behind it, as English has it: the length of the name and
 * of what stands before the day: "May " of "May 5th"; 0. */
size_t dates_month_before(
    struct span text, size_t i, struct span lang, int *ret_month);
/* Can that day, which ends at byte i, be one?  "In March 3 people came" has
 * none. */
bool dates_day_ends(struct span text, size_t i);

/* A day (0: none) of a month as one number, and back. */
long long dates_value(int day, int month);
/* The day; 0 of one in figures. */
int dates_day(long long value);
/* Append it as people write it in the language; false when that is not known,
 * or the value is of figures. */
bool dates_write(long long value, struct span lang, struct buf *out);

#endif
