/* SPDX-License-Identifier: ISC */
#ifndef TEXT_MENTION_H
#define TEXT_MENTION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

/*
 * mention - the "@name"s in a message: the very spans that are not translated
 * (scan.h), so not those inside links and addresses.  Pure.
 */

/* The next name, without its "@", from byte *at on (0 at first), which moves
 * behind it; false: there is none any more. */
bool mention_next(struct span text, size_t *at, struct span *ret_name);

#endif
