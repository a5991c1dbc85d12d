/* SPDX-License-Identifier: ISC */
#ifndef ENGINE_NEURAL_MARKS_H
#define ENGINE_NEURAL_MARKS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/span.h"

struct batcher_alignment;

/*
 * neural_marks - private-use characters, which stand for marks and emoji inside
 * a segment (text/standin.h).  No vocabulary has them, so a model never sees
 * them: they are taken out, and put back where the words went that they stood
 * at, as the alignment of the model says.  Pure.
 */
enum { NEURAL_MARKS_MAX = 128 };

struct neural_mark {
    size_t at; /* byte of the text without marks */
    bool before; /* it touches the word behind it */
    bool after; /* it touches the word before it */
    char bytes[3];
};

struct neural_marks {
    size_t n;
    struct neural_mark list[NEURAL_MARKS_MAX];
};

/* Does the text have any? */
bool neural_marks_in(struct span text);

/* Append the text without its marks to out, and note them.  False when there
 * are too many. */
bool neural_marks_take(
    struct span text, struct neural_marks *ret, struct buf *out);

/* Append the translation of the text without marks, with them.  False, and out
 * as it was, when it is not clear where one belongs. */
bool neural_marks_put(const struct neural_marks *marks, struct span source,
    struct span translation, const struct batcher_alignment *alignment,
    struct buf *out);

#endif
