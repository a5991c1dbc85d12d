/* SPDX-License-Identifier: ISC */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <cuda_runtime_api.h>

enum { ALIGN = 256, NOTHING = 0xff };

/* For the test, which breaks this and no GPU. */
extern const bool cuda_emulated;
const bool cuda_emulated = true;

const char *
cudaGetErrorString(cudaError_t rc)
{
    switch (rc) {
    case cudaSuccess:
        return "no error";
    case cudaErrorMemoryAllocation:
        return "out of memory";
    case cudaErrorNoDevice:
        return "no CUDA-capable device is detected";
    case cudaErrorUnknown:
        break;
    }
    return "unknown error";
}

cudaError_t
cudaGetLastError(void)
{
    return cudaSuccess;
}

cudaError_t
cudaDeviceSynchronize(void)
{
    return cudaSuccess;
}

cudaError_t
cudaGetDeviceCount(int *ret)
{
    const char *n = getenv("MEESHY_EMULATE_DEVICES");

    *ret = n ? atoi(n) : 1;
    return *ret > 0 ? cudaSuccess : cudaErrorNoDevice;
}

cudaError_t
cudaDeviceGetAttribute(int *ret, enum cudaDeviceAttr what, int device)
{
    (void)device;
    *ret = what == cudaDevAttrComputeCapabilityMajor ? 9 : 0;
    return cudaSuccess;
}

cudaError_t
cudaMalloc(void **ret, size_t bytes)
{
    const char *most = getenv("MEESHY_EMULATE_BYTES");

    if (most && bytes > strtoull(most, NULL, 10))
        return cudaErrorMemoryAllocation;
    bytes = (bytes + ALIGN - 1) / ALIGN * ALIGN;
    *ret = aligned_alloc(ALIGN, bytes);
    if (!*ret)
        return cudaErrorMemoryAllocation;
    memset(*ret, NOTHING, bytes);
    return cudaSuccess;
}

cudaError_t
cudaFree(void *p)
{
    free(p);
    return cudaSuccess;
}

cudaError_t
cudaMallocHost(void **ret, size_t bytes)
{
    return cudaMalloc(ret, bytes);
}

cudaError_t
cudaFreeHost(void *p)
{
    return cudaFree(p);
}

cudaError_t
cudaMemcpy(void *to, const void *from, size_t bytes, enum cudaMemcpyKind kind)
{
    (void)kind;
    memcpy(to, from, bytes);
    return cudaSuccess;
}

cudaError_t
cudaMemcpyAsync(void *to, const void *from, size_t bytes,
    enum cudaMemcpyKind kind, cudaStream_t s)
{
    (void)s;
    return cudaMemcpy(to, from, bytes, kind);
}

cudaError_t
cudaMemcpy2DAsync(void *to, size_t ld_to, const void *from, size_t ld_from,
    size_t width, size_t height, enum cudaMemcpyKind kind, cudaStream_t s)
{
    (void)kind;
    (void)s;
    for (size_t i = 0; i < height; i++)
        memcpy((char *)to + i * ld_to, (const char *)from + i * ld_from, width);
    return cudaSuccess;
}

cudaError_t
cudaMemsetAsync(void *p, int byte, size_t bytes, cudaStream_t s)
{
    (void)s;
    memset(p, byte, bytes);
    return cudaSuccess;
}

cudaError_t
cudaStreamCreateWithFlags(cudaStream_t *ret, unsigned flags)
{
    (void)flags;
    *ret = NULL;
    return cudaSuccess;
}

cudaError_t
cudaStreamDestroy(cudaStream_t s)
{
    (void)s;
    return cudaSuccess;
}

cudaError_t
cudaStreamSynchronize(cudaStream_t s)
{
    (void)s;
    return getenv("MEESHY_EMULATE_LOST") ? cudaErrorUnknown : cudaSuccess;
}
