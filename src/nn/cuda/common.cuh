/* SPDX-License-Identifier: ISC */
#ifndef NN_CUDA_COMMON_CUH
#define NN_CUDA_COMMON_CUH

#include <float.h>

#include <cuda_runtime.h>

#include "nn/cuda/launch.h"

/*
 * What the kernels share.  Arithmetic is the CPU's to the last bit (kernel.h):
 * nothing is fused (nvcc --fmad=false), division and root are the exact ones
 * (nvcc's default), and a sum over a row has 16 lanes, which are then halved.
 *
 * No kernel uses what the threads of a warp know of each other: whatever passes
 * between threads goes through shared memory and __syncthreads, which all
 * threads of a block reach, those without a row too.
 */

/* KERNEL<<<grid, block>>>(argument) */
#ifdef CU_EMULATED
#define CU_LAUNCH(kernel, grid, block, stream, ...)                            \
    emulate_launch(grid, block, [&] { kernel(__VA_ARGS__); })
#define CU_UNROLL
#else
#define CU_LAUNCH(kernel, grid, block, stream, ...)                            \
    kernel<<<grid, block, 0, stream>>>(__VA_ARGS__)
#define CU_UNROLL _Pragma("unroll")
#endif

enum {
    CU_LANES = 16, /* of a sum: threadIdx.x */
    CU_GROUP = 8, /* rows of a block: threadIdx.y */
};

static inline unsigned
cu_parts(size_t n, unsigned part)
{
    return (unsigned)((n + part - 1) / part);
}

static __device__ inline float
greater(float a, float b)
{
    return a > b ? a : b;
}

static __device__ inline float
lesser(float a, float b)
{
    return a < b ? a : b;
}

/* As kernel_rows.h has it. */
static __device__ inline float
exp_of(float x)
{
    float n, r, p;

    x = lesser(greater(x, -87.0f), 88.0f);
    n = rintf(x * 1.44269504f);
    r = x - n * 0.693359375f;
    r = r - n * -2.12194440e-4f;
    p = 1.9875691500e-4f;
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = (p * (r * r) + r) + 1.0f;
    return p * __int_as_float(((int)n + 127) << 23);
}

static __device__ inline float
sigmoid_of(float x)
{
    return 1.0f / (1.0f + exp_of(0.0f - x));
}

/* 16 numbers, halved. */
static __device__ inline float
halve(const float *lane)
{
    float s[CU_LANES];

    for (int i = 0; i < CU_LANES; i++)
        s[i] = lane[i];
    for (int half = CU_LANES / 2; half > 0; half /= 2)
        for (int i = 0; i < half; i++)
            s[i] += s[i + half];
    return s[0];
}

/* One number of a row of a feed; with int8, already multiplied. */
static __device__ inline void
feed_put(const struct cu_feed &f, uint32_t row, uint32_t col, float x)
{
    uint32_t *to = f.rows + (size_t)row * f.words;

    if (f.int8)
        ((int8_t *)to)[col] =
            (int8_t)(int)rintf(lesser(greater(x, -127.0f), 127.0f));
    else
        ((float *)to)[col] = x;
}

/* What a feed with a constant multiplies with. */
static __device__ inline float
feed_factor(const struct cu_feed &f)
{
    return f.int8 ? f.alpha : 1.0f;
}

#endif
