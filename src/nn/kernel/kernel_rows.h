/* SPDX-License-Identifier: ISC */
/*
 * Float arithmetic on rows, in terms of the vectors that were included before:
 * W lanes of floats vf and of 32-bit integers vi.  Everything is done on v16,
 * 16 lanes, whatever W is, so that the order of additions, and with it every
 * bit of the result, is the same on all CPUs.  Compiled without contraction.
 *
 * SHIFT is 0x80 where int8 feeds are unsigned.
 */
#include <float.h>
#include <math.h>

#include "nn/kernel/kernel_ops.h"

enum { V = 16 / W };

typedef struct {
    vf v[V];
} v16;

#define INLINE static inline __attribute__((always_inline))
#define EACH for (int i_ = 0; i_ < V; i_++)

INLINE v16
v16_load(const float *p)
{
    v16 r;

    EACH r.v[i_] = vload(p + i_ * W);
    return r;
}

INLINE void
v16_store(float *p, v16 x)
{
    EACH vstore(p + i_ * W, x.v[i_]);
}

/* The first n lanes; the others are zero. */
INLINE v16
v16_load_n(const float *p, uint32_t n)
{
    v16 r;

    if (n >= 16)
        return v16_load(p);
    EACH r.v[i_] = vload_n(p + i_ * W, (int)(n & 15) - i_ * W);
    return r;
}

INLINE void
v16_store_n(float *p, v16 x, uint32_t n)
{
    if (n >= 16)
        v16_store(p, x);
    else
        EACH vstore_n(p + i_ * W, x.v[i_], (int)(n & 15) - i_ * W);
}

/* The other lanes become fill. */
INLINE v16
v16_keep(v16 x, uint32_t n, float fill)
{
    if (n < 16)
        EACH x.v[i_] = vkeep(x.v[i_], (int)(n & 15) - i_ * W, vset(fill));
    return x;
}

INLINE v16
v16_set(float x)
{
    v16 r;

    EACH r.v[i_] = vset(x);
    return r;
}

INLINE v16
v16_add(v16 a, v16 b)
{
    EACH a.v[i_] += b.v[i_];
    return a;
}

INLINE v16
v16_sub(v16 a, v16 b)
{
    EACH a.v[i_] -= b.v[i_];
    return a;
}

INLINE v16
v16_mul(v16 a, v16 b)
{
    EACH a.v[i_] *= b.v[i_];
    return a;
}

INLINE v16
v16_div(v16 a, v16 b)
{
    EACH a.v[i_] /= b.v[i_];
    return a;
}

INLINE v16
v16_max(v16 a, v16 b)
{
    EACH a.v[i_] = vmax(a.v[i_], b.v[i_]);
    return a;
}

INLINE v16
v16_abs(v16 a)
{
    EACH a.v[i_] = vmax(a.v[i_], -a.v[i_]);
    return a;
}

INLINE float
v16_sum(v16 x)
{
    return vsum(x.v);
}

INLINE float
v16_greatest(v16 x)
{
    return vgreatest(x.v);
}

/*
 * 2^n * e^r with n the nearest integer to x / ln 2 and e^r by its series, cut
 * where |r| <= 0.347 makes no difference.  ln 2 is taken off in two steps, the
 * first of which is exact.
 */
INLINE vf
vexp(vf x)
{
    vi n;
    vf nf, r, p;

    x = vmin(vmax(x, vset(-87.0f)), vset(88.0f));
    n = vround(x * vset(1.44269504f));
    nf = vfloat(n);
    r = x - nf * vset(0.693359375f);
    r = r - nf * vset(-2.12194440e-4f);
    p = vset(1.9875691500e-4f);
    p = p * r + vset(1.3981999507e-3f);
    p = p * r + vset(8.3334519073e-3f);
    p = p * r + vset(4.1665795894e-2f);
    p = p * r + vset(1.6666665459e-1f);
    p = p * r + vset(5.0000001201e-1f);
    p = (p * (r * r) + r) + vset(1.0f);
    /* The exponent is at bit 23; 2^n itself is a float, as n is in range. */
    {
        union {
            vi i;
            vf f;
        } two = {.i = (n + viset(127)) << 23};

        return p * two.f;
    }
}

INLINE v16
v16_exp(v16 x)
{
    EACH x.v[i_] = vexp(x.v[i_]);
    return x;
}

/* For columns at c, a multiple of 16, of a row of a feed: what a product
 * reads. */
INLINE void
put_i8(uint8_t *row, uint32_t c, v16 x, float alpha)
{
    EACH
    {
        vf y = x.v[i_] * vset(alpha);

        y = vmin(vmax(y, vset(-127.0f)), vset(127.0f));
        vbytes_store(row + c + i_ * W, vround(y) ^ viset(SHIFT));
    }
}

INLINE void
put_bf16(uint16_t *row, uint32_t c, v16 x)
{
    EACH
    {
        union {
            vf f;
            vi i;
        } bits = {.f = x.v[i_]};
        vi half = (bits.i >> 16) & viset(1);

        /* Round half to even: the sum carries into the upper half. */
        bits.i = (bits.i + viset(0x7fff) + half) >> 16;
        vhalves_store(row + c + i_ * W, bits.i);
    }
}

INLINE void
put(const struct feed *f, void *row, uint32_t c, v16 x, float alpha)
{
    if (f->precision == PRECISION_INT8)
        put_i8(row, c, x, alpha);
    else if (f->precision == PRECISION_BFLOAT16)
        put_bf16(row, c, x);
    else
        v16_store((float *)row + c, x);
}

/* What is behind the k numbers of a row must not be NaN by accident. */
INLINE void
put_end(const struct feed *f, char *row)
{
    static const size_t size[] = {[PRECISION_FLOAT32] = 4,
        [PRECISION_BFLOAT16] = 2,
        [PRECISION_INT8] = 1};
    size_t used = (f->k + 15) / 16 * 16 * size[f->precision];
    size_t stride = feed_stride(f->precision, f->k);

    if (used < stride)
        memset(row + used, 0, stride - used);
}

static float
row_alpha(const float *x, uint32_t k)
{
    v16 most = v16_set(0.0f);
    float max;

    for (uint32_t c = 0; c < k; c += 16)
        most = v16_max(v16_abs(v16_load_n(x + c, k - c)), most);
    max = v16_greatest(most);
    return max > 0.0f ? 127.0f / max : 1.0f;
}

static void
rows_feed(const struct feed *f, const float *x, size_t ldx, uint32_t rows)
{
    size_t stride = feed_stride(f->precision, f->k);
    uint32_t full = f->k / 16 * 16;

    for (uint32_t r = 0; r < rows; r++, x += ldx) {
        char *row = (char *)f->rows + r * stride;
        float alpha = f->alpha;

        if (f->precision == PRECISION_INT8 && alpha == 0.0f) {
            alpha = row_alpha(x, f->k);
            f->unit[r] = 1.0f / alpha;
        }
        for (uint32_t c = 0; c < full; c += 16)
            put(f, row, c, v16_load(x + c), alpha);
        if (full < f->k)
            put(f, row, full, v16_load_n(x + full, f->k - full), alpha);
        put_end(f, row);
    }
}

/* What norm and ssru share: out has the sums already. */
static void
norm_row(const struct norm *nm, uint32_t k, float *out)
{
    v16 sum = v16_set(0.0f), square = sum, mean, inv;
    uint32_t full = k / 16 * 16, tail = k - full;
    float m;

    for (uint32_t c = 0; c < full; c += 16)
        sum = v16_add(sum, v16_load(out + c));
    if (tail)
        sum = v16_add(sum, v16_load_n(out + full, tail));
    m = v16_sum(sum) / (float)k;
    mean = v16_set(m);
    for (uint32_t c = 0; c < full; c += 16) {
        v16 d = v16_sub(v16_load(out + c), mean);

        square = v16_add(square, v16_mul(d, d));
    }
    if (tail) {
        v16 d = v16_sub(v16_load_n(out + full, tail), mean);

        d = v16_keep(d, tail, 0.0f);
        square = v16_add(square, v16_mul(d, d));
    }
    inv = v16_set(1.0f / sqrtf(v16_sum(square) / (float)k + 1e-6f));
    for (uint32_t c = 0; c < k; c += 16) {
        uint32_t n = k - c;
        v16 d = v16_mul(v16_sub(v16_load_n(out + c, n), mean), inv);

        d = v16_add(v16_mul(d, v16_load_n(nm->scale + c, n)),
            v16_load_n(nm->bias + c, n));
        v16_store_n(out + c, d, n);
    }
}
