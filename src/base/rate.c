/* SPDX-License-Identifier: ISC */
#include "base/rate.h"

#include <stdlib.h>

#include "base/map.h"
#include "base/mem.h"

struct rate {
    struct limit limit;
    struct map *buckets;
    struct bucket overflow;
};

static void
refill(struct bucket *b, struct limit limit, int64_t now_us)
{
    b->spent -= (double)(now_us - b->at_us) * limit.per_second / 1e6;
    if (b->spent < 0)
        b->spent = 0;
    b->at_us = now_us;
}

bool
bucket_take_n(struct bucket *b, struct limit limit, double n, int64_t now_us)
{
    refill(b, limit, now_us);
    if (n > limit.burst && limit.burst >= 1)
        n = limit.burst;
    if (b->spent + n > limit.burst)
        return false;
    b->spent += n;
    return true;
}

bool
bucket_take(struct bucket *b, struct limit limit, int64_t now_us)
{
    return bucket_take_n(b, limit, 1, now_us);
}

struct rate *
rate_new(struct limit limit)
{
    struct rate *r = xcalloc(1, sizeof(*r));

    r->limit = limit;
    r->buckets = map_new();
    return r;
}

void
rate_free(struct rate *r)
{
    if (!r)
        return;
    map_free_all(r->buckets, free);
    free(r);
}

/* Forget who has all tokens again: a fresh bucket is the same. */
static void
forget_full(struct rate *r, int64_t now_us)
{
    struct bucket *b;
    struct span key;
    size_t pos = 0;

    while ((b = map_next(r->buckets, &pos, &key)) != NULL) {
        refill(b, r->limit, now_us);
        if (b->spent == 0) {
            map_remove(r->buckets, key);
            free(b);
        }
    }
}

/* The bucket of a key. */
static struct bucket *
bucket_of(struct rate *r, struct span key, int64_t now_us)
{
    struct bucket *b = map_get(r->buckets, key);

    if (!b && map_len(r->buckets) >= RATE_KEYS_MAX)
        forget_full(r, now_us);
    if (!b && map_len(r->buckets) < RATE_KEYS_MAX) {
        b = xcalloc(1, sizeof(*b));
        map_put(r->buckets, key, b);
    }
    return b ? b : &r->overflow;
}

bool
rate_take_n(struct rate *r, struct span key, double n, int64_t now_us)
{
    return bucket_take_n(bucket_of(r, key, now_us), r->limit, n, now_us);
}

void
rate_spend(struct rate *r, struct span key, double n, int64_t now_us)
{
    double most = r->limit.burst * (1 + RATE_DEBT_BURSTS);
    struct bucket *b = bucket_of(r, key, now_us);

    refill(b, r->limit, now_us);
    b->spent = b->spent + n < most ? b->spent + n : most;
}

bool
rate_take(struct rate *r, struct span key, int64_t now_us)
{
    return rate_take_n(r, key, 1, now_us);
}

void
rate_give(struct rate *r, struct span key, double n)
{
    struct bucket *b = map_get(r->buckets, key);

    if (!b)
        b = &r->overflow;
    b->spent = b->spent > n ? b->spent - n : 0;
}
