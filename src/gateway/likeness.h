/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_LIKENESS_H
#define GATEWAY_LIKENESS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"

/*
 * likeness - what a name looks like, so that "pаypal" with a Cyrillic letter,
 * "PayPaI" and "pay pal" are seen to be one: the skeletons of UTS 39 without
 * spaces and what has no shape, capital or small.  Needs ICU; may be used by
 * several threads.
 */
struct likeness;

struct likeness *likeness_new(struct err *err);
void likeness_free(struct likeness *l); /* NULL is fine */

enum { LIKENESSES = 2 };
/* Numbers for the looks of a name, valid UTF-8: two names look alike if they
 * have one in common.  0: none. */
void likeness_of(
    const struct likeness *l, struct span name, int64_t ret[LIKENESSES]);

/* Does the name, or a word in it, look like what those who run a server are
 * called, as "admin"? */
bool likeness_is_official(const struct likeness *l, struct span name);

#endif
