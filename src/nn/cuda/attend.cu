/* SPDX-License-Identifier: ISC */
#include "nn/cuda/common.cuh"

/*
 * Attention: a block for each row and head.  Its threads have keys while
 * products are made, and columns while values are mixed.  Sums have the order
 * of kernel_attend.h.
 */
enum { ATTEND_THREADS = 64 };

static __device__ inline float
product_chain(const float *q, const float *k, uint32_t d)
{
    float sum = 0.0f;

    for (uint32_t c = 0; c < d; c++)
        sum = sum + k[c] * q[c];
    return sum;
}

static __device__ inline float
product_lanes(const float *q, const float *k, uint32_t d)
{
    float lane[CU_LANES];

    CU_UNROLL
    for (uint32_t i = 0; i < CU_LANES; i++)
        lane[i] = i < d ? q[i] * k[i] : 0.0f;
    for (uint32_t c = CU_LANES; c < d; c += CU_LANES)
        CU_UNROLL
    for (uint32_t i = 0; i < CU_LANES; i++)
        if (c + i < d)
            lane[i] = lane[i] + q[c + i] * k[c + i];
    return halve(lane);
}

/* e = exp(e - their greatest); returns 1 / their sum. */
static __device__ float
softmax(float *e, uint32_t keys)
{
    __shared__ float lane[CU_LANES];
    const uint32_t id = threadIdx.x;
    float most = -FLT_MAX, sum = 0.0f;

    for (uint32_t j = id; id < CU_LANES && j < keys; j += CU_LANES)
        most = greater(e[j], most);
    if (id < CU_LANES)
        lane[id] = most;
    __syncthreads();
    for (uint32_t i = 0; i < CU_LANES; i++)
        most = greater(lane[i], most);
    for (uint32_t j = id; j < keys; j += ATTEND_THREADS)
        e[j] = exp_of(e[j] - most);
    __syncthreads();
    for (uint32_t j = id; id < CU_LANES && j < keys; j += CU_LANES)
        sum = sum + e[j];
    if (id < CU_LANES)
        lane[id] = sum;
    __syncthreads();
    return 1.0f / halve(lane);
}

static __global__ void
attend_kernel(const struct cu_attend a)
{
    __shared__ float e[CU_KEYS_MAX];
    const uint32_t row = blockIdx.x, head = blockIdx.y, keys = a.keys[row];
    const size_t place = a.places[row] * a.ld_place + head * a.d;
    const float *q = a.q + row * a.ld_q + head * a.d;
    const float *k = a.k + place, *v = a.v + place;
    const float scale = 1.0f / sqrtf((float)a.d);
    float inv;

    for (uint32_t j = threadIdx.x; j < keys; j += ATTEND_THREADS)
        e[j] = (keys >= a.chain ? product_chain(q, k + j * a.ld_kv, a.d)
                                : product_lanes(q, k + j * a.ld_kv, a.d)) *
               scale;
    __syncthreads();
    inv = softmax(e, keys);
    if (a.head0 && head == 0)
        for (uint32_t j = threadIdx.x; j < keys; j += ATTEND_THREADS)
            a.head0[row * a.ld_head0 + j] = e[j] * inv;
    for (uint32_t c = threadIdx.x; c < a.d; c += ATTEND_THREADS) {
        uint32_t col = head * a.d + c;
        float sum = 0.0f;

        for (uint32_t j = 0; j < keys; j++)
            sum = sum + v[j * a.ld_kv + c] * e[j];
        sum = sum * inv;
        a.out[row * a.ld_out + col] = sum;
        if (a.next.rows)
            feed_put(a.next, row, col, sum * feed_factor(a.next));
    }
}

void
cu_attend(cudaStream_t s, const struct cu_attend *a)
{
    (void)s;
    CU_LAUNCH(
        attend_kernel, dim3(a->rows, a->heads), dim3(ATTEND_THREADS), s, *a);
}
