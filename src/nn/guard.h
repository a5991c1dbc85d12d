/* SPDX-License-Identifier: ISC */
#ifndef NN_GUARD_H
#define NN_GUARD_H

#include <stdbool.h>
#include <stdint.h>

/*
 * guard - notices a translation that says the same phrase again and again, as
 * small models do when they are lost.  What the source itself repeats ("ha ha
 * ha ha") is no loop.
 */
enum {
    GUARD_PERIOD_MAX = 16, /* pieces in a phrase */
    GUARD_TIMES = 4, /* that a phrase is said, at least */
    GUARD_PIECES = 12, /* that all of it is long, at least */
};

struct guard {
    uint32_t allowed; /* pieces of repetition beyond these two bounds */
    uint32_t run[GUARD_PERIOD_MAX + 1]; /* pieces equal to the one p before */
};

/* src: ids of the source, its </s> included. */
void guard_init(struct guard *g, const uint32_t *src, uint32_t n_src);

/* out[n - 1] was added.  Returns the period of a loop, or 0. */
uint32_t guard_push(struct guard *g, const uint32_t *out, uint32_t n);

#endif
