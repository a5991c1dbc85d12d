/* SPDX-License-Identifier: ISC */
#ifndef ENGINE_APERTIUM_SCAN_H
#define ENGINE_APERTIUM_SCAN_H

#include <stddef.h>

#include "engine/engine.h"

/*
 * apertium_scan - which pairs the installed mode files offer, at what cost.
 *
 * Names are "eng-spa.mode"; of several modes for one pair ("eng-cat",
 * "eng-cat_valencia") the one without a variant wins.  A mode whose programs or
 * files are missing is left out with a log line.  A mode may serve several
 * pairs: hbs-eng reads Serbo-Croatian by any of its names.
 */
struct apertium_found {
    struct engine_pair pair;
    char name[2 * ENGINE_LANG_BYTES]; /* "en-es" */
    char *path; /* of the mode file, owned */
    size_t same_as; /* the first one with this path: itself, mostly */
};

enum { APERTIUM_PAIRS_MAX = 512 };

/* How many there are; *ret is owned by the caller.  0 with err filled when the
 * directory cannot be read or has no mode. */
size_t apertium_scan(
    const char *dir, struct apertium_found **ret, struct err *err);

void apertium_found_free(struct apertium_found *found, size_t n);

#endif
