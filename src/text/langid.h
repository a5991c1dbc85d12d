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
 * be told what is likely here before the text is read, and says that it does
 * not know rather than guess.  It knows many more languages than anybody
 * translates, so that text in one that is not on offer is not taken for its
 * neighbour.  What scan.h keeps (links, names, emoji, code) counts for nothing.
 *
 * Croatian, Bosnian and Serbian in Latin letters cannot be told apart by a few
 * words: they are found as whichever of them a prior or a candidate names, else
 * as "sh".
 *
 * Constant data, pure functions: any thread.
 */
struct langid_prior {
    struct span code;
    double nats; /* how much likelier it is for that; see below */
};

/* What a language gains when ... */
#define LANGID_WRITES 3.0 /* its writer mostly wrote it lately */
#define LANGID_READS 1.5 /* its writer reads it */
#define LANGID_ROOM 0.5 /* others in the room do */

enum { LANGID_PRIORS_MAX = 32 }; /* more are not looked at */

struct langid_opts {
    /* Only these are found; n_candidates = 0: all that we know. */
    const char (*candidates)[LANG_CODE_BYTES];
    size_t n_candidates;
    const struct langid_prior *priors; /* of one language they add up */
    size_t n_priors;
    double threshold; /* confidence below which we do not know; 0: default */
};

#define LANGID_THRESHOLD 0.7

struct langid {
    char code[LANG_CODE_BYTES]; /* the best guess; "" when there is none */
    double confidence; /* 0..1, among all languages that we know */
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
