/* SPDX-License-Identifier: ISC */
#ifndef NN_MARIAN_IMPL_H
#define NN_MARIAN_IMPL_H

#include "nn/format/marian.h"

/* Inside of marian, for the files that make one: marian.c, marian_npz.c and
 * quantise.c. */
struct marian {
    struct marian_tensor *tensors; /* sorted by name once finished */
    size_t n, cap;
    void **kept; /* free() each */
    size_t n_kept, cap_kept;
    void *map; /* of the file, or NULL */
    size_t map_bytes;
};

struct marian *marian_new(void);

/* Memory of n bytes, aligned to MARIAN_ALIGN, that lives as long as m; NULL
 * when there is none. */
void *marian_keep(struct marian *m, size_t n);

/* Append a copy of t. */
void marian_push(struct marian *m, const struct marian_tensor *t);

/* Check a name from a file (printable, not too long) and keep a copy of it. */
bool marian_name(
    struct marian *m, struct span name, struct span *ret, struct err *err);

/* Check the dims and count the elements; false with err filled when there are
 * none or too many. */
bool marian_count(
    const struct marian_tensor *t, size_t *ret_elements, struct err *err);

/* Sort, and refuse two tensors of one name. */
bool marian_finish(struct marian *m, struct err *err);

/* Fill m from the bytes of an .npz. */
bool marian_npz(struct marian *m, const void *p, size_t n, struct err *err);

#endif
