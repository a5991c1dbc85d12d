/* SPDX-License-Identifier: ISC */
#ifndef NN_KERNEL_H
#define NN_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "nn/kernel/precision.h"

/*
 * kernel - the arithmetic of the neural engine, once per instruction set.
 *
 * The same numbers on every CPU: integer sums are exact, and all float
 * arithmetic is defined to the last bit (multiply, then add, never fused; sums
 * over a row run in 16 lanes that are then halved 8, 4, 2, 1; sums of a float
 * product run over k in order).  So a translation does not depend on the
 * kernel, for any precision.  One exception: with PRECISION_BFLOAT16, numbers
 * below 1.2e-38 are flushed to zero by CPUs that have the instruction.
 *
 * Everything here is a pure function on memory of the caller: nothing is
 * allocated, nothing is kept, any thread may call.  Packed weights are
 * constant once made.
 *
 * Words: a *linear* is weights packed for the kernel, a *feed* is rows in the
 * form in which a linear eats them (int8, bfloat16 or float32), a *table* is
 * an embedding matrix.  All of them belong to one kernel: do not mix.
 */
struct kernel;

/* The best kernel of this CPU, or the one named by MEESHY_KERNEL.  NULL with
 * err filled when that is unknown or the CPU lacks it.  Chosen once: later
 * calls return the same. */
const struct kernel *kernel_get(struct err *err);

/* By name: scalar sse4 avx2 avxvnni vnni amx neon. */
const struct kernel *kernel_find(const char *name, struct err *err);

/* The i-th kernel that this CPU can run, best first; NULL after the last.  The
 * scalar one is always among them. */
const struct kernel *kernel_at(size_t i);

const char *kernel_name(const struct kernel *kr);

/* Multiply-adds of int8 that it does per second when all is in registers: the
 * ceiling of kernel_gemm; 0 where nobody knows.  Takes some ms. */
double kernel_peak(const struct kernel *kr);

/* Does the CPU multiply bfloat16 itself?  It works without, slowly. */
bool kernel_has_bf16(const struct kernel *kr);

enum {
    KERNEL_ALIGN = 64, /* of packed weights, feeds and their rows */
    KERNEL_LANES = 16, /* floats in one of KERNEL_ALIGN */
    KERNEL_K_MAX = 65536, /* numbers in a row: no 32-bit sum overflows */
};

/*
 * An arena for weights: one block on huge pages where the system has them.
 * Lay weights down in the order in which they are used: the kernels read ahead
 * over the end of a matrix.
 */
struct arena {
    char *p;
    size_t used, size;
};
void arena_init(struct arena *a, size_t size); /* owns its memory */
void arena_fini(struct arena *a);
void *arena_get(struct arena *a, size_t n); /* aligned; asserts that it fits */

/* --- feeds ------------------------------------------------------------ */

/* Rows as the next product eats them.  Describes memory of the caller. */
struct feed {
    enum precision precision;
    uint32_t k; /* numbers in a row */
    void *rows; /* aligned; feed_stride() bytes from row to row */
    float alpha; /* INT8: what numbers are multiplied with before rounding;
                    0: 127 / max |x| of each row */
    float *unit; /* when alpha is 0: max |x| / 127 of each row; else NULL */
};

/* Bytes from row to row: k numbers, rounded up to KERNEL_ALIGN bytes. */
size_t feed_stride(enum precision p, uint32_t k);

/* The feed whose first row is row i of f. */
struct feed feed_at(const struct feed *f, size_t i);

/* Quantise (round half to even, clamp to -127..127) or convert rows of floats;
 * x has ldx floats from row to row.  The tail of each row is zeroed. */
void kernel_feed(const struct kernel *kr, const struct feed *f, const float *x,
    size_t ldx, uint32_t rows);

/* --- weights ---------------------------------------------------------- */

/* Columns of a weight matrix as they come from a file: q or f is set. */
struct columns {
    uint32_t n;
    const int8_t *q; /* [n][k]; -128 counts as -127 */
    float quant; /* real = q / quant */
    const float *quants; /* [n], instead of quant; or NULL */
    const float *f; /* real numbers */
    bool f_by_k; /* f is [k][n], as Marian stores floats; else [n][k] */
    const float *bias; /* [n], or NULL for none */
};

/* y = x W + b, packed.  Borrows from its arena. */
struct linear {
    enum precision precision;
    uint32_t k, n;
    void *packed; /* [n / 64][k / g][64][g], g numbers to 4 bytes */
    int32_t *start; /* INT8: what a column's sum begins with */
    float *scale; /* INT8: [n], 1 / (alpha * quant), 1 / quant for alpha 0 */
    float *bias; /* [n] */
    float alpha; /* INT8: of its feed */
};

/* Bytes that linear_pack takes from the arena. */
size_t linear_bytes(enum precision p, uint32_t k, uint32_t n);

/* Pack n_parts matrices beside each other (as Wq, Wk, Wv), converting them to
 * the precision: floats become int8 with a factor for each column. */
void linear_pack(const struct kernel *kr, struct linear *l, enum precision p,
    uint32_t k, float alpha, const struct columns *parts, size_t n_parts,
    struct arena *a);

/* An embedding matrix: row i is word i.  Borrows its columns' q where it can
 * (INT8, k a multiple of 64, no -128 in it), so keep that mapped. */
struct table {
    enum precision precision;
    uint32_t k, n;
    const void *rows; /* [n], feed_stride() apart */
    const float *factor; /* INT8: [n], real = row * factor */
    const int32_t *start; /* as in struct linear; NULL if not for output */
    const float *scale, *bias; /* likewise */
    float alpha;
};
size_t table_bytes(enum precision p, uint32_t k, const struct columns *c,
    bool output); /* at most this */
/* output: it will also be asked for candidates, with inputs of that alpha. */
void table_pack(const struct kernel *kr, struct table *t, enum precision p,
    uint32_t k, const struct columns *c, bool output, float alpha,
    struct arena *a);

/* Gather n rows of t as the columns of l, whose memory (linear_bytes) begins
 * at mem.  ids of t->n or more are a bug. */
void kernel_select(const struct kernel *kr, struct linear *l,
    const struct table *t, const uint32_t *ids, uint32_t n, void *mem);

/* out = row id of t * factor + pos; without a row (NULL t) out = pos.  Also
 * into the one row of next when that is not NULL. */
void kernel_embed(const struct kernel *kr, const struct table *t, uint32_t id,
    float factor, const float *pos, uint32_t k, float *out,
    const struct feed *next);

/* --- products --------------------------------------------------------- */

struct norm { /* layer norm: eps 1e-6 within the root */
    const float *scale, *bias;
};

enum gemm_kind {
    GEMM_FLOAT, /* out = y, plus residual when there is one */
    GEMM_NORM, /* out = norm(y + residual), next = out when there is one */
    GEMM_RELU, /* next = relu(y); out is scratch for one whose alpha is 0 */
    GEMM_BEST, /* best[r] = the greatest y but for column banned, the first of
                  equals; out = y when there is one */
};

struct best {
    float y;
    uint32_t at; /* its column */
};

struct gemm {
    enum gemm_kind kind;
    const struct linear *l;
    const struct feed *in; /* of the linear's precision, k and alpha */
    uint32_t rows; /* any number, also 0 */
    float *out;
    size_t ld_out; /* floats from row to row, n at least */
    const float *residual; /* may be out */
    size_t ld_residual;
    struct norm norm;
    const struct feed *next; /* of this precision, k is this n; not where in
                                is */
    struct best *best; /* [rows] */
    uint32_t banned; /* GEMM_BEST: UINT32_MAX for none */
};

void kernel_gemm(const struct kernel *kr, const struct gemm *g);

/* --- rows ------------------------------------------------------------- */

/* out = norm(x + add), add may be NULL, out may be x or add; next as above. */
void kernel_norm(const struct kernel *kr, const struct norm *nm, const float *x,
    const float *add, uint32_t k, float *out, const struct feed *next);

/*
 * One step of the SSRU on one row: f = sigmoid(f), c = f * c + (1 - f) * z,
 * out = norm(relu(c) + x).  c is written back; out may be x.
 */
void kernel_ssru(const struct kernel *kr, const struct norm *nm, const float *z,
    const float *f, float *c, const float *x, uint32_t k, float *out,
    const struct feed *next);

/* Attention of rows over keys: for each head h, softmax(q_h k_h / sqrt(d)) v_h.
 * Head h is columns h*d .. h*d+d-1 of each row. */
struct attend {
    const float *q, *k, *v; /* row strides: ld_q, ld_kv, ld_kv */
    size_t ld_q, ld_kv;
    uint32_t rows, keys, heads, d;
    float *out; /* [rows][heads * d], ld_out apart; may be q */
    size_t ld_out;
    const struct feed *next; /* all rows; or NULL */
    float *scratch; /* attend_scratch() floats, aligned */
    float *mean; /* [rows][keys], the heads' mean weights; or NULL */
};
size_t attend_scratch(uint32_t keys, uint32_t heads, uint32_t d);
void kernel_attend(const struct kernel *kr, const struct attend *a);

/* y = softmax(x), sigmoid(x), exp(x) (2e-7 relative, x clamped to -87..88);
 * y may be x. */
void kernel_softmax(
    const struct kernel *kr, const float *x, uint32_t n, float *y);
void kernel_sigmoid(
    const struct kernel *kr, const float *x, uint32_t n, float *y);
void kernel_exp(const struct kernel *kr, const float *x, uint32_t n, float *y);

/* log(sum(exp(x))), so that x[i] minus it is a log-probability. */
float kernel_logsum(const struct kernel *kr, const float *x, uint32_t n);

#endif
