/* SPDX-License-Identifier: ISC */
#ifndef TEXT_TERMS_H
#define TEXT_TERMS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/span.h"

/*
 * terms - words that are not the engine's to translate: names that stay as
 * they are, and glossary pairs for one direction.
 *
 * Built once, then constant: any number of threads may look things up.  The
 * version that belongs into a cache key is the caller's.
 */
enum { TERMS_MAX = 4096, TERM_BYTES_MAX = 512 };

struct term {
    struct span source; /* one line, not empty */
    struct span target; /* absent ({NULL, 0}): stays as written */
    bool any_case; /* "Invoice" matches "invoice", and gives "Factura" */
};

struct terms;

/* Copies the list.  NULL with err filled when a bound is passed or a term is
 * not one line of valid UTF-8. */
struct terms *terms_new(const struct term *list, size_t n, struct err *err);
void terms_free(struct terms *t); /* NULL is fine */

struct terms_hit {
    size_t len; /* of what matched, in bytes */
    struct span target; /* borrowed from the terms; absent: stays */
};

/* The longest term that stands at byte i of the line as a whole word, or as
 * part of one in scripts written without spaces. */
bool terms_at(
    const struct terms *t, struct span line, size_t i, struct terms_hit *ret);

#endif
