/* SPDX-License-Identifier: ISC */
#ifndef TEXT_CLOCKWORDS_H
#define TEXT_CLOCKWORDS_H

#include <stddef.h>

#include "base/span.h"

/*
 * clockwords - times of day that are said with halves and quarters: "half past
 * three", "halb vier", "tres y media", "dos quarts de quatre", "twenty past
 * four".  Pure, any thread.
 */

/* The length of the time that begins at byte i, the start of a word, and its
 * minutes as on a clock, from 1:00 to 12:59, and beyond when the hour is; 0 when there is none. */
size_t clockwords_at(
    struct span text, size_t i, struct span lang, int *ret_minutes);

#endif
