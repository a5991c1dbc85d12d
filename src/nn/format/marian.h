/* SPDX-License-Identifier: ISC */
#ifndef NN_MARIAN_H
#define NN_MARIAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"

/*
 * marian - a Marian model file: named tensors.
 *
 * A .bin is mapped and never copied; an .npz (numpy's, OPUS-MT's) is unpacked
 * into memory once.  Immutable once open, so any thread may read.  All lengths
 * are checked when it is opened: the data of a tensor holds as many elements
 * as its dims say.
 */
struct marian;

enum {
    MARIAN_RANK_MAX = 4,
    MARIAN_TENSORS_MAX = 4096,
    MARIAN_ALIGN = 256, /* of every tensor's data */
};

/* Of a file, and of an .npz unpacked: opus-mt-tc-big has 0.9 GB. */
#define MARIAN_BYTES_MAX ((size_t)4 << 30)

enum marian_type {
    MARIAN_F32, /* row-major */
    MARIAN_I8, /* intgemm8: real = q / quant_mult, q in -127..127 (a file may
                  hold -128).  A weight of dims [k][n] is stored as n rows of
                  k; what has "Wemb" in its name is stored as its dims say */
    MARIAN_BYTES, /* text, such as special:model.yml with its closing NUL */
};

struct marian_tensor {
    struct span name;
    enum marian_type type;
    uint32_t rank, dims[MARIAN_RANK_MAX]; /* unused dims are 1 */
    const void *data;
    size_t bytes; /* of the elements alone: no padding, no quant_mult */
    float quant_mult; /* MARIAN_I8: finite and above 0; else 0 */
};

/* Map or unpack, by what is in the file.  NULL with err filled. */
struct marian *marian_open(const char *path, struct err *err);

/* The same for bytes in memory, borrowed until marian_close; a .bin wants them
 * aligned to MARIAN_ALIGN. */
struct marian *marian_open_bytes(const void *p, size_t n, struct err *err);

void marian_close(struct marian *m); /* NULL is fine */

/* NULL when there is none. */
const struct marian_tensor *marian_find(
    const struct marian *m, const char *name);

/* All of them, sorted by name in byte order. */
size_t marian_tensors(const struct marian *m, const struct marian_tensor **ret);

/* The value of a tensor of one element, such as Wemb_QuantMultA, whether it is
 * a float or was quantised by mistake; false when there is none. */
bool marian_scalar(const struct marian *m, const char *name, float *ret);

/* The text of special:model.yml without its NUL; {NULL, 0} without one. */
struct span marian_yml(const struct marian *m);

/* Write a .bin as Marian does (sorted by name, special:model.yml last, padded
 * to MARIAN_ALIGN), atomically: path is either the whole file or as before. */
bool marian_write(const char *path, const struct marian_tensor *tensors,
    size_t n, struct err *err);

#endif
