/* SPDX-License-Identifier: ISC */
#ifndef NN_QUANTISE_H
#define NN_QUANTISE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct marian;

/* The activation constant of one matrix product: inputs are multiplied by it
 * and rounded.  name is the weight's, as in "encoder_l1_ffn_W1". */
struct marian_alpha {
    const char *name;
    float alpha;
};

/* Is this the name of a matrix that intgemm8 files store as int8? */
bool quantise_wants(const char *name);

/* An int8 model in memory out of any other: matrices quantised and transposed
 * as Marian's converter does, alphas (may be NULL, 0) added as
 * NAME_QuantMultA, everything else as it is.  What is int8 already stays so,
 * with alphas of its own that are not named anew.  Does not need m any more.
 * NULL with err filled: a matrix that is no matrix, or not finite. */
struct marian *quantise(const struct marian *m,
    const struct marian_alpha *alphas, size_t n_alphas, struct err *err);

/* From file to file: float .bin or .npz to intgemm8 .bin, atomically. */
bool quantise_file(const char *in, const char *out,
    const struct marian_alpha *alphas, size_t n_alphas, struct err *err);

#endif
