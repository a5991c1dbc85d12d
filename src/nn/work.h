/* SPDX-License-Identifier: ISC */
#ifndef NN_WORK_H
#define NN_WORK_H

#include <stddef.h>
#include <stdint.h>

#include "nn/kernel/kernel.h"

/*
 * work - the scratch memory in which one thread computes layers, and the steps
 * that encoder and decoder have in common.  Allocated once, for at most so many
 * rows.  One owner thread.
 */
struct ffn;
struct model;
struct wide;

/* Sees the rows in front of every product of a float32 model, for calibration.
 * l is NULL for the output layer. */
struct probe {
    void (*see)(struct probe *p, const struct linear *l, float max);
};

struct work {
    const struct model *m; /* borrowed */
    struct probe *probe; /* borrowed, or NULL */
    uint32_t rows; /* at most */
    size_t ld_wide; /* floats from row to row */
    float *x; /* [rows][D], what a layer works on */
    float *wide; /* [rows][ld_wide], several products beside each other */
    float *q; /* [rows][D] */
    float *hidden; /* [rows][F], for what the kernels do not fuse; or NULL */
    float *scratch; /* of attention */
    void *feeds[3]; /* [rows] of D numbers: two to alternate, one aside */
    void *feed_ffn; /* [rows] of F numbers */
    float *units[4]; /* [rows], of each of these feeds */
    size_t bytes;
};

enum { WORK_ASIDE = 2, WORK_FFN = 3 }; /* feeds by number */

void work_init(
    struct work *w, const struct model *m, uint32_t rows, uint32_t keys);
void work_fini(struct work *w);

/* Feed number i for rows that are multiplied with that alpha next. */
struct feed work_feed(const struct work *w, size_t i, float alpha);

/* Aligned memory of n floats, not touched yet; free(). */
float *work_floats(size_t n, size_t *bytes);

/* A product, seen by the probe. */
void work_gemm(struct work *w, const struct gemm *g, const struct linear *l);

/* out = x W, where in is x if that is fed with the alpha of l, else x is fed
 * anew. */
void work_linear(struct work *w, const struct linear *l, const struct feed *in,
    const float *x, uint32_t rows, float *out, size_t ld_out);

/* out = x W for all parts.  in is x as the first part eats it. */
void work_wide(struct work *w, const struct wide *wide, const struct feed *in,
    const float *x, uint32_t rows, float *out, size_t ld_out);

/* x = norm(x + in W), the end of every sublayer; also into next. */
void work_norm(struct work *w, const struct linear *l, const struct norm *norm,
    const struct feed *in, uint32_t rows, const struct feed *next);

/* x = norm(x + W2 relu(W1 x)); also into next. */
void work_ffn(struct work *w, const struct ffn *f, const struct feed *in,
    uint32_t rows, const struct feed *next);

#endif
