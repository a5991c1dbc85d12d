/* SPDX-License-Identifier: ISC */
#ifndef TEXT_FIGURES_H
#define TEXT_FIGURES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/span.h"

/*
 * figures - amounts, measures, percentages and times of day in figures:
 * "$49.99", "1,200", "3.5 km", "20 %", "9h30", "3pm".
 *
 * Engines know such figures, and what the sentence around them needs: "at
 * 9:30" is "às 9:30".  Dates, phone numbers, versions and codes are none.
 * Pure, any thread.
 */

/* The first such figure of text from byte *i on; *i is then behind it.  Absent
 * when there is none. */
struct span figures_next(struct span text, size_t *i);

/* Append the figure, a part of text in the language from, as people write it in
 * the language to: "1.200" is "1,200" in English.  False, and out as it was,
 * when it stays as it is, also because it may mean something else. */
bool figures_localise(struct span text, struct span figure, struct span from,
    struct span to, struct buf *out);

/* Append the translation, in which figures of the source stand as they are
 * there, with these as the language to has them, and times in French as people
 * type them: "9h30". */
void figures_localise_all(struct span source, struct span from,
    struct span translation, struct span to, struct buf *out);

/* Has either the same currencies, units and percent signs with its figures, as
 * often as the other? */
bool figures_units_kept(struct span source, struct span translation);

/* Do both name the same of the two currencies that people mostly pay in, by sign
 * or in words: euros and dollars? */
bool figures_currencies_kept(struct span source, struct span translation);

/* Is what the source has below zero, as "-12°C", so in the translation, by its
 * sign or in words?  Percentages are not looked at: "-20 %" is "20 % off". */
bool figures_signs_kept(struct span source, struct span translation);

#endif
