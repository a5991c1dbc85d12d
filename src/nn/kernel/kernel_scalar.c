/* SPDX-License-Identifier: ISC */
#include <assert.h>

#include "nn/kernel/kernel_vec1.h"

#define SHIFT 0
#include "nn/kernel/kernel_rows.h"

#include "nn/kernel/kernel_gather.h"

#include "nn/kernel/kernel_more.h"

#include "nn/kernel/kernel_attend.h"

enum { TILE_ROWS = 4 };
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
four_dot(int32_t acc, struct four a, struct four w)
{
    for (int i = 0; i < 4; i++)
        acc += a.x[i] * w.x[i];
    return acc;
}

#define SCALAR_SHAPES ROWS(1, 4, 1) ROWS(2, 4, 1) ROWS(3, 2, 1) ROWS(4, 2, 1)

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
#define TILE_SHAPES SCALAR_SHAPES
#include "nn/kernel/kernel_tile.h"

#define FLOAT_SHAPES SCALAR_SHAPES
#define BF16_SHAPES SCALAR_SHAPES
#include "nn/kernel/kernel_gemm_float.h"

#include "nn/kernel/kernel_table.h"

const struct kernel kernel_scalar = {.name = "scalar",
    KERNEL_ROWS,
    .gemm_f32 = gemm_f32,
    .gemm_i8 = gemm_i8,
    .gemm_bf16 = gemm_bf16};
