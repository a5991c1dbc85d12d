/* SPDX-License-Identifier: ISC */
#ifndef STORE_MIGRATION_H
#define STORE_MIGRATION_H

/*
 * migration - one numbered step of a database's schema.  A step once released
 * is never changed, only followed by another.
 */
struct migration {
    const char *name; /* of the file in schema/ */
    const char *sql;
};

/* Made from sqlite/schema and pg/schema at build time. */
extern const struct migration sqlite_migrations[], pg_migrations[];
extern const int sqlite_migrations_n, pg_migrations_n;

#endif
