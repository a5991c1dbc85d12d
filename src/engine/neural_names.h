/* SPDX-License-Identifier: ISC */
#ifndef ENGINE_NEURAL_NAMES_H
#define ENGINE_NEURAL_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

struct batcher_alignment;

/*
 * neural_names - names of people and places that a small model has never seen,
 * and makes something of: "Google" becomes "Dieu".  Pure.
 *
 * A name is known by its capital inside of a sentence, so only languages that
 * have capitals for names alone have any; words with capitals that are
 * translated, days and countries, are listed for English and French.
 */
enum { NEURAL_NAMES_MAX = 16 };

/* The names in text, of a language as of lang.h. */
size_t neural_names_find(
    struct span text, const char *lang, struct span ret[NEURAL_NAMES_MAX]);

/* Of n names, which are in text, those that the model knows no piece for and
 * that its translation has not got; leaves them in list and says how many. */
size_t neural_names_lost(struct span *list, size_t n, struct span text,
    struct span translation, const struct batcher_alignment *alignment);

/* The words of text in another script than the language's: other engines leave
 * what they do not know, and a model makes anything of it. */
size_t neural_names_foreign(
    struct span text, const char *lang, struct span ret[NEURAL_NAMES_MAX]);

#endif
