/* SPDX-License-Identifier: ISC */
/*
 * The integer products of engines without VNNI, for comparison with them: inputs
 * are shifted by 127 to be unsigned, of each two neighbours the sum of products
 * saturates at 16 bits (pmaddubsw), and what the shift adds is taken away by the
 * bias, with the rounding that this brings.  So does the WebAssembly engine.
 * Everything else is the scalar kernel's.  Linked into meeshy-nn alone, where
 * MEESHY_KERNEL=saturating chooses it; never chosen by itself.
 */
#include <assert.h>

#include "nn/kernel/kernel_vec1.h"

#define SHIFT 0
#include "nn/kernel/kernel_rows.h"

#include "nn/kernel/kernel_gather.h"

#include "nn/kernel/kernel_more.h"

#include "nn/kernel/kernel_attend.h"

enum { TILE_ROWS = 1, UNSIGNED = 127 };
#include "nn/kernel/kernel_gemm.h"

struct four {
    int32_t x[4];
};

static inline struct four
four_load(const uint8_t *p)
{
    return (struct four){
        {(int8_t)p[0], (int8_t)p[1], (int8_t)p[2], (int8_t)p[3]}};
}

static inline int32_t
saturate(int32_t x)
{
    return x > INT16_MAX ? INT16_MAX : x < INT16_MIN ? INT16_MIN : x;
}

static inline int32_t
four_dot(int32_t acc, struct four a, struct four w)
{
    for (int i = 0; i < 4; i += 2)
        acc += saturate((a.x[i] + UNSIGNED) * w.x[i] +
                        (a.x[i + 1] + UNSIGNED) * w.x[i + 1]);
    return acc;
}

/* Without a constant scale the bias cannot know: then it is done in integers. */
static inline int32_t
four_dot_unshifted(int32_t acc, struct four a, struct four w)
{
    acc = four_dot(acc, a, w);
    for (int i = 0; i < 4; i++)
        acc -= UNSIGNED * w.x[i];
    return acc;
}

static float
shift_bias(float alpha, float quant, int32_t sum)
{
    if (alpha == 0.0f)
        return 0.0f;
    return -((UNSIGNED / alpha) * (UNSIGNED / quant) / UNSIGNED) * (float)sum;
}

#define SHAPES ROWS(1, 1, 1) /* nobody waits for it, but for the compiler */

#define NAME(x) x##_i8
#define ACC vi
#define ACC_START(p) viload(p)
#define ACC_ZERO 0
#define ACC_STORE(p, x) vistore(p, x)
#define ACT struct four
#define ACT_LOAD(p) four_load(p)
#define WEIGHT struct four
#define WEIGHT_LOAD(p) four_load(p)
#define DOT(acc, a, w) four_dot(acc, a, w)
#define TILE_SHAPES SHAPES
#include "nn/kernel/kernel_tile.h"

#define NAME(x) x##_dynamic
#define ACC vi
#define ACC_START(p) viload(p)
#define ACC_ZERO 0
#define ACC_STORE(p, x) vistore(p, x)
#define ACT struct four
#define ACT_LOAD(p) four_load(p)
#define WEIGHT struct four
#define WEIGHT_LOAD(p) four_load(p)
#define DOT(acc, a, w) four_dot_unshifted(acc, a, w)
#define TILE_SHAPES SHAPES
#include "nn/kernel/kernel_tile.h"

static void
gemm_saturating(const struct gemm *g)
{
    if (g->l->alpha == 0.0f)
        gemm_dynamic(g);
    else
        gemm_i8(g);
}

#define FLOAT_SHAPES SHAPES
#define BF16_SHAPES SHAPES
#include "nn/kernel/kernel_gemm_float.h"

#include "nn/kernel/kernel_table.h"

const struct kernel kernel_saturating = {.name = "saturating",
    KERNEL_ROWS,
    .gemm_f32 = gemm_f32,
    .gemm_i8 = gemm_saturating,
    .shift_bias = shift_bias,
    .gemm_bf16 = gemm_bf16};
