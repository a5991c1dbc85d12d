/* SPDX-License-Identifier: ISC */
#ifndef NN_ENCODER_H
#define NN_ENCODER_H

#include <stdint.h>

struct work;

/*
 * encoder - source pieces to what the decoder looks at.  Sentences are laid
 * behind one another without padding: products run over all rows, attention
 * stays within each sentence.
 */
struct encoder_input {
    const uint32_t *ids;
    uint32_t n;
    float *kv; /* [layer][2][n][D]: keys and values of each decoder layer,
                  written */
};

/* All rows together fit the work. */
void encoder_run(struct work *w, const struct encoder_input *in, uint32_t n_in);

#endif
