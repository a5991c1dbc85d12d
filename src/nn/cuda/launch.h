/* SPDX-License-Identifier: ISC */
#ifndef NN_CUDA_LAUNCH_H
#define NN_CUDA_LAUNCH_H

#include <cuda_runtime_api.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * launch - the kernels of the GPU, as functions that put one on a stream.  All
 * pointers are the device's.  They mirror kernel.h, whose words and whose order
 * of float arithmetic they have; R is a number of rows, D the model's width.
 *
 * Any thread calls, with a stream of its own.  Nothing is reported here: a
 * launch that fails is told by cudaGetLastError.
 */
#ifdef __cplusplus
extern "C" {
#endif

enum {
    CU_KEYS_MAX = 384, /* that a row attends to */
    CU_WORDS_MAX = 4096, /* of a row in front of the output layer */
    CU_NONE = 0xffffffff, /* no piece, no column */
};

/* Packed as the CPU's: see struct linear. */
struct cu_linear {
    const uint32_t *packed; /* [n / 64][words][64] of 4 int8 or a float */
    const float *scale; /* [n]; NULL: float32 */
    const float *bias; /* [n] */
    float alpha;
    uint32_t n, k, words; /* words: of a row, a multiple of 16 */
};

/* Rows that a product eats; what is behind k in a row is zero for good. */
struct cu_feed {
    uint32_t *rows; /* [R][words] */
    float *unit; /* [R], where alpha is measured; else NULL */
    float alpha; /* 0: measured */
    uint32_t k, words;
    bool int8; /* else float32 */
};

struct cu_norm {
    const float *scale, *bias; /* [D] */
};

struct cu_gemm {
    struct cu_linear l;
    struct cu_feed in;
    uint32_t rows;
    float *out; /* [R][ld_out], or NULL when it is next that is wanted */
    size_t ld_out;
    const uint32_t *to; /* [R], in which row of out each row goes; NULL: its
                           own */
    const float *residual; /* [R][ld_out], added; may be out; or NULL */
    bool relu;
    struct cu_feed next; /* also there, where its rows are not NULL and its
                            alpha is not measured */
};
void cu_gemm(cudaStream_t s, const struct cu_gemm *g);

/* x = row id * factor + position; CU_NONE: the position alone. */
struct cu_embed {
    const void *table; /* [V] rows, words apart */
    const float *factors; /* [V]; NULL: float32 */
    uint32_t words, k;
    float factor;
    const float *pos; /* [..][D] */
    const uint32_t *ids, *at; /* [R]: pieces and their positions */
    uint32_t rows;
    float *x; /* [R][D] */
    struct cu_feed next;
};
void cu_embed(cudaStream_t s, const struct cu_embed *e);

/* next = x */
struct cu_rows {
    float *x; /* [R][ld] */
    size_t ld;
    uint32_t rows;
    struct cu_feed next;
};
void cu_feed(cudaStream_t s, const struct cu_rows *r);

/* x = x * sigmoid(x), next = x */
void cu_swish(cudaStream_t s, const struct cu_rows *r);

/* x = norm(x), next = x */
void cu_norm(cudaStream_t s, const struct cu_rows *r, const struct cu_norm *nm);

/* One step of the SSRU: see kernel_ssru. */
struct cu_ssru {
    struct cu_rows x;
    struct cu_norm norm;
    const float *wide; /* [R][ld_wide]: z, gate */
    size_t ld_wide;
    float *state; /* the layer's, of slot 0 */
    size_t ld_state; /* from slot to slot */
    const uint32_t *slots; /* [R] */
};
void cu_ssru(cudaStream_t s, const struct cu_ssru *r);

/* Keys and values of each row, 2 D floats, behind those its slot has. */
struct cu_keep {
    const float *kv; /* [R][ld] */
    size_t ld;
    uint32_t rows, n; /* n: 2 D */
    float *state;
    size_t ld_state;
    const uint32_t *slots, *at; /* [R]: at is how many it has */
};
void cu_keep(cudaStream_t s, const struct cu_keep *k);

/* Attention of each row over keys of its own. */
struct cu_attend {
    const float *q; /* [R][ld_q] */
    const float *k, *v; /* of place 0: [keys][ld_kv] */
    size_t ld_q, ld_kv;
    size_t ld_place; /* floats from place to place */
    const uint32_t *places; /* [R] */
    const uint32_t *keys; /* [R], 1..CU_KEYS_MAX */
    uint32_t rows, heads, d;
    uint32_t chain; /* rows with so many keys sum products one by one, others in
                       16 lanes; see kernel_attend.h */
    float *out; /* [R][ld_out]; may be q: heads keep to their columns */
    size_t ld_out;
    float *head0; /* [R][ld_head0], weights of head 0; or NULL */
    size_t ld_head0;
    struct cu_feed next; /* as in cu_gemm */
};
void cu_attend(cudaStream_t s, const struct cu_attend *a);

/* Logits of the candidates of each row. */
struct cu_select {
    const void *table; /* [V] rows, words apart */
    const float *scale, *bias; /* [V]; scale NULL: float32 */
    struct cu_feed in;
    uint32_t rows, columns; /* columns: of the row that has most */
    const uint32_t *ids; /* [slot][ld_ids] */
    size_t ld_ids;
    const uint32_t *slots, *n_ids; /* [R] */
    float *logits; /* [R][ld] */
    size_t ld;
};
void cu_select(cudaStream_t s, const struct cu_select *c);

/* Four words for each row: see struct device_best.  Logits are used up. */
struct cu_best {
    float *logits;
    size_t ld;
    uint32_t rows;
    const uint32_t *n, *banned; /* [R]: columns */
    uint32_t *at;
    float *y, *max, *sum; /* [R] each */
};
void cu_best(cudaStream_t s, const struct cu_best *b);

#ifdef __cplusplus
}
#endif

#endif
