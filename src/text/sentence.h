/* SPDX-License-Identifier: ISC */
#ifndef TEXT_SENTENCE_H
#define TEXT_SENTENCE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

/*
 * sentence - where a sentence ends.  Pure.
 *
 * Own rules rather than ICU's: its break iterator costs more to open than a
 * chat message to translate, and knows neither "Sr." nor "z. B.".
 */

/* Does a sentence of language lang ("" when unknown) end at byte i of the
 * line, where a row of closing punctuation like "." or "?" begins?  Returns how
 * many bytes end it, closing quotes and brackets included, or 0.  What follows
 * must be white space or the end, except in scripts without spaces. */
size_t sentence_end(struct span line, size_t i, struct span lang);

#endif
