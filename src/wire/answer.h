/* SPDX-License-Identifier: ISC */
#ifndef WIRE_ANSWER_H
#define WIRE_ANSWER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

/*
 * answer - what a translator may answer: a translator is another program, on
 * another machine perhaps, and what it says is shown to people.
 */
enum {
    ANSWER_GROWTH_MAX = 16, /* bytes for each byte of the source ... */
    ANSWER_SPARE_BYTES = 2048, /* ... and more, for short ones */
    ANSWER_WORD_BYTES_MAX = 128, /* names of models, languages, reasons */
    ANSWER_REASON_BYTES_MAX = 256,
    ANSWER_LIST_BYTES_MAX = 128 * 1024, /* all its pairs, all its languages */
};

/* Can a translation of this length be one of a source of that length?  Nothing
 * is no translation. */
bool answer_fits(size_t len, size_t source_len);

/* Take out of text, valid UTF-8, what is not seen but changes what is, or says
 * something of its own: controls, marks of the direction of writing, tags,
 * unless source has the very same ones. */
void answer_clean(char *text, struct span source);

/* A copy of a name or reason, at most max bytes of it, without controls; owned
 * by the caller.  NULL for one that is missing. */
char *answer_word(struct span word, size_t max);

/* A copy of a list of names, as answer_word; NULL for one that is too long. */
char *answer_list(struct span list);

/* v when it is a number from 0 to max; 0 for less and for what is none. */
double answer_number(double v, double max);

#endif
