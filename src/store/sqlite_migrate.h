/* SPDX-License-Identifier: ISC */
#ifndef STORE_SQLITE_MIGRATE_H
#define STORE_SQLITE_MIGRATE_H

#include <sqlite3.h>
#include <stdbool.h>

#include "base/err.h"

/*
 * migrate - bring a database file up to date.  Step n of the list makes schema
 * version n; the version is PRAGMA user_version.  A step once released is
 * never changed, only followed by another.
 */
struct migration {
    const char *name; /* of the file in schema/ */
    const char *sql;
};

/* Made from schema/ at build time. */
extern const struct migration sqlite_migrations[];
extern const int sqlite_migrations_n;

/* Apply what the file lacks, one transaction each.  Refuses a file of a newer
 * program and one that is not ours.  A read_only handle only checks. */
bool sqlite_migrate(sqlite3 *db, const struct migration *list, int n,
    bool read_only, struct err *err);

#endif
