/* SPDX-License-Identifier: ISC */
#ifndef TEXT_SENSE_H
#define TEXT_SENSE_H

#include <stdbool.h>

#include "base/span.h"
#include "text/words.h"

/*
 * sense - words of two meanings, and what the wrong one is called: "bill" is
 * "projeto de lei" where nobody pays it, and "booking" is no "livre".
 *
 * A table by hand, of what models and pivots were seen to confuse in chats.
 * Pure, any thread.
 */

/* Does the translation say such a wrong one of a word in the source? */
bool sense_mistaken(const struct folded_words *source,
    const struct folded_words *translation, struct span source_lang,
    struct span target_lang);

#endif
