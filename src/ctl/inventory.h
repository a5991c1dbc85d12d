/* SPDX-License-Identifier: ISC */
#ifndef CTL_INVENTORY_H
#define CTL_INVENTORY_H

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "models/manifest.h"

/*
 * inventory - what is in a backup: files with their hashes, and how many rows
 * each table of the database has.  As JSON it is the archive's manifest.json.
 */
enum {
    INVENTORY_NAME_BYTES = 128,
    INVENTORY_FILES_MAX = 200000,
    INVENTORY_TABLES_MAX = 1000,
    INVENTORY_BYTES_MAX = 64 * 1024 * 1024,
};

#define INVENTORY_DATABASE "meeshy.db"
#define INVENTORY_NAME "manifest.json"
#define INVENTORY_FILES "files/" /* what people sent, by its SHA-256 */

struct inventory_file {
    char name[INVENTORY_NAME_BYTES];
    uint64_t bytes;
    char sha256[MANIFEST_SHA256_BYTES];
};

struct inventory_table {
    char name[INVENTORY_NAME_BYTES];
    int64_t rows;
};

struct inventory { /* zeroed: empty */
    int64_t created_ms;
    int64_t schema;
    struct inventory_file *files;
    size_t n_files;
    struct inventory_table *tables;
    size_t n_tables;
};

/* Is it a name that a backup may have: no way out of the folder? */
bool inventory_may(struct span name);

/* An entry at the end, borrowed until the next. */
struct inventory_file *inventory_add(struct inventory *inv, const char *name);

/* Schema and tables of a database, which nobody else writes to. */
bool inventory_count(
    struct inventory *inv, const char *database, struct err *err);

/* Has the database those tables with those rows, and is it sound? */
bool inventory_compare(
    const struct inventory *inv, const char *database, struct err *err);

/* Are the files in dir these? */
bool inventory_check(
    const struct inventory *inv, const char *dir, struct err *err);

void inventory_put(const struct inventory *inv, struct buf *to);
bool inventory_read(struct span text, struct inventory *ret, struct err *err);

void inventory_free(struct inventory *inv);

#endif
