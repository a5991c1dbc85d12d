/* SPDX-License-Identifier: ISC */
#ifndef TEXT_LANG_H
#define TEXT_LANG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

/*
 * lang - the languages we know by name, and one code for each.
 *
 * Clients, models and dictionaries name a language in many ways ("FR", "fra",
 * "fr-CA", "pt_BR.UTF-8"); inside the program it has one: ISO 639-1 where it
 * exists, else ISO 639-3.  Constant data, usable from any thread.
 */
enum { LANG_CODE_BYTES = 8 };

struct lang {
    const char *code; /* "fr" */
    const char *iso3; /* "fra" */
    const char *name; /* in English: "French" */
    const char *native; /* as its speakers write it: "français" */
};

/* Write the code of the language that tag names and return true.  Region,
 * script and variant are dropped.  A well-formed code of two or three letters
 * that we do not know is kept, in lower case; anything else is false and
 * leaves ret alone. */
bool lang_normalise(struct span tag, char ret[LANG_CODE_BYTES]);

/* The known language that tag names, or NULL. */
const struct lang *lang_find(struct span tag);

/* May who reads language a be shown text in b as it is?  Equal codes, and the
 * standards of Serbo-Croatian. */
bool lang_same(struct span a, struct span b);

/* The language that code is a standard of: "sh" for "hr"; else code. */
struct span lang_macro(struct span code);

/* All known languages, ordered by code. */
size_t lang_all(const struct lang **ret);

#endif
