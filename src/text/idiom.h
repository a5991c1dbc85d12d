/* SPDX-License-Identifier: ISC */
#ifndef TEXT_IDIOM_H
#define TEXT_IDIOM_H

#include <stdbool.h>

#include "base/span.h"

/* Does the text, in a language as of lang.h, say something that means something
 * else than its words: "it's raining cats and dogs"?  Engines translate it to
 * the letter, and back, and are sure.  Pure, any thread. */
bool idiom_in(struct span text, struct span lang);

#endif
