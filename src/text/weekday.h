/* SPDX-License-Identifier: ISC */
#ifndef TEXT_WEEKDAY_H
#define TEXT_WEEKDAY_H

#include <stdbool.h>

#include "base/span.h"
#include "text/words.h"

/*
 * weekday - which days a text names: those of the week, yesterday, tomorrow.
 *
 * Tables of the names that mean a day and nothing else, and of those that may
 * ("segunda", "Sun", "mañana").  Pure, any thread.
 */

/* Does the translation lack a day that the source names, or name one that the
 * source does not?  False where the table lacks one of the languages. */
bool weekday_differs(const struct folded_words *source,
    const struct folded_words *translation, struct span source_lang,
    struct span target_lang);

#endif
