/* SPDX-License-Identifier: ISC */
/* AArch64 with the dot product of bytes (ARMv8.2). */
#include <assert.h>

#include "nn/kernel/kernel_vecneon.h"

#define SHIFT 0
#include "nn/kernel/kernel_rows.h"

#include "nn/kernel/kernel_gather.h"

#include "nn/kernel/kernel_more.h"

#include "nn/kernel/kernel_attend.h"

enum { TILE_ROWS = 4 };
#include "nn/kernel/kernel_gemm.h"

static inline int8x16_t
act_load(const uint8_t *p)
{
    int32_t word;

    memcpy(&word, p, 4);
    return vreinterpretq_s8_s32(vdupq_n_s32(word));
}

static inline vi
dot(vi acc, int8x16_t a, int8x16_t w)
{
    return (vi)vdotq_s32((int32x4_t)acc, a, w);
}

#define SHAPES ROWS(1, 16, 1) ROWS(2, 8, 1) ROWS(3, 4, 1) ROWS(4, 4, 1)

#define NAME(x) x##_i8
#define ACC vi
#define ACC_START(p) viload(p)
#define ACC_ZERO viset(0)
#define ACC_STORE(p, x) vistore(p, x)
#define ACT int8x16_t
#define ACT_LOAD(p) act_load(p)
#define WEIGHT int8x16_t
#define WEIGHT_LOAD(p) vld1q_s8((const int8_t *)(p))
#define DOT(acc, a, w) dot(acc, a, w)
#define TILE_SHAPES SHAPES
#include "nn/kernel/kernel_tile.h"

#define FLOAT_SHAPES SHAPES
#define BF16_SHAPES ROWS(1, 8, 1) ROWS(2, 4, 1) ROWS(3, 4, 1) ROWS(4, 2, 1)
#include "nn/kernel/kernel_gemm_float.h"

#define PEAK_REGISTER "w"
#define PEAK_ACT int8x16_t
#define PEAK_DOT(acc, a, w) dot(acc, a, (int8x16_t)(w))
#include "nn/kernel/kernel_table.h"

const struct kernel kernel_neon = {.name = "neon",
    KERNEL_ROWS,
    .peak = peak,
    .gemm_f32 = gemm_f32,
    .gemm_i8 = gemm_i8,
    .gemm_bf16 = gemm_bf16};
