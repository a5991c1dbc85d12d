/* SPDX-License-Identifier: ISC */
#ifndef NN_TESTING_KERNEL_H
#define NN_TESTING_KERNEL_H

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/tap.h"
#include "nn/kernel/kernel.h"

/* What the tests of kernels share: numbers, and feeds of every kernel. */
static uint64_t seed = 1;

static inline uint32_t
rnd(uint32_t n)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(seed >> 33) % n;
}

/* About normal, as activations are. */
static inline float
rnd_float(void)
{
    float x = 0;

    for (int i = 0; i < 4; i++)
        x += (float)rnd(65536) / 32768.0f - 1.0f;
    return x;
}

static inline float *
floats(size_t n)
{
    float *p = xmalloc(n * sizeof(*p) + 1);

    for (size_t i = 0; i < n; i++)
        p[i] = rnd_float();
    return p;
}

static inline void *
lines(size_t n)
{
    void *p = aligned_alloc(64, (n + 63) / 64 * 64 + 64);

    memset(p, 0xa5, n);
    return p;
}

/* The i-th kernel, or NULL behind the last; i = 0 is the scalar one. */
static inline const struct kernel *
kernel_nth(size_t i)
{
    const struct kernel *scalar = kernel_find("scalar", NULL);

    if (i == 0)
        return scalar;
    return kernel_at(i - 1) == scalar ? NULL : kernel_at(i - 1);
}

static inline struct feed
feed_new(enum precision p, uint32_t k, uint32_t rows, float alpha)
{
    return (struct feed){.precision = p,
        .k = k,
        .rows = lines(feed_stride(p, k) * (rows + 1)),
        .alpha = alpha,
        .unit = alpha == 0.0f ? floats(rows + 1) : NULL};
}

static inline void
feed_free(struct feed *f)
{
    free(f->rows);
    free(f->unit);
}

/* Kernels with unsigned feeds have them shifted by 128, which shows in the
 * feed of a zero. */
static inline uint8_t
shift_of(const struct kernel *kr)
{
    struct feed f = feed_new(PRECISION_INT8, 1, 1, 1.0f);
    uint8_t shift;

    kernel_feed(kr, &f, &(float){0.0f}, 1, 1);
    shift = *(uint8_t *)f.rows;
    feed_free(&f);
    return shift;
}

/* The numbers of a feed without the padding of its rows. */
static inline uint8_t *
feed_numbers(const struct kernel *kr, const struct feed *f, uint32_t rows,
    size_t *ret_bytes)
{
    static const size_t size[] = {[PRECISION_FLOAT32] = 4,
        [PRECISION_BFLOAT16] = 2,
        [PRECISION_INT8] = 1};
    size_t each = f->k * size[f->precision];
    uint8_t *to = xmalloc(each * rows + 1);
    uint8_t shift = f->precision == PRECISION_INT8 ? shift_of(kr) : 0;

    for (uint32_t r = 0; r < rows; r++)
        memcpy(to + r * each,
            (char *)f->rows + r * feed_stride(f->precision, f->k), each);
    for (size_t i = 0; i < each * rows; i++)
        to[i] ^= shift;
    *ret_bytes = each * rows;
    return to;
}

#endif
