/* SPDX-License-Identifier: ISC */
#ifndef NN_CUDA_IMPL_H
#define NN_CUDA_IMPL_H

#include "nn/cuda/launch.h"
#include "nn/device.h"
#include "nn/model_impl.h"

/*
 * What the files of the CUDA back end share: upload.c has the model, batch.c
 * the memory of one thread, layers.c what is computed in it, cuda.c the
 * interface.  Words as in model_impl.h; R is device_batch.work_rows.
 */

/* Host memory, and where it is on the device. */
struct copy {
    const char *host;
    size_t bytes;
    char *device;
};

struct device {
    const struct model *m; /* borrowed */
    struct copy copies[8]; /* weights, tables, positions */
    uint32_t n_copies;
    size_t bytes;
};

/* Weights and tables to the device, all in one go. */
bool upload_model(struct device *d, struct err *err);
void upload_free(struct device *d);

/* The device's address of what has been uploaded; NULL of NULL. */
const void *upload_at(const struct device *d, const void *host);

/* True when rc says so, else err filled with what could not be done. */
bool cuda_ok(cudaError_t rc, const char *what, struct err *err);

/* What goes to the device before an encoder run or a step, an array each, and
 * what comes back from a step. */
enum {
    IN_ID, /* piece */
    IN_AT, /* its position */
    IN_PLACE, /* encoder: first row of the sentence; decoder: slot */
    IN_KEYS, /* encoder: rows of the sentence; decoder: its t + 1 */
    IN_TO, /* encoder: row among keys and values */
    IN_SRC = IN_TO, /* decoder: n_src */
    IN_COLUMNS, /* decoder: of the output layer */
    IN_BANNED,
    IN_ARRAYS,
};
enum { OUT_AT, OUT_Y, OUT_MAX, OUT_SUM, OUT_ARRAYS };
enum { FEED_ASIDE = 2, FEED_FFN = 3, FEEDS };

struct device_batch {
    struct device *d; /* borrowed */
    cudaStream_t stream;
    uint32_t rows, steps; /* slots; pieces of each at most */
    uint32_t work_rows; /* that are computed together at most */

    /* On the device, all in one block. */
    char *block;
    size_t bytes;
    float *x, *q; /* [R][D] */
    float *wide; /* [R][3 D] */
    float *hidden; /* [R][F] */
    uint32_t *feeds[FEEDS]; /* [R] rows of D, D, D, F numbers */
    float *units[FEEDS]; /* [R] */
    float *kv; /* [slot][layer][2][SEARCH_SOURCE_MAX][D] */
    float *state; /* [slot][layer]: [D], or [steps][2 D] */
    size_t ld_state; /* floats of a slot */
    uint32_t *ids; /* [slot][candidates_max], with a shortlist */
    float *logits; /* [rows][ld_logits] */
    size_t ld_logits;
    float *head0; /* [rows][SEARCH_SOURCE_MAX] */
    uint32_t *in; /* [IN_ARRAYS][R] */
    uint32_t *out; /* [OUT_ARRAYS][rows] */

    /* Pinned, on the host. */
    uint32_t *in_host, *out_host;
    float *head0_host;
};

struct device_batch *batch_new(
    struct device *d, uint32_t rows, uint32_t steps, struct err *err);
void batch_free(struct device_batch *b); /* NULL is fine */

/* Floats of one layer's part of a state. */
static inline size_t
state_layer(const struct device_batch *b)
{
    size_t d = b->d->m->shape.dim;

    return b->d->m->shape.ssru ? d : 2 * d * b->steps;
}

/* Rows of keys and values: of a slot, and of one matrix in it. */
static inline uint32_t
kv_rows(const struct model *m)
{
    return 2 * m->shape.dec_depth * SEARCH_SOURCE_MAX;
}

/* Array i of what went to the device. */
static inline uint32_t *
batch_in(const struct device_batch *b, uint32_t i)
{
    return b->in + (size_t)i * b->work_rows;
}

/* Put on the stream: keys and values of all sentences, whose rows the arrays
 * tell. */
void layers_encode(struct device_batch *b, uint32_t rows);

/* Put on the stream: one step of so many rows, of which one has that many
 * columns and the others no more; what is best becomes b->out. */
void layers_step(
    struct device_batch *b, uint32_t rows, uint32_t columns, bool alignment);

#endif
