/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_SEARCH_WORDS_H
#define GATEWAY_SEARCH_WORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

/*
 * search_words - what people type into a search besides words: from:anna
 * in:kitchen has:file has:link before:2026-01-31 after:2026-01-01.  A value with
 * spaces stands in quotes: in:"big kitchen".  What looks so and is none of these is
 * a word.  Pure.
 */
struct search_words {
    struct span from, in; /* {NULL,0}: anybody, anywhere; parts of the query */
    bool file, link;
    int64_t from_ms, to_ms; /* 0: any time */
};

/* Append the words that are left to text.  FAIL_BAD_INPUT for a time that is
 * none. */
bool search_words_read(struct span query, struct buf *text,
    struct search_words *ret, struct err *err);

#endif
