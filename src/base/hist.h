/* SPDX-License-Identifier: ISC */
#ifndef BASE_HIST_H
#define BASE_HIST_H

#include <stdint.h>

/*
 * hist - latency histogram: 16 steps per power of two, so a quantile is at
 * most 6.25 % off.  Zeroed is empty.  One owner thread.  The unit is the
 * caller's (microseconds everywhere in this project).
 */
enum { HIST_SUB_BITS = 4, HIST_BUCKETS = (40 - HIST_SUB_BITS + 1) << 4 };

struct hist {
    uint64_t count, sum, max;
    uint32_t buckets[HIST_BUCKETS];
};

void hist_add(struct hist *h, uint64_t value);

/* The value below which the share q in [0, 1] lies; 0 when empty. */
uint64_t hist_quantile(const struct hist *h, double q);

/* How many values are surely at most this one: those of full steps. */
uint64_t hist_at_most(const struct hist *h, uint64_t value);

double hist_mean(const struct hist *h);

#endif
