/* SPDX-License-Identifier: ISC */
#ifndef TEXT_STANDIN_H
#define TEXT_STANDIN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/span.h"
#include "text/inline.h"

/*
 * standin - what takes the place of a kept span inside a segment.
 *
 * Measured on Apertium with the names of the development data replaced (chrF,
 * en-es / es-en / fr-en / en-fr): the name itself 53.7 58.0 47.0 53.5, five
 * digits 51.9 53.6 45.5 50.9, a private-use character 45.8 51.8 44.4 47.3, an
 * unknown word 46.3 52.2 44.2 47.8; no one lost any.  So a span that is a word
 * of the sentence becomes digits.  A private-use character counts as white
 * space: right for emoji and marks, and where digits would touch a letter.
 *
 * The third digit is 1 for a number, 2 for a person and 0 for another word, for
 * engines that would rather see something else in their places
 * (engine/neural_marks.h).
 */
enum {
    STANDINS_MAX = 99, /* in one segment */
    STANDIN_DIGITS = 5,
};

struct standins {
    struct part *parts; /* of the segment; borrowed */
    size_t n;
    int base; /* the first digits of those that are digits */
};

/* Is this, all of it, digits of ours? */
bool standin_is_digits(struct span word);
bool standin_is_number(struct span digits); /* of a number? */
bool standin_is_person(struct span digits);

/* Append the segment as engines see it.  False when it has too many spans or
 * holds all the numbers we would use: out is as it was. */
bool standin_encode(struct standins *s, struct buf *out);

/* Append the stand-in of part k. */
void standin_put(const struct standins *s, size_t k, struct buf *out);

/* Read on at byte *i of a translation: returns text up to the next stand-in
 * (*part is NULL), or a stand-in (*part is its part); absent at the end. */
struct span standin_next(const struct standins *s, struct span translation,
    size_t *i, const struct part **part);

/* Every stand-in exactly once, pairs in order, around something, and nothing
 * that we did not send. */
bool standin_intact(const struct standins *s, struct span translation);

/* Append the translation with the spans in their places. */
void standin_decode(
    const struct standins *s, struct span translation, struct buf *out);

#endif
