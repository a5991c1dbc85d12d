/* SPDX-License-Identifier: ISC */
#ifndef ENGINE_NEURAL_MARKS_H
#define ENGINE_NEURAL_MARKS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/span.h"

struct batcher_alignment;

/*
 * neural_marks - what stands for spans inside a segment (text/standin.h), as a
 * model sees it.  Pure.
 *
 * Private-use characters are in no vocabulary, so a model never sees them: they
 * are taken out, and put back where the words went that they stood at, as the
 * alignment of the model says.
 *
 * Digits are seen as a common name or a common number, which models know how to
 * carry over and inflect; whatever became of it gives way to the digits again.
 * Measured with our student of French, on 68 sentences with a name replaced
 * (chrF): the name itself 69.9, Tom 68.4, Paris 67.2, John 65.8, Boston 63.5,
 * Mary 62.8, London 57.0, five digits 52.3.  The same is done for names that a
 * model lost when it saw them (neural_names.h).
 */
enum { NEURAL_MARKS_MAX = 128 };

struct neural_mark {
    size_t at; /* byte of the text that the model sees */
    size_t len; /* of the word there that stands for it; 0: a mark */
    bool before; /* the mark touches the word behind it */
    bool after; /* it touches the word before it */
    struct span bytes; /* what it is, in the text that was given */
};

struct neural_marks {
    size_t n;
    struct neural_mark list[NEURAL_MARKS_MAX];
};

/* Append the text as the model shall see it to out, and note what was changed;
 * names are words of the text, in order, that it shall not see either.  False,
 * and out as it was, when that is too much.  The text is borrowed until
 * neural_marks_put. */
bool neural_marks_take(struct span text, const struct span *names,
    size_t n_names, struct neural_marks *ret, struct buf *out);

/* Append the translation of source, which is what neural_marks_take made, with
 * everything back in its place.  False, and out as it was, when it is not clear
 * where something belongs. */
bool neural_marks_put(const struct neural_marks *marks, struct span source,
    struct span translation, const struct batcher_alignment *alignment,
    struct buf *out);

/* How many bytes of punctuation text begins with: a piece of a sentence may begin
 * with what closed the one before it, which models drop: ", how are you?" */
size_t neural_marks_lead(struct span text);

#endif
