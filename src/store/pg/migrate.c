/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "store/migration.h"
#include "store/pg/pg.h"

/*
 * DESIGN.  Step n of the list makes schema version n, as with SQLite; the
 * version is in the table schema_version.  Gateways that start together take
 * turns by a lock: each step is a transaction that looks again.
 */
enum { SQL_BYTES = 200 };

static const char lock[] =
    "BEGIN; SET LOCAL lock_timeout = 0; SET LOCAL statement_timeout = 0;"
    "SELECT pg_advisory_xact_lock(hashtextextended('meeshy schema', 0))";

static bool
find_version(struct pg *p, int *ret, struct err *err)
{
    char there[16], version[16] = "0";

    if (!pg_ask(p, "SELECT to_regclass('schema_version') IS NOT NULL", there,
            sizeof(there), err) ||
        (there[0] == 't' &&
            !pg_ask(p, "SELECT max(version) FROM schema_version", version,
                sizeof(version), err)))
        return false;
    *ret = atoi(version);
    if (*ret > pg_migrations_n)
        return err_set(err, FAIL_SYSTEM,
            "the database has schema %d, this program knows %d: upgrade the "
            "program",
            *ret, pg_migrations_n);
    return true;
}

static bool
make_schema(struct pg *p, struct err *err)
{
    char sql[SQL_BYTES];

    snprintf(sql, sizeof(sql),
        "CREATE SCHEMA IF NOT EXISTS %s; CREATE TABLE IF NOT EXISTS "
        "schema_version (version integer NOT NULL)",
        p->schema);
    return pg_exec(p, sql, err);
}

/* One step, unless another process was faster. */
static bool
apply(struct pg *p, int version, struct err *err)
{
    const struct migration *m = &pg_migrations[version - 1];
    char sql[SQL_BYTES];
    int found = 0;
    bool ok;

    ok = pg_exec(p, lock, err) && make_schema(p, err) &&
         find_version(p, &found, err);
    if (ok && found < version) {
        snprintf(sql, sizeof(sql),
            "INSERT INTO schema_version (version) VALUES (%d)", version);
        ok = pg_exec(p, m->sql, err) && pg_exec(p, sql, err);
        if (ok)
            log_info("database schema step=%s", m->name);
    }
    if (ok)
        return pg_exec(p, "COMMIT", err);
    pg_exec(p, "ROLLBACK", NULL);
    return false;
}

bool
pg_migrate(struct pg *p, bool look_only, struct err *err)
{
    int found;

    if (!find_version(p, &found, err))
        return false;
    if (found < pg_migrations_n && look_only)
        return err_set(err, FAIL_SYSTEM,
            "the database has schema %d, this program needs %d: %s is to be "
            "applied",
            found, pg_migrations_n, pg_migrations[found].name);
    for (int version = found + 1; version <= pg_migrations_n; version++)
        if (!apply(p, version, err))
            return false;
    return true;
}
