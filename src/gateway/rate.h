/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_RATE_H
#define GATEWAY_RATE_H

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

/*
 * Buckets per key (an address), bounded: when RATE_KEYS_MAX keys are known and
 * none has refilled, unknown keys share one bucket.  Loop thread only.
 */
enum { RATE_KEYS_MAX = 65536 };
struct rate;

struct rate *rate_new(struct limit limit);
void rate_free(struct rate *r);
bool rate_take(struct rate *r, struct span key, int64_t now_us);

#endif
