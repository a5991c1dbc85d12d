/* SPDX-License-Identifier: ISC */
#ifndef MEMORY_CELL_H
#define MEMORY_CELL_H

#include "base/buf.h"
#include "base/span.h"

/*
 * cell - a sentence as people write it, as a cell of a table (table.h) has it:
 * one line, no final full stop, a small letter in front unless the word has
 * capitals of its own or is written so.  Pure.
 */

/* Append it, behind a bar if the cell has something.  False, and nothing is
 * appended: it is no phrase (phrase.h), or has a mark of tables. */
bool cell_add(struct buf *cell, struct span text, struct span language);

#endif
