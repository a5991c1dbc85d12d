/* SPDX-License-Identifier: ISC */
#ifndef TEXT_LINES_H
#define TEXT_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

/*
 * lines - cuts a text into what a translator sees and what it must not touch.
 *
 * Pieces follow each other without a gap: put together again they are the text
 * byte for byte.  A piece to translate is one line, or a part of one that is
 * too long, without white space at its ends and with at least one letter; the
 * rest (line breaks, indentation, "12:30", "---") is kept as it is.
 */
struct line_piece {
    struct span text; /* borrowed from the text */
    bool translate;
};

/* Start with *rest = the text, which is valid UTF-8.  Takes the next piece, of
 * at most max_bytes >= 8 bytes if it is to be translated, from *rest; false at
 * the end. */
bool lines_next(struct span *rest, size_t max_bytes, struct line_piece *ret);

#endif
