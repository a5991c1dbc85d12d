/* SPDX-License-Identifier: ISC */
#ifndef MEMORY_TABLE_H
#define MEMORY_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "text/phrase.h"

/*
 * table - phrases in several languages that say the same, as people wrote
 * them, from a file of tab-separated columns:
 *
 *     en                   fr                  es
 *     hi|hey               salut               hola
 *     how are you?|how r u ça va ?|comment ça va ?
 *
 * The first line names the languages.  Each other line is one meaning; a cell
 * may be empty and may have alternatives between bars, of which the first is
 * what others are translated into and all are understood.  A text that stands
 * in several lines has the meaning of one where it comes first in its cell, and
 * else of the first line, of those that have the other language too.  An
 * alternative behind > is only given, not understood: in its language it says
 * something else more often.  Lines that begin with # are comments.
 * An alternative with a final ! counts as the first of its cell for a text that
 * has one: "morgen!" is a greeting, "morgen" tomorrow.
 * A line that begins with + has words that stand beside others without a comma,
 * as "hi", "please" and "dad" do.
 * A # in a phrase is any number from two up, or a time: memory.h fills it in.
 *
 * Phrases are written as inside a sentence: capitals only where words always
 * have them, no final mark but the question mark.
 *
 * Constant once open: any thread may look.  A look-up costs one probe of a
 * hash table for each column, whatever the size.
 */
struct table;

enum {
    TABLE_BYTES_MAX = 16 * 1024 * 1024, /* of a file */
    TABLE_COLUMNS_MAX = 32,
    TABLE_LINE_BYTES_MAX = 16 * 1024,
    TABLE_PHRASES_MAX = 1024 * 1024, /* of a column */
};

/* The text is copied.  NULL with err filled, which names the line. */
struct table *table_read(struct span text, struct err *err);
struct table *table_open(const char *path, struct err *err);
void table_free(struct table *t); /* NULL is fine */

/* The languages, as codes of lang.h. */
size_t table_columns(const struct table *t);
const char *table_language(const struct table *t, size_t column);
/* The column of the language, or table_columns(). */
size_t table_column(const struct table *t, struct span language);

size_t table_lines(const struct table *t); /* meanings */
size_t table_size(const struct table *t); /* of memory */
uint64_t table_version(const struct table *t); /* changes with the content */

/* What the phrase, of column source, is in column target. */
struct table_hit {
    struct span text; /* borrowed from the table; absent: it is not there */
    bool beside; /* it may stand beside others */
    bool clipped; /* it has fewer words than the phrase that comes first */
};
struct table_hit table_find(const struct table *t, const struct phrase *p,
    size_t source, size_t target);

/* Read on in the file: the next meaning's cells, as many as there are columns,
 * each with its alternatives, or absent; borrowed from the table.  Start with
 * *pos = 0; false at the end. */
bool table_next(
    const struct table *t, size_t *pos, struct span cells[TABLE_COLUMNS_MAX]);

#endif
