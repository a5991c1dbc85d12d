/* SPDX-License-Identifier: ISC */
#ifndef NN_CALIBRATE_H
#define NN_CALIBRATE_H

#include <stddef.h>

#include "base/err.h"
#include "base/span.h"
#include "nn/tool/quantise.h"

/*
 * calibrate - the activation constants of a float32 model, from what it does
 * with sentences: 127 / (mean + 1.1 standard deviations) of the greatest |x| in
 * front of each product, as Marian's users do it.
 */
struct calibration {
    struct marian_alpha *alphas; /* [n], with their names owned */
    size_t n;
};

struct model_files;

enum { CALIBRATE_SENTENCES_MAX = 10000 };

/* Translate the sentences greedily with the model, which is opened in float32
 * for it.  False with err filled. */
bool calibrate(struct calibration *ret, const struct model_files *files,
    const struct span *sentences, size_t n, struct err *err);
void calibration_free(struct calibration *c);

#endif
