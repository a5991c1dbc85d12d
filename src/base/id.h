/* SPDX-License-Identifier: ISC */
#ifndef BASE_ID_H
#define BASE_ID_H

#include <stdint.h>

#include "base/span.h"

/*
 * Identifiers: 26 characters of lower-case Crockford base 32 holding 48 bits
 * of milliseconds and 80 bits of randomness (the layout of a ULID).  Text
 * order is the order of making within a process, also when the clock steps
 * back; ordered keys keep database inserts at the end of the tree.
 */
enum { ID_LEN = 26, ID_BYTES = ID_LEN + 1 };

/* Any thread.  out is NUL-terminated. */
void id_new(char out[ID_BYTES]);

/* Has s the shape of an identifier made here, or of a name such as "any":
 * 1 to 64 characters of [A-Za-z0-9_.-]? */
bool id_valid(struct span s);

#endif
