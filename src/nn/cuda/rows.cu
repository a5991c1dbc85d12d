/* SPDX-License-Identifier: ISC */
#include "nn/cuda/common.cuh"

/*
 * Functions on rows.  A block has 8 rows, each with a thread for every lane,
 * which looks at the columns lane, lane + 16, ... and at no other: only sums go
 * from thread to thread.
 */
struct place {
    uint32_t lane, row;
    bool on; /* there is such a row */
};

static __device__ inline struct place
here(uint32_t rows)
{
    uint32_t row = blockIdx.x * CU_GROUP + threadIdx.y;

    return {threadIdx.x, row, row < rows};
}

static __device__ float
lanes_sum(float x)
{
    __shared__ float lane[CU_GROUP][CU_LANES];
    float sum;

    lane[threadIdx.y][threadIdx.x] = x;
    __syncthreads();
    sum = halve(lane[threadIdx.y]);
    __syncthreads();
    return sum;
}

static __device__ float
lanes_greatest(float x)
{
    __shared__ float lane[CU_GROUP][CU_LANES];

    lane[threadIdx.y][threadIdx.x] = x;
    __syncthreads();
    for (int i = 0; i < CU_LANES; i++)
        x = greater(lane[threadIdx.y][i], x);
    __syncthreads();
    return x;
}

/* A row of x as the next product eats it. */
static __device__ void
feed_row(const struct place &p, const float *x, const struct cu_feed &f)
{
    float factor = feed_factor(f), most = 0.0f;

    if (f.int8 && f.alpha == 0.0f) {
        for (uint32_t c = p.lane; p.on && c < f.k; c += CU_LANES)
            most = greater(greater(x[c], -x[c]), most);
        most = lanes_greatest(most);
        factor = most > 0.0f ? 127.0f / most : 1.0f;
        if (p.on && p.lane == 0)
            f.unit[p.row] = 1.0f / factor;
    }
    for (uint32_t c = p.lane; p.on && c < f.k; c += CU_LANES)
        feed_put(f, p.row, c, x[c] * factor);
}

static __device__ void
norm_row(const struct place &p, const struct cu_norm &nm, uint32_t k, float *x)
{
    float sum = 0.0f, square = 0.0f, mean, inv;

    for (uint32_t c = p.lane; p.on && c < k; c += CU_LANES)
        sum = sum + x[c];
    mean = lanes_sum(sum) / (float)k;
    for (uint32_t c = p.lane; p.on && c < k; c += CU_LANES) {
        float d = x[c] - mean;

        square = square + d * d;
    }
    inv = 1.0f / sqrtf(lanes_sum(square) / (float)k + 1e-6f);
    for (uint32_t c = p.lane; p.on && c < k; c += CU_LANES)
        x[c] = (x[c] - mean) * inv * nm.scale[c] + nm.bias[c];
}

static __global__ void
embed_kernel(const struct cu_embed e)
{
    struct place p = here(e.rows);
    float *x = e.x + (size_t)p.row * e.k;

    if (p.on) {
        uint32_t id = e.ids[p.row];
        const float *pos = e.pos + (size_t)e.at[p.row] * e.k;
        const uint32_t *row = (const uint32_t *)e.table + (size_t)id * e.words;

        for (uint32_t c = p.lane; c < e.k; c += CU_LANES) {
            if (id == CU_NONE)
                x[c] = pos[c];
            else if (e.factors)
                x[c] = (float)((const int8_t *)row)[c] *
                           (e.factors[id] * e.factor) +
                       pos[c];
            else
                x[c] = ((const float *)row)[c] * e.factor + pos[c];
        }
    }
    feed_row(p, x, e.next);
}

static __global__ void
feed_kernel(const struct cu_rows r)
{
    struct place p = here(r.rows);

    feed_row(p, r.x + (size_t)p.row * r.ld, r.next);
}

static __global__ void
swish_kernel(const struct cu_rows r)
{
    struct place p = here(r.rows);
    float *x = r.x + (size_t)p.row * r.ld;

    for (uint32_t c = p.lane; p.on && c < r.next.k; c += CU_LANES)
        x[c] = x[c] * sigmoid_of(x[c]);
    feed_row(p, x, r.next);
}

static __global__ void
norm_kernel(const struct cu_rows r, const struct cu_norm nm)
{
    struct place p = here(r.rows);
    float *x = r.x + (size_t)p.row * r.ld;

    norm_row(p, nm, r.next.k, x);
    feed_row(p, x, r.next);
}

static __global__ void
ssru_kernel(const struct cu_ssru r)
{
    struct place p = here(r.x.rows);
    const uint32_t k = r.x.next.k;
    float *x = r.x.x + (size_t)p.row * r.x.ld;

    if (p.on) {
        const float *z = r.wide + (size_t)p.row * r.ld_wide, *f = z + k;
        float *state = r.state + r.slots[p.row] * r.ld_state;

        for (uint32_t c = p.lane; c < k; c += CU_LANES) {
            float gate = sigmoid_of(f[c]);
            float cell = gate * state[c] + (1.0f - gate) * z[c];

            state[c] = cell;
            x[c] = greater(cell, 0.0f) + x[c];
        }
    }
    norm_row(p, r.norm, k, x);
    feed_row(p, x, r.x.next);
}

static __global__ void
keep_kernel(const struct cu_keep k)
{
    struct place p = here(k.rows);

    if (p.on) {
        float *to =
            k.state + k.slots[p.row] * k.ld_state + (size_t)k.at[p.row] * k.n;

        for (uint32_t c = p.lane; c < k.n; c += CU_LANES)
            to[c] = k.kv[p.row * k.ld + c];
    }
}

static dim3
grid_of(uint32_t rows)
{
    return dim3(cu_parts(rows, CU_GROUP));
}

static const dim3 block_of_rows(CU_LANES, CU_GROUP);

void
cu_embed(cudaStream_t s, const struct cu_embed *e)
{
    (void)s;
    CU_LAUNCH(embed_kernel, grid_of(e->rows), block_of_rows, s, *e);
}

void
cu_feed(cudaStream_t s, const struct cu_rows *r)
{
    (void)s;
    CU_LAUNCH(feed_kernel, grid_of(r->rows), block_of_rows, s, *r);
}

void
cu_swish(cudaStream_t s, const struct cu_rows *r)
{
    (void)s;
    CU_LAUNCH(swish_kernel, grid_of(r->rows), block_of_rows, s, *r);
}

void
cu_norm(cudaStream_t s, const struct cu_rows *r, const struct cu_norm *nm)
{
    (void)s;
    CU_LAUNCH(norm_kernel, grid_of(r->rows), block_of_rows, s, *r, *nm);
}

void
cu_ssru(cudaStream_t s, const struct cu_ssru *r)
{
    (void)s;
    CU_LAUNCH(ssru_kernel, grid_of(r->x.rows), block_of_rows, s, *r);
}

void
cu_keep(cudaStream_t s, const struct cu_keep *k)
{
    (void)s;
    CU_LAUNCH(keep_kernel, grid_of(k->rows), block_of_rows, s, *k);
}
