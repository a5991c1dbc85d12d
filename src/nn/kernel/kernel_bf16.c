/* SPDX-License-Identifier: ISC */
/* Products of bfloat16 by AVX512-BF16, for the kernels that have AVX-512. */
#include <assert.h>

#include "nn/kernel/kernel_vec512.h"

#define SHIFT 0
#include "nn/kernel/kernel_rows.h"

#include "nn/kernel/kernel_shapes512.h"

#include "nn/kernel/kernel_gemm.h"

static inline vi
act_load(const uint8_t *p)
{
    int32_t word;

    memcpy(&word, p, 4);
    return viset(word);
}

#define NAME(x) x##_bf16
#define ACC vf
#define ACC_START(p) vset(0.0f)
#define ACC_ZERO vset(0.0f)
#define ACC_STORE(p, x) vstore((float *)(p), x)
#define ACT vi
#define ACT_LOAD(p) act_load(p)
#define WEIGHT vi
#define WEIGHT_LOAD(p) viload(p)
#define DOT(acc, a, w)                                                         \
    (vf) _mm512_dpbf16_ps((__m512)(acc), (__m512bh)(a), (__m512bh)(w))
#define TILE_SHAPES SHAPES512
#include "nn/kernel/kernel_tile.h"

void
kernel_bf16_gemm(const struct gemm *g)
{
    gemm_bf16(g);
}
