/* SPDX-License-Identifier: ISC */
#ifndef TEXT_PLACES_H
#define TEXT_PLACES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/span.h"

/*
 * places - towns that a text names, and what they are called in other languages:
 * "Köln" is "Cologne".
 *
 * Only names that are no other words of their language, written with a capital.
 * Pure, any thread.
 */
enum { PLACES_MAX = 16 }; /* in a text; what is beyond is not looked at */

struct place {
    struct span bytes; /* of the text */
    size_t id;
};

/* The towns in text, of a language as of lang.h, in order. */
size_t places_find(
    struct span text, struct span lang, struct place ret[PLACES_MAX]);

/* The town's name in the language; absent where we do not know it. */
struct span places_name(size_t id, struct span lang);

/* Is each town in the translation, as the language calls it or as the text did?
 * Languages that we do not know have all. */
bool places_kept(const struct place *list, size_t n, struct span translation,
    struct span lang);

/* Append the translation, in which towns of the source may stand as they are
 * there, with what the language to calls them. */
void places_localise(struct span source, struct span from,
    struct span translation, struct span to, struct buf *out);

#endif
