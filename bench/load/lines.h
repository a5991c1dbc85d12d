/* SPDX-License-Identifier: ISC */
#ifndef LOAD_LINES_H
#define LOAD_LINES_H

#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

/* lines - a text file as an array of its non-empty lines.  Zeroed is empty. */
struct lines {
    char *text; /* owns the bytes of all lines */
    struct span *items;
    size_t n;
};

enum { LINES_BYTES_MAX = 64 * 1024 * 1024 };

bool lines_load(struct lines *ret, const char *path, struct err *err);
void lines_free(struct lines *l);

/* Line i, starting over after the last; {NULL, 0} when there is none. */
struct span lines_at(const struct lines *l, size_t i);

#endif
