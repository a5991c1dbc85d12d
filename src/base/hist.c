/* SPDX-License-Identifier: ISC */
#include "base/hist.h"

#include <stddef.h>

enum { SUB = 1 << HIST_SUB_BITS };

static unsigned
index_of(uint64_t v)
{
    unsigned exponent, i;

    if (v < SUB)
        return (unsigned)v;
    exponent = 63 - (unsigned)__builtin_clzll(v);
    i = (exponent - HIST_SUB_BITS + 1) << HIST_SUB_BITS |
        (unsigned)((v >> (exponent - HIST_SUB_BITS)) & (SUB - 1));
    return i < HIST_BUCKETS ? i : HIST_BUCKETS - 1;
}

/* The middle of bucket i. */
static uint64_t
value_of(unsigned i)
{
    unsigned shift;

    if (i < SUB)
        return i;
    shift = (i >> HIST_SUB_BITS) - 1;
    return ((uint64_t)(SUB | (i & (SUB - 1))) << shift) +
           ((uint64_t)1 << shift >> 1);
}

void
hist_add(struct hist *h, uint64_t value)
{
    h->count++;
    h->sum += value;
    if (value > h->max)
        h->max = value;
    h->buckets[index_of(value)]++;
}

uint64_t
hist_quantile(const struct hist *h, double q)
{
    uint64_t want = (uint64_t)(q * (double)h->count), seen = 0;

    for (unsigned i = 0; i < HIST_BUCKETS; i++) {
        seen += h->buckets[i];
        if (seen > want)
            return value_of(i) < h->max ? value_of(i) : h->max;
    }
    return h->max;
}

uint64_t
hist_at_most(const struct hist *h, uint64_t value)
{
    unsigned end = index_of(value + 1);
    uint64_t n = 0;

    if (value >= h->max)
        return h->count;
    for (unsigned i = 0; i < end; i++)
        n += h->buckets[i];
    return n;
}

double
hist_mean(const struct hist *h)
{
    return h->count ? (double)h->sum / (double)h->count : 0;
}

void
window_add(struct window *w, int64_t piece_ms, uint64_t value, int64_t now_ms)
{
    int64_t number = now_ms / piece_ms;
    size_t i = (size_t)number % WINDOW_PIECES;

    if (w->numbers[i] != number)
        w->pieces[i] = (struct hist){0};
    w->numbers[i] = number;
    hist_add(&w->pieces[i], value);
}

void
window_read(
    const struct window *w, int64_t piece_ms, int64_t now_ms, struct hist *ret)
{
    int64_t number = now_ms / piece_ms;

    *ret = (struct hist){0};
    for (size_t i = 0; i < WINDOW_PIECES; i++) {
        const struct hist *h = &w->pieces[i];

        if (w->numbers[i] <= number - WINDOW_PIECES)
            continue;
        ret->count += h->count;
        ret->sum += h->sum;
        ret->max = h->max > ret->max ? h->max : ret->max;
        for (size_t k = 0; k < HIST_BUCKETS; k++)
            ret->buckets[k] += h->buckets[k];
    }
}

void
recent_add(struct recent *r, uint64_t value, int64_t now_ms)
{
    window_add(&r->last, RECENT_PIECE_MS, value, now_ms);
    hist_add(&r->all, value);
}

void
recent_minute(const struct recent *r, int64_t now_ms, struct hist *ret)
{
    window_read(&r->last, RECENT_PIECE_MS, now_ms, ret);
}
