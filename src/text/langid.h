/* SPDX-License-Identifier: ISC */
#ifndef TEXT_LANGID_H
#define TEXT_LANGID_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"
#include "text/lang.h"

/*
 * langid - which language a chat message is in.
 *
 * Made for messages of one to eight words: it knows about how people chat, can
 * be told which languages are possible and which one is usual here, and says
 * that it does not know rather than guess.  What scan.h keeps (links, names,
 * emoji, code) counts for nothing.
 *
 * Constant data, pure functions: any thread.
 */
struct langid_opts {
    /* Only these are possible; n_candidates = 0: all that we know. */
    const char (*candidates)[LANG_CODE_BYTES];
    size_t n_candidates;
    struct span usual; /* what its writer mostly writes; or absent */
    double threshold; /* confidence below which we do not know; 0: default */
};

#define LANGID_THRESHOLD 0.7

struct langid {
    char code[LANG_CODE_BYTES]; /* the best guess; "" when there is none */
    double confidence; /* 0..1 */
};

/* False, with the guess in ret nevertheless, when it is not sure: too little
 * to go by, two languages alike, or one that is no candidate.  opts may be
 * NULL.  Reads at most the first kilobytes of the text. */
bool langid_guess(
    struct span text, const struct langid_opts *opts, struct langid *ret);

/* How much more likely text is in language b than in a, in nats a word; 0 when
 * one of them is unknown.  For checking a translation. */
double langid_compare(struct span text, struct span a, struct span b);

/* Does the model know this language? */
bool langid_knows(struct span code);

#endif
