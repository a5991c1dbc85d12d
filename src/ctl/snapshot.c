/* SPDX-License-Identifier: ISC */
#include "ctl/snapshot.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "ctl/scratch.h"

enum {
    PAGES_A_STEP = 1024, /* then writers get a turn */
    RETRY_MS = 20,
};

static sqlite3 *
open_database(const char *path, int flags, struct err *err)
{
    sqlite3 *db = NULL;

    if (sqlite3_open_v2(path, &db, flags, NULL) == SQLITE_OK) {
        sqlite3_busy_timeout(db, SNAPSHOT_BUSY_MS_MAX);
        return db;
    }
    err_set(err, FAIL_NOT_FOUND, "open %s: %s", path,
        db ? sqlite3_errmsg(db) : "no memory");
    sqlite3_close(db);
    return NULL;
}

/* A read transaction around all steps: what is committed meanwhile is not in
 * the copy, and need not start it over. */
static bool
copy(sqlite3 *from, sqlite3 *to, struct err *err)
{
    int64_t deadline_ms = clock_mono_ms() + SNAPSHOT_BUSY_MS_MAX;
    sqlite3_backup *b;
    int rc;

    rc = sqlite3_exec(
        from, "BEGIN; SELECT count(*) FROM sqlite_schema", NULL, NULL, NULL);
    b = rc == SQLITE_OK ? sqlite3_backup_init(to, "main", from, "main") : NULL;
    if (!b)
        return err_set(err, FAIL_SYSTEM, "copy the database: %s",
            sqlite3_errmsg(rc == SQLITE_OK ? to : from));
    while ((rc = sqlite3_backup_step(b, PAGES_A_STEP)) != SQLITE_DONE) {
        if (rc == SQLITE_OK) {
            deadline_ms = clock_mono_ms() + SNAPSHOT_BUSY_MS_MAX;
            continue;
        }
        if ((rc != SQLITE_BUSY && rc != SQLITE_LOCKED) ||
            clock_mono_ms() > deadline_ms)
            break;
        sqlite3_sleep(RETRY_MS);
    }
    sqlite3_backup_finish(b);
    sqlite3_exec(from, "ROLLBACK", NULL, NULL, NULL);
    if (rc == SQLITE_DONE)
        return true;
    return err_set(
        err, FAIL_SYSTEM, "copy the database: %s", sqlite3_errstr(rc));
}

static int
expect_ok(void *ctx, int n, char **values, char **names)
{
    bool *ok = ctx;

    (void)names;
    *ok = n == 1 && values[0] && strcmp(values[0], "ok") == 0;
    return 0;
}

/* A copy that is put back is another history than what it replaces: without a
 * row in the table the gateway begins a new epoch (store/sqlite/epoch.c). */
static bool
forget_epoch(sqlite3 *db, struct err *err)
{
    static const char any[] =
        "SELECT 1 FROM sqlite_schema WHERE name = 'epoch' AND type = 'table'";
    sqlite3_stmt *st = NULL;
    int rc = sqlite3_prepare_v2(db, any, -1, &st, NULL);

    if (rc == SQLITE_OK)
        rc = sqlite3_step(st);
    sqlite3_finalize(st);
    if (rc == SQLITE_DONE) /* of an older release */
        return true;
    if (rc == SQLITE_ROW)
        rc = sqlite3_exec(db, "DELETE FROM epoch", NULL, NULL, NULL);
    return rc == SQLITE_OK || err_set(err, FAIL_SYSTEM, "copy the database: %s",
                                  sqlite3_errmsg(db));
}

/* The copy as one file, whole: without a journal beside it. */
static bool
check(sqlite3 *db, struct err *err)
{
    bool ok = false;

    if (sqlite3_exec(db, "PRAGMA journal_mode=DELETE", NULL, NULL, NULL) !=
            SQLITE_OK ||
        sqlite3_exec(db, "PRAGMA integrity_check(1)", expect_ok, &ok, NULL) !=
            SQLITE_OK ||
        !ok)
        return err_set(
            err, FAIL_SYSTEM, "the copy is damaged: %s", sqlite3_errmsg(db));
    return true;
}

/* A connection that closes last moves the log into the file, which only the
 * gateway's may do: see store/sqlite/sqlite.c. */
static void
leave_log(sqlite3 *db)
{
    sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
}

/* Fill the file at path, which is ours and empty. */
static bool
fill(const char *from, const char *path, struct err *err)
{
    sqlite3 *source = open_database(from, SQLITE_OPEN_READWRITE, err);
    sqlite3 *target =
        source ? open_database(path, SQLITE_OPEN_READWRITE, err) : NULL;
    bool ok;

    if (source)
        leave_log(source);
    ok = target && copy(source, target, err) && forget_epoch(target, err) &&
         check(target, err);

    sqlite3_close(target);
    sqlite3_close(source);
    return ok;
}

bool
snapshot_make(const char *from, const char *to, struct err *err)
{
    static const char scheme[] = "sqlite:";
    bool ok;
    int fd;

    if (strncmp(from, scheme, sizeof(scheme) - 1) == 0)
        from += sizeof(scheme) - 1;
    fd = open(to, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    if (fd < 0)
        return err_set(err, errno == EEXIST ? FAIL_CONFLICT : FAIL_SYSTEM,
            "create %s: %m", to);
    close(fd);
    ok = fill(from, to, err) && scratch_sync_folder_of(to, err);
    if (!ok)
        unlink(to);
    return ok;
}
