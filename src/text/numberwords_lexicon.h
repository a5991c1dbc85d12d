/* SPDX-License-Identifier: ISC */
#ifndef TEXT_NUMBERWORDS_LEXICON_H
#define TEXT_NUMBERWORDS_LEXICON_H

#include <stddef.h>

#include "base/span.h"
#include "text/numberwords_data.h"

/* What numberwords*.c share: the tables, ordered for finding words. */
enum {
    WORD_BYTES_MAX = 64, /* folded; a longer word is no number */
    ATOMS_MAX = 256, /* of a language */
    JOIN = -1, /* "and" */
    HUNDRED = 100,
    THOUSAND = 1000,
    MILLION = 1000000,
};

/* A word, or a part of a compound, that has a value. */
struct atom {
    char word[48]; /* folded */
    size_t len;
    int value; /* or JOIN */
    char mark; /* of number_grammar.more, or 0; ";" for two of them */
};

struct lexicon {
    const struct number_grammar *g;
    struct atom atoms[ATOMS_MAX]; /* ordered by word */
    size_t n;
};

/* Built with the first call, constant from then on; NULL when the language is
 * not known. */
const struct lexicon *lexicon_of(struct span lang);

/* The word is folded; NULL when it is none of a number. */
const struct atom *lexicon_find(
    const struct lexicon *l, const char *word, size_t len);

/* Small letters without accents; 0 when that is too long. */
size_t lexicon_fold(struct span s, char ret[WORD_BYTES_MAX]);

#endif
