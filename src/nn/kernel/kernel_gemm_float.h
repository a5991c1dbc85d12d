/* SPDX-License-Identifier: ISC */
/* Products in float32 and, without hardware for it, bfloat16; in terms of
 * FLOAT_SHAPES and BF16_SHAPES.  After kernel_gemm.h. */

INLINE vf
word_float(const uint8_t *p)
{
    float x;

    memcpy(&x, p, sizeof(x));
    return vset(x);
}

#define NAME(x) x##_f32
#define ACC vf
#define ACC_START(p) vset(0.0f)
#define ACC_ZERO vset(0.0f)
#define ACC_STORE(p, x) vstore((float *)(p), x)
#define ACT vf
#define ACT_LOAD(p) word_float(p)
#define WEIGHT vf
#define WEIGHT_LOAD(p) vload((const float *)(p))
#define DOT(acc, a, w) ((acc) + (a) * (w))
#define TILE_SHAPES FLOAT_SHAPES
#include "nn/kernel/kernel_tile.h"

#ifdef BF16_SHAPES
/* Two numbers of 16 bits, each the upper half of a float. */
struct pair {
    vf low, high;
};

INLINE struct pair
pair_of(vi x)
{
    union {
        vi i;
        vf f;
    } low = {.i = (vi)((vu)x << 16)}, high = {.i = x & viset(-65536)};

    return (struct pair){low.f, high.f};
}

INLINE struct pair
word_pair(const uint8_t *p)
{
    int32_t x;

    memcpy(&x, p, sizeof(x));
    return pair_of(viset(x));
}

/* The product of two bfloat16 is exact in float, so that there are two
 * roundings, in the order in which vdpbf16ps has them. */
INLINE vf
dot_pair(vf acc, struct pair a, struct pair w)
{
    acc = acc + a.high * w.high;
    return acc + a.low * w.low;
}

#define NAME(x) x##_bf16
#define ACC vf
#define ACC_START(p) vset(0.0f)
#define ACC_ZERO vset(0.0f)
#define ACC_STORE(p, x) vstore((float *)(p), x)
#define ACT struct pair
#define ACT_LOAD(p) word_pair(p)
#define WEIGHT struct pair
#define WEIGHT_LOAD(p) pair_of(viload(p))
#define DOT(acc, a, w) dot_pair(acc, a, w)
#define TILE_SHAPES BF16_SHAPES
#include "nn/kernel/kernel_tile.h"
#endif
