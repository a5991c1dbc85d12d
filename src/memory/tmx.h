/* SPDX-License-Identifier: ISC */
#ifndef MEMORY_TMX_H
#define MEMORY_TMX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "memory/table.h"

/*
 * tmx - Translation Memory eXchange 1.4, which other programs write and read,
 * to and from tables.
 *
 * Of a translation unit count the languages and the text of its segments;
 * inline elements are dropped, what they mark is kept.  Entities are never
 * fetched from anywhere.
 */
enum { TMX_BYTES_MAX = 64 * 1024 * 1024 };

struct tmx_count {
    size_t units; /* translated into the table */
    size_t left_out; /* too long, of one language, or no words */
};

/* Append the table that the document says, as text for table_read.  False with
 * err filled, which names the line, when it is no TMX. */
bool tmx_read(
    struct span xml, struct buf *table, struct tmx_count *ret, struct err *err);

/* Write all of a table. */
void tmx_write(const struct table *t, FILE *to);

#endif
