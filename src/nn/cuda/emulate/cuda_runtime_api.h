/* SPDX-License-Identifier: ISC */
#ifndef NN_CUDA_EMULATE_CUDA_RUNTIME_API_H
#define NN_CUDA_EMULATE_CUDA_RUNTIME_API_H

#include <stddef.h>

/*
 * As much of CUDA's runtime as the back end calls, on the CPU: for its tests,
 * where there is no GPU.  Memory of the device is memory, filled with NaN; a
 * stream is done when the call returns.
 *
 * Environment, read at each call: MEESHY_EMULATE_DEVICES, how many there are
 * (1); MEESHY_EMULATE_BYTES, the largest piece of memory to be had;
 * MEESHY_EMULATE_LOST, when set, breaks whatever is waited for.
 */
#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
    cudaSuccess = 0,
    cudaErrorMemoryAllocation = 2,
    cudaErrorNoDevice = 100,
    cudaErrorUnknown = 999,
} cudaError_t;

enum cudaMemcpyKind { cudaMemcpyHostToDevice = 1, cudaMemcpyDeviceToHost };

enum cudaDeviceAttr {
    cudaDevAttrComputeCapabilityMajor = 75,
    cudaDevAttrComputeCapabilityMinor,
};

enum { cudaStreamNonBlocking = 1 };

typedef struct cuda_stream *cudaStream_t;

const char *cudaGetErrorString(cudaError_t rc);
cudaError_t cudaGetLastError(void);
cudaError_t cudaDeviceSynchronize(void);
cudaError_t cudaGetDeviceCount(int *ret);
cudaError_t cudaDeviceGetAttribute(
    int *ret, enum cudaDeviceAttr what, int device);

cudaError_t cudaMalloc(void **ret, size_t bytes);
cudaError_t cudaFree(void *p);
cudaError_t cudaMallocHost(void **ret, size_t bytes);
cudaError_t cudaFreeHost(void *p);
cudaError_t cudaMemcpy(
    void *to, const void *from, size_t bytes, enum cudaMemcpyKind kind);
cudaError_t cudaMemcpyAsync(void *to, const void *from, size_t bytes,
    enum cudaMemcpyKind kind, cudaStream_t s);
cudaError_t cudaMemcpy2DAsync(void *to, size_t ld_to, const void *from,
    size_t ld_from, size_t width, size_t height, enum cudaMemcpyKind kind,
    cudaStream_t s);
cudaError_t cudaMemsetAsync(void *p, int byte, size_t bytes, cudaStream_t s);

cudaError_t cudaStreamCreateWithFlags(cudaStream_t *ret, unsigned flags);
cudaError_t cudaStreamDestroy(cudaStream_t s);
cudaError_t cudaStreamSynchronize(cudaStream_t s);

#ifdef __cplusplus
}
#endif

#endif
