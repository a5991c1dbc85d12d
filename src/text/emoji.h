/* SPDX-License-Identifier: ISC */
#ifndef TEXT_EMOJI_H
#define TEXT_EMOJI_H

#include <stdbool.h>

#include "base/span.h"

/*
 * emoji - one emoji by itself, as people react with.  Pure.
 */
enum { EMOJI_BYTES = 64 }; /* the longest of Unicode has 41, and a NUL */

/* Is s one emoji and nothing else?  ret is the way to write it that shows a
 * picture: with U+FE0F where one character needs it, without where it does
 * not, so that two people who mean the same have the same. */
bool emoji_read(struct span s, char ret[EMOJI_BYTES]);

#endif
