/* SPDX-License-Identifier: ISC */
#include "nn/cuda/common.cuh"

/*
 * Products.  A block makes a tile of 32 rows and one panel of 64 columns: its
 * threads stand in 8 x 16, and each sums 4 rows and 4 columns.  16 words of
 * rows and weights at a time pass through shared memory.  Sums run over k in
 * order; those of int8 are exact.
 */
enum {
    PANEL = 64,
    TILE = 32, /* rows */
    DEPTH = 16, /* words */
    EACH = 4, /* rows, columns of a thread */
    PAD = 4, /* so that a column of words has banks of its own */
};

static __device__ inline int
dot(int sum, uint32_t a, uint32_t w)
{
    return __dp4a((int)a, (int)w, sum);
}

static __device__ inline float
dot(float sum, uint32_t a, uint32_t w)
{
    return sum + __int_as_float((int)a) * __int_as_float((int)w);
}

/* Four words; they are aligned. */
static __device__ inline uint4
four(const uint32_t *p)
{
    return *(const uint4 *)p;
}

struct tile {
    alignas(16) uint32_t a[DEPTH][TILE + PAD];
    alignas(16) uint32_t w[DEPTH][PANEL];
};

/* The next words of the block's rows, turned around, and of its columns, of
 * which the last panel has fewer. */
static __device__ inline void
tile_load(struct tile *t, const struct cu_gemm &g, uint32_t word,
    const uint32_t *panel, uint32_t width)
{
    uint32_t id = threadIdx.y * blockDim.x + threadIdx.x;
    uint32_t r = id / 4, k = id % 4 * 4, row = blockIdx.y * TILE + r;
    uint4 a = {0, 0, 0, 0};

    if (row < g.rows)
        a = four(g.in.rows + (size_t)row * g.in.words + word + k);
    t->a[k][r] = a.x;
    t->a[k + 1][r] = a.y;
    t->a[k + 2][r] = a.z;
    t->a[k + 3][r] = a.w;
    for (uint32_t i = id * 4; i < DEPTH * PANEL; i += TILE * PANEL / 4) {
        uint32_t line = i / PANEL, col = i % PANEL;
        uint4 w = {0, 0, 0, 0};

        if (col < width)
            w = four(panel + (size_t)(word + line) * width + col);
        *(uint4 *)&t->w[line][col] = w;
    }
}

/* y of a sum, and where it goes. */
template <typename SUM>
static __device__ inline void
finish(const struct cu_gemm &g, uint32_t row, uint32_t col, SUM sum)
{
    float y = (float)sum;
    size_t at;

    if (g.l.scale) {
        float scale = g.l.scale[col];

        if (g.l.alpha == 0.0f)
            scale = scale * g.in.unit[row];
        y = y * scale;
    }
    y = y + g.l.bias[col];
    at = (size_t)(g.to ? g.to[row] : row) * g.ld_out + col;
    if (g.residual)
        y = y + g.residual[at];
    if (g.relu)
        y = greater(y, 0.0f);
    if (g.out)
        g.out[at] = y;
    if (g.next.rows)
        feed_put(g.next, row, col, y * feed_factor(g.next));
}

template <typename SUM>
static __global__ void
gemm_kernel(const struct cu_gemm g)
{
    __shared__ struct tile t;
    const uint32_t first = blockIdx.x * PANEL;
    const uint32_t rest = (g.l.n - first + CU_LANES - 1) / CU_LANES * CU_LANES;
    const uint32_t width = rest < (uint32_t)PANEL ? rest : (uint32_t)PANEL;
    const uint32_t *panel = g.l.packed + (size_t)first * g.l.words;
    const uint32_t r = threadIdx.y * EACH, c = threadIdx.x * EACH;
    SUM sum[EACH][EACH];

    for (int i = 0; i < EACH; i++)
        for (int j = 0; j < EACH; j++)
            sum[i][j] = 0;
    for (uint32_t word = 0; word < g.l.words; word += DEPTH) {
        tile_load(&t, g, word, panel, width);
        __syncthreads();
        CU_UNROLL
        for (int k = 0; k < DEPTH; k++)
            CU_UNROLL
        for (int i = 0; i < EACH; i++)
            CU_UNROLL
        for (int j = 0; j < EACH; j++)
            sum[i][j] = dot(sum[i][j], t.a[k][r + i], t.w[k][c + j]);
        __syncthreads();
    }
    for (int i = 0; i < EACH; i++)
        for (int j = 0; j < EACH; j++)
            if (blockIdx.y * TILE + r + i < g.rows && first + c + j < g.l.n)
                finish(g, blockIdx.y * TILE + r + i, first + c + j, sum[i][j]);
}

void
cu_gemm(cudaStream_t s, const struct cu_gemm *g)
{
    dim3 grid(cu_parts(g->l.n, PANEL), cu_parts(g->rows, TILE));
    dim3 block(PANEL / EACH, TILE / EACH);

    (void)s;
    if (g->l.scale)
        CU_LAUNCH(gemm_kernel<int>, grid, block, s, *g);
    else
        CU_LAUNCH(gemm_kernel<float>, grid, block, s, *g);
}
