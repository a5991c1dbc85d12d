/* SPDX-License-Identifier: ISC */
#ifndef CTL_CHRF_H
#define CTL_CHRF_H

#include <stddef.h>

#include "base/span.h"

/*
 * chrf - chrF2 of translations against references: the F score (recall counts
 * twice) of runs of 1 to 6 characters, blanks left out, averaged over the
 * lengths.  Counts are summed over all lines; of several references the one
 * that fits best counts.
 */
enum { CHRF_ORDER = 6, CHRF_CHARS_MAX = 4096 /* of a line; the rest is cut */ };

struct chrf {
    double matched[CHRF_ORDER], said[CHRF_ORDER], wanted[CHRF_ORDER];
    size_t lines;
};

/* Count a line; references is one or more, separated by tabs. */
void chrf_add(struct chrf *c, struct span translation, struct span references);

/* 0..1; 0 without a line. */
double chrf_score(const struct chrf *c);

#endif
