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

/*
 * window - a histogram of the last while, as the WINDOW_PIECES pieces of
 * piece_ms that end now; one is asked with the piece_ms that it is filled with.
 * Zeroed is empty.  Times are monotonic.
 */
enum { WINDOW_PIECES = 6 };

struct window {
    struct hist pieces[WINDOW_PIECES];
    int64_t numbers[WINDOW_PIECES]; /* since when: the piece that it is */
};

void window_add(
    struct window *w, int64_t piece_ms, uint64_t value, int64_t now_ms);
void window_read(
    const struct window *w, int64_t piece_ms, int64_t now_ms, struct hist *ret);

/*
 * recent - a histogram that also knows its last minute: 50 to 60 seconds.
 */
enum { RECENT_PIECE_MS = 10 * 1000 };

struct recent {
    struct hist all; /* since the start */
    struct window last;
};

void recent_add(struct recent *r, uint64_t value, int64_t now_ms);
void recent_minute(const struct recent *r, int64_t now_ms, struct hist *ret);

#endif
