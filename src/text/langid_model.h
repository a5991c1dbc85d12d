/* SPDX-License-Identifier: ISC */
#ifndef TEXT_LANGID_MODEL_H
#define TEXT_LANGID_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

/*
 * langid_model - langid.bin, linked into the program: a hash table from
 * n-grams and words to (language, score) pairs.  langid_train.py writes it;
 * langid_model.c says how.
 */
#define LANGID_STEP 0.02 /* nats for each point of a score */

struct langid_postings {
    const uint8_t *list; /* n pairs of language and score */
    size_t n;
};

size_t langid_n(void);
const char *langid_code(size_t k); /* LANG_CODE_BYTES bytes */
double langid_prior(size_t k); /* nats against it */

/* "_" is the edge of a word. */
struct langid_postings langid_find_gram(struct span gram);
struct langid_postings langid_find_word(struct span word);

/* Is the word one that is written in every language, like "ok"? */
bool langid_is_neutral(struct langid_postings word);

#endif
