/* SPDX-License-Identifier: ISC */
#ifndef TEXT_PERIOD_H
#define TEXT_PERIOD_H

#include <stdbool.h>

#include "base/span.h"
#include "text/words.h"

/*
 * period - where in time something begins and ends: since, until, before,
 * after.
 *
 * Tables of the words that say so and nothing else, and of those that may, or
 * that good translations have instead.  Pure, any thread.
 */

/* Does the translation lack the "since" or "until" of the source ("not since
 * Friday" is another thing than "not on Friday"), or have another of the four
 * instead of the source's?  False where the table lacks one of the languages. */
bool period_differs(const struct folded_words *source,
    const struct folded_words *translation, struct span source_lang,
    struct span target_lang);

#endif
