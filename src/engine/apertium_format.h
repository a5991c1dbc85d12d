/* SPDX-License-Identifier: ISC */
#ifndef ENGINE_APERTIUM_FORMAT_H
#define ENGINE_APERTIUM_FORMAT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

/*
 * apertium_format - text to Apertium's stream format and back, as
 * apertium-destxt and apertium-retxt do it: a full stop is put after every
 * text and taken away again, for without one the rules take a wrong end of
 * sentence, or none: "at the" and then nothing.  Two things are added.
 *
 * A frame: every request ends with a superblank "[#id]" which must come back
 * at the end of its answer.  Programs of a pipe that is breaking down emit
 * NULs of their own, and some lose a NUL; counting NULs would hand one
 * person's answer to another.
 *
 * Marks: Apertium marks words it cannot translate or inflect with * # @ and
 * grammatical tags in <>, and lt-proc -n does not take all of them away.  The
 * user's own travel inside superblanks, so that whatever is outside of them in
 * an answer is a mark, and goes.
 *
 * Words that mean the same in every language, by their look: links, e-mail
 * addresses, @mentions and #tags travel inside superblanks too.
 */

/* Append text, which holds no NUL, as the request id, without the NUL. */
void apertium_format(struct span text, uint64_t id, struct buf *out);

/* Append the text of the answer (without its NUL) to request id.  False when
 * the answer does not end with the frame of that request: out is untouched. */
bool apertium_unformat(struct span answer, uint64_t id, struct buf *out);

#endif
