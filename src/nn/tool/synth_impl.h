/* SPDX-License-Identifier: ISC */
#ifndef NN_SYNTH_IMPL_H
#define NN_SYNTH_IMPL_H

#include "nn/tool/synth.h"

struct marian;

/* Inside of synth. */
struct synth_shape {
    const char *name;
    uint32_t dim, ffn, enc_depth, dec_depth, heads;
    bool self_attention, swish;
};

struct synth {
    const struct synth_spec *spec;
    struct synth_shape shape;
    bool joint;
    uint32_t vocab_src, vocab_trg;
    struct marian *m; /* the float model that grows */
};

/* Random numbers, the same on every machine. */
struct synth_random {
    uint64_t state;
};

/* A stream of its own for each name. */
struct synth_random synth_stream(const struct synth *s, const char *name);
uint64_t synth_next(struct synth_random *r);
float synth_uniform(struct synth_random *r, float limit); /* -limit .. limit */
float synth_normal(struct synth_random *r); /* mean 0, deviation 1 */

/* Add a float tensor of zeros; prefix and name are put together.  The data
 * belong to the model. */
float *synth_add(struct synth *s, const char *prefix, const char *name,
    uint32_t rows, uint32_t cols);
/* One that was added. */
float *synth_get(struct synth *s, const char *prefix, const char *name);

void synth_fill_random(struct synth *s);
void synth_fill_copy(struct synth *s);

/* Write the float model as numpy does. */
bool synth_npz(
    const char *path, const struct marian *m, bool deflate, struct err *err);

#endif
