/* SPDX-License-Identifier: ISC */
/* AVX2 with the dot product of bytes, as CPUs without AVX-512 have it. */
#include <assert.h>

#include "nn/kernel/kernel_vec256.h"

#define SHIFT 0x80
#include "nn/kernel/kernel_rows.h"

#include "nn/kernel/kernel_gather.h"

#include "nn/kernel/kernel_more.h"

#include "nn/kernel/kernel_attend.h"

enum { TILE_ROWS = 6 };
#include "nn/kernel/kernel_gemm.h"

static inline vi
act_load(const uint8_t *p)
{
    int32_t word;

    memcpy(&word, p, 4);
    return viset(word);
}

static inline vi
dot(vi acc, vi a, vi w)
{
    return (vi)_mm256_dpbusd_avx_epi32((__m256i)acc, (__m256i)a, (__m256i)w);
}

#define NAME(x) x##_i8
#define ACC vi
#define ACC_START(p) viload(p)
#define ACC_ZERO viset(0)
#define ACC_STORE(p, x) vistore(p, x)
#define ACT vi
#define ACT_LOAD(p) act_load(p)
#define WEIGHT vi
#define WEIGHT_LOAD(p) viload(p)
#define DOT(acc, a, w) dot(acc, a, w)
#define TILE_SHAPES                                                            \
    ROWS(1, 8, 1)                                                              \
    ROWS(2, 4, 1) ROWS(3, 4, 1) ROWS(4, 2, 1) ROWS(5, 2, 1) ROWS(6, 2, 1)
#include "nn/kernel/kernel_tile.h"

#define FLOAT_SHAPES                                                           \
    ROWS(1, 8, 1)                                                              \
    ROWS(2, 4, 1) ROWS(3, 2, 1) ROWS(4, 2, 1) ROWS(5, 2, 1) ROWS(6, 2, 1)
#define BF16_SHAPES                                                            \
    ROWS(1, 4, 1)                                                              \
    ROWS(2, 2, 1) ROWS(3, 2, 1) ROWS(4, 2, 1) ROWS(5, 1, 1) ROWS(6, 1, 1)
#include "nn/kernel/kernel_gemm_float.h"

#define PEAK_REGISTER "x"
#define PEAK_ACT vi
#define PEAK_DOT(acc, a, w) dot(acc, a, w)
#include "nn/kernel/kernel_table.h"

const struct kernel kernel_avxvnni = {.name = "avxvnni",
    KERNEL_ROWS,
    .peak = peak,
    .gemm_f32 = gemm_f32,
    .gemm_i8 = gemm_i8,
    .gemm_bf16 = gemm_bf16};
