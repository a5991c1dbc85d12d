/* SPDX-License-Identifier: ISC */
#ifndef STORE_SQLITE_MIGRATE_H
#define STORE_SQLITE_MIGRATE_H

#include <sqlite3.h>
#include <stdbool.h>

#include "base/err.h"
#include "store/migration.h"

/*
 * migrate - bring a database file up to date.  Step n of the list makes schema
 * version n; the version is PRAGMA user_version.  A step once released is
 * never changed, only followed by another.
 */
struct migrate_how {
    const struct migration *steps;
    int n;
    bool look_only; /* a file that lacks a step is refused, by its name */
    const char *path; /* NULL or ":memory:": there is nothing to copy */
};

/* Apply what the file lacks, one transaction each.  Refuses a file of a newer
 * program and one that is not ours.  A file that holds something is copied
 * first, to PATH.schema-N of its version; without a copy nothing is changed. */
bool sqlite_migrate(
    sqlite3 *db, const struct migrate_how *how, struct err *err);

#endif
