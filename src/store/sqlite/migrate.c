/* SPDX-License-Identifier: ISC */
#include "store/sqlite/migrate.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"

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

/* ---- the copy of before ---- */

static bool
copy_into(sqlite3 *from, sqlite3 *to, struct err *err)
{
    sqlite3_backup *b = sqlite3_backup_init(to, "main", from, "main");
    bool done = b && sqlite3_backup_step(b, -1) == SQLITE_DONE;

    sqlite3_backup_finish(b);
    return done || err_set(err, FAIL_SYSTEM,
                       "the copy before the migration: %s", sqlite3_errmsg(to));
}

/* To a name that only a whole copy gets. */
static bool
copy_to(sqlite3 *db, const char *path, const char *part, struct err *err)
{
    int fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    sqlite3 *to = NULL;
    bool ok = false;

    if (fd < 0)
        return err_set(err, FAIL_SYSTEM, "%s: %m", part);
    close(fd);
    if (sqlite3_open_v2(part, &to, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK)
        ok = copy_into(db, to, err);
    else
        err_set(err, FAIL_SYSTEM, "%s: %s", part, sqlite3_errmsg(to));
    sqlite3_close(to);
    if (ok && rename(part, path) == 0)
        return true;
    if (ok)
        err_set(err, FAIL_SYSTEM, "%s: %m", path);
    unlink(part);
    return false;
}

static bool
keep_copy(sqlite3 *db, const char *path, int64_t version, struct err *err)
{
    size_t bytes = strlen(path) + 48;
    char *copy, *part;
    bool ok;

    copy = xmalloc(bytes);
    part = xmalloc(bytes);
    snprintf(copy, bytes, "%s.schema-%lld", path, (long long)version);
    snprintf(part, bytes, "%s.part", copy);
    ok = copy_to(db, copy, part, err);
    if (ok)
        log_info("database copied before its migration copy=%s", copy);
    free(copy);
    free(part);
    return ok;
}

bool
sqlite_migrate(sqlite3 *db, const struct migrate_how *how, struct err *err)
{
    bool file = how->path && strcmp(how->path, ":memory:") != 0;
    int64_t found;

    if (!find_version(db, how->n, &found, err))
        return false;
    if (found == how->n)
        return true;
    if (how->look_only)
        return err_set(err, FAIL_SYSTEM,
            "the database has schema %lld, this program needs %d: %s is to be "
            "applied",
            (long long)found, how->n, how->steps[found].name);
    if (file && found > 0 && !keep_copy(db, how->path, found, err))
        return false;
    for (int version = (int)found + 1; version <= how->n; version++)
        if (!apply(db, &how->steps[version - 1], version, how->n, err))
            return false;
    return true;
}
