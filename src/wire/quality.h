/* SPDX-License-Identifier: ISC */
#ifndef WIRE_QUALITY_H
#define WIRE_QUALITY_H

#include "base/span.h"

/*
 * quality - how far a translation may be trusted, as it travels to clients.
 *
 * Sure: it may be shown in the place of the original.  Rough: the original is
 * shown first, since the translation may say something else.  None: there is
 * no translation, or nobody said how good it is.
 */
enum quality {
    QUALITY_NONE,
    QUALITY_ROUGH,
    QUALITY_SURE,
};

/* "none", "rough", "sure". */
const char *quality_name(enum quality q);

/* The other way round; QUALITY_NONE for anything else. */
enum quality quality_find(struct span name);

#endif
