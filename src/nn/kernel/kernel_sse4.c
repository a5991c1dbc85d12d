/* SPDX-License-Identifier: ISC */
#include <assert.h>

#include "nn/kernel/kernel_vec128.h"

#define SHIFT 0
#include "nn/kernel/kernel_rows.h"

#include "nn/kernel/kernel_gather.h"

#include "nn/kernel/kernel_more.h"

#include "nn/kernel/kernel_attend.h"

enum { TILE_ROWS = 2 };
#include "nn/kernel/kernel_gemm.h"

/* maddubs multiplies unsigned by signed bytes and saturates the sum of two
 * products at 16 bits: |a| <= 127 times w with the sign of a cannot reach
 * that. */
struct act {
    __m128i x, abs;
};

static inline struct act
act_load(const uint8_t *p)
{
    int32_t word;
    __m128i x;

    memcpy(&word, p, 4);
    x = _mm_set1_epi32(word);
    return (struct act){x, _mm_abs_epi8(x)};
}

static inline vi
dot(vi acc, struct act a, vi w)
{
    __m128i pairs = _mm_maddubs_epi16(a.abs, _mm_sign_epi8((__m128i)w, a.x));

    return acc + (vi)_mm_madd_epi16(pairs, _mm_set1_epi16(1));
}

#define SHAPES ROWS(1, 8, 1) ROWS(2, 4, 1)

#define NAME(x) x##_i8
#define ACC vi
#define ACC_START(p) viload(p)
#define ACC_ZERO viset(0)
#define ACC_STORE(p, x) vistore(p, x)
#define ACT struct act
#define ACT_LOAD(p) act_load(p)
#define WEIGHT vi
#define WEIGHT_LOAD(p) viload(p)
#define DOT(acc, a, w) dot(acc, a, w)
#define TILE_SHAPES SHAPES
#include "nn/kernel/kernel_tile.h"

#define FLOAT_SHAPES SHAPES
#define BF16_SHAPES ROWS(1, 4, 1) ROWS(2, 2, 1)
#include "nn/kernel/kernel_gemm_float.h"

#define PEAK_REGISTER "x"
#define PEAK_ACT struct act
#define PEAK_DOT(acc, a, w) dot(acc, a, w)
#include "nn/kernel/kernel_table.h"

const struct kernel kernel_sse4 = {.name = "sse4",
    KERNEL_ROWS,
    .peak = peak,
    .gemm_f32 = gemm_f32,
    .gemm_i8 = gemm_i8,
    .gemm_bf16 = gemm_bf16};
