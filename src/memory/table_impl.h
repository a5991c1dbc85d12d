/* SPDX-License-Identifier: ISC */
#ifndef MEMORY_TABLE_IMPL_H
#define MEMORY_TABLE_IMPL_H

#include "memory/table.h"
#include "text/lang.h"

/* The inside of a table, shared by table.c, which looks, and table_read.c. */

/* A slot of a column's hash table.  Alternatives with one key stand in the
 * order of their lines along the probe sequence, since nothing is removed. */
struct slot {
    uint32_t hash; /* the upper half */
    uint32_t line; /* where its line starts; 0, the header's: free */
};

struct column {
    char language[LANG_CODE_BYTES];
    struct slot *slots; /* owned; mask + 1 of them */
    size_t mask;
    size_t n; /* alternatives */
};

struct table {
    struct span text; /* the file's; owned */
    size_t n_lines, n_columns;
    uint64_t version;
    struct column columns[TABLE_COLUMNS_MAX];
};

uint64_t table_hash(const void *bytes, size_t n);
/* Questions are apart from what is none. */
uint64_t table_hash_phrase(const struct phrase *p);

/* The line that starts at byte at. */
struct span table_line_at(const struct table *t, size_t at);
/* The next line that is a meaning, from byte *pos of the file; absent at the
 * end. */
struct span table_next_line(const struct table *t, size_t *pos);
/* One line off the front of a text, without its end. */
struct span table_cut_line(struct span *rest);

/* Take the mark of words that stand beside others off the front of a line. */
bool table_take_plus(struct span *line);
/* Take an alternative off the front of a cell; *given: it is not understood. */
struct span table_take_alternative(struct span *cell, bool *given);

#endif
