/* SPDX-License-Identifier: ISC */
#ifndef TEXT_RUDE_H
#define TEXT_RUDE_H

#include <stdbool.h>

#include "base/span.h"

/*
 * rude - did a translation insult somebody whom the source did not?
 *
 * Each language has a list of slurs and vulgar words.  The lists are for
 * noticing what an engine made up, not for censoring: a rude message may be
 * translated rudely.
 *
 * Pure, no allocation, any thread.
 */

/* Is there a word of the language's list in the text?  False for a language
 * without a list. */
bool rude_has(struct span text, struct span lang);

/* Is the translation rude where the source is not? */
bool rude_from_nothing(struct span source, struct span translation,
    struct span source_lang, struct span target_lang);

#endif
