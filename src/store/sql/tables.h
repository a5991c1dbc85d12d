/* SPDX-License-Identifier: ISC */
#ifndef STORE_SQL_TABLES_H
#define STORE_SQL_TABLES_H

#include "store/sql/sql.h"

/*
 * tables - what tables a database has, as its catalogue says: so that copying
 * (copy.c) knows of those that come with the next migration.
 */
enum {
    TABLES_MAX = 128,
    TABLE_COLUMNS_MAX = 32, /* as many as a statement takes parameters */
    TABLE_KEY_MAX = 4,
    TABLE_NAME_BYTES = 64,
};

enum column_kind {
    COLUMN_INT,
    COLUMN_BOOL,
    COLUMN_REAL,
    COLUMN_TEXT,
    COLUMN_BLOB
};

struct column {
    char name[TABLE_NAME_BYTES];
    enum column_kind kind;
};

struct table {
    char name[TABLE_NAME_BYTES];
    struct column columns[TABLE_COLUMNS_MAX]; /* by name */
    int n_columns;
    int key[TABLE_KEY_MAX],
        n_key; /* columns of the primary key, in its order */
};

struct tables {
    struct table tables[TABLES_MAX]; /* by name */
    int n;
};

/* Those that hold what people made.  The caller frees it; NULL: err says why. */
struct tables *tables_read(struct sql *s, struct err *err);

/* Have both the same tables of the same columns and keys? */
bool tables_same(
    const struct tables *a, const struct tables *b, struct err *err);

#endif
