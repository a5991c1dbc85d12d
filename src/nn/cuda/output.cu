/* SPDX-License-Identifier: ISC */
#include "nn/cuda/common.cuh"

/* The output layer: candidates, and which is best. */
enum { OUTPUT_THREADS = 128 };

/*
 * A thread for each candidate: its weights are a row of the table, which stay
 * there, since the tables of all but giant models fit the GPU's cache.
 */
static __global__ void
select_kernel(const struct cu_select c)
{
    __shared__ uint32_t in[CU_WORDS_MAX];
    const uint32_t row = blockIdx.y, slot = c.slots[row];
    const uint32_t col = blockIdx.x * OUTPUT_THREADS + threadIdx.x;
    const uint32_t *from = c.in.rows + (size_t)row * c.in.words;
    const bool on = col < c.n_ids[row];
    const uint32_t words = c.in.words;
    int exact = 0;
    float sum = 0.0f, y;

    for (uint32_t i = threadIdx.x; i < words; i += OUTPUT_THREADS)
        in[i] = from[i];
    __syncthreads();
    if (!on)
        return;

    const uint32_t id = c.ids[slot * c.ld_ids + col];
    const uint32_t *w = (const uint32_t *)c.table + (size_t)id * words;

    if (c.scale) {
        float scale = c.scale[id];

        for (uint32_t i = 0; i < words; i += 4) {
            uint4 four = *(const uint4 *)(w + i);

            exact = __dp4a((int)in[i], (int)four.x, exact);
            exact = __dp4a((int)in[i + 1], (int)four.y, exact);
            exact = __dp4a((int)in[i + 2], (int)four.z, exact);
            exact = __dp4a((int)in[i + 3], (int)four.w, exact);
        }
        if (c.in.alpha == 0.0f)
            scale = scale * c.in.unit[row];
        y = (float)exact * scale;
    } else {
        for (uint32_t i = 0; i < words; i++)
            sum = sum + __int_as_float((int)in[i]) * __int_as_float((int)w[i]);
        y = sum;
    }
    c.logits[row * c.ld + col] = y + c.bias[id];
}

void
cu_select(cudaStream_t s, const struct cu_select *c)
{
    (void)s;
    CU_LAUNCH(select_kernel,
        dim3(cu_parts(c->columns, OUTPUT_THREADS), c->rows),
        dim3(OUTPUT_THREADS), s, *c);
}

/* Of two columns the better one; of equals the first. */
struct candidate {
    float y;
    uint32_t at;
};

static __device__ inline bool
beats(const struct candidate &a, const struct candidate &b)
{
    return a.y > b.y || (a.y == b.y && a.at < b.at);
}

/* The threads' candidates and greatest numbers become one each, in place 0. */
static __device__ void
gather(struct candidate *best, float *most)
{
    const uint32_t id = threadIdx.x;

    __syncthreads();
    for (uint32_t half = OUTPUT_THREADS / 2; half > 0; half /= 2) {
        if (id < half) {
            if (beats(best[id + half], best[id]))
                best[id] = best[id + half];
            most[id] = greater(most[id + half], most[id]);
        }
        __syncthreads();
    }
}

/* A block for each row.  Columns are dealt out; the sum has 16 lanes. */
static __global__ void
best_kernel(const struct cu_best b)
{
    __shared__ struct candidate best[OUTPUT_THREADS];
    __shared__ float most[OUTPUT_THREADS], lane[CU_LANES];
    const uint32_t row = blockIdx.x, id = threadIdx.x;
    const uint32_t n = b.n[row], banned = b.banned[row];
    float *y = b.logits + row * b.ld;
    float sum = 0.0f;

    best[id] = {-FLT_MAX, 0};
    most[id] = -FLT_MAX;
    for (uint32_t i = id; i < n; i += OUTPUT_THREADS) {
        most[id] = greater(y[i], most[id]);
        if (i != banned && y[i] > best[id].y)
            best[id] = {y[i], i};
    }
    gather(best, most);
    for (uint32_t i = id; i < n; i += OUTPUT_THREADS)
        y[i] = exp_of(y[i] - most[0]);
    __syncthreads();
    for (uint32_t i = id; id < CU_LANES && i < n; i += CU_LANES)
        sum = sum + y[i];
    if (id < CU_LANES)
        lane[id] = sum;
    __syncthreads();
    if (id == 0) {
        b.at[row] = best[0].at;
        b.y[row] = best[0].y;
        b.max[row] = most[0];
        b.sum[row] = halve(lane);
    }
}

void
cu_best(cudaStream_t s, const struct cu_best *b)
{
    (void)s;
    CU_LAUNCH(best_kernel, dim3(b->rows), dim3(OUTPUT_THREADS), s, *b);
}
