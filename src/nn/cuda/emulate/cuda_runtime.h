/* SPDX-License-Identifier: ISC */
#ifndef NN_CUDA_EMULATE_CUDA_RUNTIME_H
#define NN_CUDA_EMULATE_CUDA_RUNTIME_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#include <cuda_runtime_api.h>

/*
 * As much of CUDA's language as the kernels use, in C++: the blocks of a launch
 * follow one another, the threads of a block are fibres that take turns at
 * __syncthreads.  Shared memory is the operating system thread's.
 *
 * That a block's threads all reach a barrier or all end is checked.  In what
 * order they run in between may not matter; MEESHY_EMULATE_BACKWARD turns it
 * around, so that a barrier that is missing makes a difference.
 */
#define CU_EMULATED
#define __global__
#define __device__
#define __shared__ static thread_local

struct dim3 {
    unsigned x, y, z;

    constexpr dim3(unsigned x = 1, unsigned y = 1, unsigned z = 1)
        : x(x), y(y), z(z)
    {
    }
};

struct uint4 {
    uint32_t x, y, z, w;
};

extern thread_local dim3 threadIdx, blockIdx, blockDim, gridDim;

void __syncthreads(void);

static inline int
__dp4a(int a, int b, int sum)
{
    return sum + (int8_t)a * (int8_t)b + (int8_t)(a >> 8) * (int8_t)(b >> 8) +
           (int8_t)(a >> 16) * (int8_t)(b >> 16) + (a >> 24) * (b >> 24);
}

static inline float
__int_as_float(int i)
{
    float f;

    memcpy(&f, &i, sizeof(f));
    return f;
}

void emulate_run(
    dim3 grid, dim3 block, void (*kernel)(const void *), const void *arg);

template <typename F>
static void
emulate_launch(dim3 grid, dim3 block, const F &kernel)
{
    emulate_run(
        grid, block, [](const void *f) { (*(const F *)f)(); }, &kernel);
}

#endif
