/* SPDX-License-Identifier: ISC */
#ifndef NN_DEVICE_H
#define NN_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/*
 * device - arithmetic somewhere else than on the processor: encoder, decoder
 * and output layer of many sentences, each on one row.  Which sentences, how
 * long, and what becomes of the pieces is search's.
 *
 * A device computes what the kernels define (kernel.h), to the last bit: the
 * same model gives the same translation, with the same scores, on all of them.
 * It has int8 and float32, one row for each sentence (no beams).
 *
 * A struct device is a model whose weights it has; constant, so that threads
 * share it.  A struct device_batch is what one thread computes on it: it has
 * an owner thread, and slots, which keep keys, values and the decoder's state
 * of one sentence each.
 */
struct model;
struct device;
struct device_batch;

enum device_kind {
    DEVICE_CPU, /* the processor: none of these */
    DEVICE_CUDA,
};

/* "cpu", "cuda". */
const char *device_name(enum device_kind kind);
bool device_parse(const char *name, enum device_kind *ret);

enum {
    DEVICE_START = UINT32_MAX, /* the piece before the first */
    DEVICE_ROWS = 256, /* that make a device worth its while */
    DEVICE_SOURCES = 4096, /* pieces that are encoded together */
};

/* A sentence that comes. */
struct device_source {
    uint32_t slot;
    const uint32_t *src; /* [n_src] ids */
    uint32_t n_src; /* 1..SEARCH_SOURCE_MAX */
    const uint32_t *ids; /* [n_ids], its candidates; NULL: all words */
    uint32_t n_ids;
};

/* A sentence's next step. */
struct device_row {
    uint32_t slot;
    uint32_t prev; /* the piece before, or DEVICE_START */
    uint32_t t; /* pieces before: 0 at the start */
    uint32_t n_src, n_ids; /* as it came */
    uint32_t banned; /* column that is never best; UINT32_MAX: none */
    float *alignment; /* [n_src], written: what head 0 of the last layer looked
                         at; or NULL */
};

/* What the output layer says of a row. */
struct device_best {
    uint32_t at; /* the greatest column but banned, the first of equals */
    float y; /* it */
    float max, sum; /* of all columns: the greatest; sum of exp(y - max) */
};

struct device_ops {
    /* Give it m's weights, which it borrows until close.  NULL with err filled
     * where there is no such device, and for what it does not compute. */
    struct device *(*open)(const struct model *m, struct err *err);
    void (*close)(struct device *d);
    size_t (*bytes)(const struct device *d); /* of its memory */

    /* Slots 0..rows-1, for at most steps pieces each. */
    struct device_batch *(*batch_new)(
        struct device *d, uint32_t rows, uint32_t steps, struct err *err);
    void (*batch_free)(struct device_batch *b);
    size_t (*batch_bytes)(const struct device_batch *b);

    /* Encode; at most DEVICE_SOURCES pieces together.  False, here and in
     * step: the device is lost, and so is what is under way on it. */
    bool (*join)(struct device_batch *b, const struct device_source *list,
        uint32_t n, struct err *err);
    /* One piece for each of n rows. */
    bool (*step)(struct device_batch *b, const struct device_row *rows,
        uint32_t n, struct device_best *ret, struct err *err);
};

/* Those linked into this program; NULL for others. */
const struct device_ops *device_find(enum device_kind kind);

#endif
