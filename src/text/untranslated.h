/* SPDX-License-Identifier: ISC */
#ifndef TEXT_UNTRANSLATED_H
#define TEXT_UNTRANSLATED_H

#include <stdbool.h>

#include "base/span.h"

/* Is a common word of another language in the translation, which the language to
 * does not have: one of the source left as it was, "20 % Rabatt until Sunday", or
 * one of a language on the way, "in the geladeira"?  Names and what is no text are
 * none.  False where there is no list of either language
 * (wordlist.h).  Pure, any thread. */
bool untranslated_word(struct span source, struct span translation,
    struct span from, struct span to);

#endif
