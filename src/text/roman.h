/* SPDX-License-Identifier: ISC */
#ifndef TEXT_ROMAN_H
#define TEXT_ROMAN_H

#include <stddef.h>

#include "base/span.h"

/* roman - Roman numerals in capitals, of two letters at least.  Pure. */
enum { ROMAN_MAX = 3999, ROMAN_BYTES_MAX = 16 };

/* The length of the numeral at the start of s, with the ending of an ordinal
 * behind it ("XIXe"); 0 when none is there, or letters go on. */
size_t roman_read(struct span s, int *ret);

/* Write n, from 1 to ROMAN_MAX, with a NUL. */
void roman_write(int n, char ret[ROMAN_BYTES_MAX]);

#endif
