/* SPDX-License-Identifier: ISC */
#include "store/sqlite_migrate.h"

#include <stdint.h>
#include <stdio.h>

/* "Mshy", in the header of each of our files (see file(1)), so that a file of
 * another program is not taken for an empty one of ours. */
enum { APPLICATION_ID = 0x4d736879, SQL_BYTES = 128 };

static bool
exec(sqlite3 *db, const char *step, const char *sql, struct err *err)
{
    int rc = sqlite3_exec(db, sql, NULL, NULL, NULL);

    if (rc == SQLITE_OK)
        return true;
    return err_set(err, rc == SQLITE_BUSY ? FAIL_BUSY : FAIL_SYSTEM,
        "schema %s: %s", step, sqlite3_errmsg(db));
}

static bool
ask(sqlite3 *db, const char *sql, int64_t *ret, struct err *err)
{
    sqlite3_stmt *st;
    bool ok = sqlite3_prepare_v2(db, sql, -1, &st, NULL) == SQLITE_OK &&
              sqlite3_step(st) == SQLITE_ROW;

    if (ok)
        *ret = sqlite3_column_int64(st, 0);
    else
        err_set(err, FAIL_SYSTEM, "schema: %s", sqlite3_errmsg(db));
    sqlite3_finalize(st);
    return ok;
}

static bool
find_version(sqlite3 *db, int n, int64_t *ret, struct err *err)
{
    int64_t owner, objects;

    if (!ask(db, "PRAGMA application_id", &owner, err) ||
        !ask(db, "PRAGMA user_version", ret, err) ||
        !ask(db, "SELECT count(*) FROM sqlite_schema", &objects, err))
        return false;
    if (objects > 0 && owner != APPLICATION_ID)
        return err_set(
            err, FAIL_SYSTEM, "the file is the database of another program");
    if (*ret > n)
        return err_set(err, FAIL_SYSTEM,
            "the database has schema %lld, this program knows %d: upgrade the "
            "program",
            (long long)*ret, n);
    return true;
}

/* One step, unless another process was faster. */
static bool
apply(
    sqlite3 *db, const struct migration *m, int version, int n, struct err *err)
{
    char sql[SQL_BYTES];
    int64_t found;
    bool ok;

    if (!exec(db, m->name, "BEGIN IMMEDIATE", err))
        return false;
    ok = find_version(db, n, &found, err);
    if (ok && found < version) {
        snprintf(sql, sizeof(sql),
            "PRAGMA application_id=%d; PRAGMA user_version=%d", APPLICATION_ID,
            version);
        ok = exec(db, m->name, m->sql, err) && exec(db, m->name, sql, err);
    }
    ok = ok && exec(db, m->name, "COMMIT", err);
    if (!ok && !sqlite3_get_autocommit(db))
        sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
    return ok;
}

bool
sqlite_migrate(sqlite3 *db, const struct migration *list, int n, bool read_only,
    struct err *err)
{
    int64_t found;

    if (!find_version(db, n, &found, err))
        return false;
    if (read_only && found < n)
        return err_set(err, FAIL_SYSTEM,
            "the database has schema %lld, a reader needs %d", (long long)found,
            n);
    for (int version = (int)found + 1; version <= n; version++)
        if (!apply(db, &list[version - 1], version, n, err))
            return false;
    return true;
}
