/* SPDX-License-Identifier: ISC */
#ifndef NN_DECODER_H
#define NN_DECODER_H

#include <stddef.h>
#include <stdint.h>

struct feed;
struct model;
struct work;

/*
 * decoder - one step of many translations: the piece before becomes the input
 * of the output layer.  Every row has a state of its own; rows of one sentence
 * follow one another and look at the same source.
 */
enum { DECODER_START = UINT32_MAX }; /* the piece before the first */

struct decoder_row {
    uint32_t prev; /* the piece before, or DECODER_START */
    uint32_t t; /* pieces before: 0 at the start */
    float *state; /* decoder_state_floats; see decoder_state_clear */
};

struct decoder_group {
    uint32_t rows; /* of this sentence */
    uint32_t n_src;
    const float *kv; /* [layer][2][n_src][D], from the encoder */
    float *alignment; /* [rows][n_src]: what head 0 of the last layer looked
                         at, written; or NULL */
};

/* SSRU: [layer][D], the cell.  Self-attention: [layer][position][2 D], keys
 * and values, for at most steps positions. */
size_t decoder_state_floats(const struct model *m, uint32_t steps);
void decoder_state_clear(const struct model *m, float *state);
/* Copy what a state has after t steps; steps as above. */
void decoder_state_copy(const struct model *m, float *to, const float *from,
    uint32_t t, uint32_t steps);

/* The groups' rows are all rows, which fit the work.  Returns, in a feed of the
 * work's, what the output layer eats with that alpha. */
struct feed decoder_step(struct work *w, const struct decoder_row *rows,
    const struct decoder_group *groups, uint32_t n_groups, uint32_t steps,
    float out_alpha);

#endif
