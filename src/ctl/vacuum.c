/* SPDX-License-Identifier: ISC */
#include "ctl/vacuum.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "base/buf.h"
#include "ctl/snapshot.h"

enum { COPIES = 2 }; /* the new one, and the write-ahead log that brings it */

int64_t
vacuum_needs(int64_t bytes)
{
    return COPIES * bytes;
}

/* SQLite makes its copy beside the database, where the room was looked at, and
 * not in a folder for such files, which may be in memory. */
static bool
look_at_room(const char *path, int64_t bytes, struct err *err)
{
    const char *slash = strrchr(path, '/');
    struct statvfs fs;
    struct buf dir = {0};
    bool ok;

    buf_addf(
        &dir, "%.*s", slash ? (int)(slash + 1 - path) : 1, slash ? path : ".");
    buf_addc(&dir, '\0');
    ok = statvfs(dir.p, &fs) == 0 && setenv("SQLITE_TMPDIR", dir.p, 1) == 0;
    if (!ok)
        err_set(err, FAIL_SYSTEM, "look at %s: %m", dir.p);
    else if ((int64_t)(fs.f_bavail * fs.f_frsize) < vacuum_needs(bytes))
        ok = err_set(err, FAIL_TOO_LARGE,
            "%s needs %lld MB of room while it is written anew", dir.p,
            (long long)vacuum_needs(bytes) / 1000000 + 1);
    buf_free(&dir);
    return ok;
}

static bool
size_of(const char *path, int64_t *ret, struct err *err)
{
    struct stat st;

    if (stat(path, &st) != 0)
        return err_set(err, FAIL_NOT_FOUND, "open %s: %m", path);
    *ret = (int64_t)st.st_size;
    return true;
}

bool
vacuum_run(const char *path, struct vacuum *ret, struct err *err)
{
    sqlite3 *db = NULL;
    bool ok;

    if (!size_of(path, &ret->before, err) ||
        !look_at_room(path, ret->before, err))
        return false;
    ok = sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK &&
         sqlite3_busy_timeout(db, SNAPSHOT_BUSY_MS_MAX) == SQLITE_OK &&
         sqlite3_exec(db, "VACUUM; PRAGMA wal_checkpoint(TRUNCATE)", NULL, NULL,
             NULL) == SQLITE_OK;
    if (!ok)
        err_set(err, FAIL_SYSTEM, "write %s anew: %s", path,
            db ? sqlite3_errmsg(db) : "no memory");
    sqlite3_close(db);
    return ok && size_of(path, &ret->after, err);
}
