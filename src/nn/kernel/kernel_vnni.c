/* SPDX-License-Identifier: ISC */
/* AVX-512 with the dot product of bytes. */
#include <assert.h>

#include "nn/kernel/kernel_vec512.h"

#include "nn/kernel/kernel_gather512.h"

#define SHIFT 0x80
#include "nn/kernel/kernel_rows.h"

#include "nn/kernel/kernel_more.h"

#include "nn/kernel/kernel_attend.h"

#include "nn/kernel/kernel_shapes512.h"

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
    return (vi)_mm512_dpbusd_epi32((__m512i)acc, (__m512i)a, (__m512i)w);
}

/* To the first cache what is used at once, else to the second. */
#define FETCH(p, lines)                                                        \
    do { /* clang wants the hint itself to be constant */                      \
        if ((lines) == 4)                                                      \
            _mm_prefetch((const char *)(p), _MM_HINT_T0);                      \
        else                                                                   \
            _mm_prefetch((const char *)(p), _MM_HINT_T1);                      \
    } while (0)
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
    ROWS(1, 4, 2)                                                              \
    ROWS(2, 4, 2) ROWS(3, 4, 1) ROWS(4, 4, 1) ROWS(5, 4, 1) ROWS(6, 4, 1)
#include "nn/kernel/kernel_tile.h"

#include "nn/kernel/kernel_gemm_float.h"

#define PEAK_REGISTER "v"
#define PEAK_ACT vi
#define PEAK_DOT(acc, a, w) dot(acc, a, w)
#include "nn/kernel/kernel_table.h"

/* For the amx kernel. */
void
kernel_512_gemm_f32(const struct gemm *g)
{
    gemm_f32(g);
}

void
kernel_512_gemm_bf16(const struct gemm *g)
{
    gemm_bf16(g);
}

const struct kernel kernel_vnni = {.name = "vnni",
    KERNEL_ROWS,
    .peak = peak,
    .gemm_f32 = gemm_f32,
    .gemm_i8 = gemm_i8,
    .gemm_bf16 = gemm_bf16};
const struct kernel kernel_vnni_bf16 = {.name = "vnni",
    KERNEL_ROWS,
    .peak = peak,
    .gemm_f32 = gemm_f32,
    .gemm_i8 = gemm_i8,
    .gemm_bf16 = kernel_bf16_gemm,
    .bf16 = true};
