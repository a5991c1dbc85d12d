/* SPDX-License-Identifier: ISC */
#ifndef BASE_RATE_H
#define BASE_RATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

/*
 * Token buckets: burst tokens at once, then per_second of them.  A zeroed
 * bucket is full.
 */
struct limit {
    double per_second, burst;
};

struct bucket {
    double spent; /* tokens taken and not yet given back */
    int64_t at_us; /* when spent was true */
};

/* Take one token; false when there is none. */
bool bucket_take(struct bucket *b, struct limit limit, int64_t now_us);
/* The same with n tokens, or with the whole burst if that is less: otherwise
 * there would never be enough. */
bool bucket_take_n(
    struct bucket *b, struct limit limit, double n, int64_t now_us);

/*
 * Buckets per key (an address), bounded: when RATE_KEYS_MAX keys are known and
 * none has refilled, unknown keys share one bucket.  One owner thread.
 */
enum { RATE_KEYS_MAX = 65536 };
struct rate;

struct rate *rate_new(struct limit limit);
void rate_free(struct rate *r);
bool rate_take(struct rate *r, struct span key, int64_t now_us);
bool rate_take_n(struct rate *r, struct span key, double n, int64_t now_us);
/* Somebody else took n tokens, whether they are there or not: what is not has to
 * refill first, as far as RATE_DEBT_BURSTS. */
enum { RATE_DEBT_BURSTS = 3 };
void rate_spend(struct rate *r, struct span key, double n, int64_t now_us);
/* Give n tokens back that were taken. */
void rate_give(struct rate *r, struct span key, double n);

#endif
