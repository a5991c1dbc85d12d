/* SPDX-License-Identifier: ISC */
#include "ctl/vacuum.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/tap.h"

static char dir[64], path[96];
static struct err err;

static void
begin(void)
{
    snprintf(dir, sizeof(dir), "/tmp/vacuum_test_XXXXXX");
    CHECK(mkdtemp(dir) != NULL);
    snprintf(path, sizeof(path), "%s/a.db", dir);
}

static void
end(void)
{
    char command[128];

    snprintf(command, sizeof(command), "rm -r %s", dir);
    CHECK(system(command) == 0);
}

static void
run(const char *sql)
{
    sqlite3 *db;

    CHECK(sqlite3_open(path, &db) == SQLITE_OK);
    CHECK(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK);
    sqlite3_close(db);
}

static void
room_of_what_was_deleted_is_given_back(void)
{
    struct vacuum v = {0};
    struct stat st;
    char log[128];

    begin();
    run("PRAGMA journal_mode=WAL; CREATE TABLE t(k INTEGER PRIMARY KEY, x);"
        "WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)"
        "INSERT INTO t SELECT i, hex(randomblob(500)) FROM n;"
        "DELETE FROM t WHERE k <> 7");
    CHECK(vacuum_run(path, &v, &err));
    CHECK(v.before > 1000000 && v.after < 100000);
    CHECK(stat(path, &st) == 0 && st.st_size == v.after);
    snprintf(log, sizeof(log), "%s-wal", path);
    CHECK(stat(log, &st) != 0 || st.st_size == 0);
    run("CREATE TABLE proof AS SELECT 1 / (count(*) = 1 AND sum(k) = 7) FROM t");
    end();
}

static void
what_is_no_database_is_left_alone(void)
{
    struct vacuum v = {0};
    FILE *f;

    begin();
    CHECK(!vacuum_run(path, &v, &err) && err.kind == FAIL_NOT_FOUND);
    f = fopen(path, "w");
    CHECK(f && fputs("no database at all, whatever one may think", f) >= 0);
    fclose(f);
    CHECK(!vacuum_run(path, &v, &err) && err.kind == FAIL_SYSTEM);
    end();
}

/* A file with a hole is larger than the disk has room for. */
static void
without_room_nothing_is_begun(void)
{
    struct vacuum v = {0};
    struct statvfs fs;

    begin();
    run("CREATE TABLE t(k)");
    CHECK(statvfs(dir, &fs) == 0);
    CHECK(truncate(path, (off_t)(fs.f_bavail * fs.f_frsize)) == 0);
    CHECK(!vacuum_run(path, &v, &err) && err.kind == FAIL_TOO_LARGE);
    end();
}

int
main(void)
{
    RUN(room_of_what_was_deleted_is_given_back);
    RUN(what_is_no_database_is_left_alone);
    RUN(without_room_nothing_is_begun);
    return tap_end();
}
