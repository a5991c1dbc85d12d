/* SPDX-License-Identifier: ISC */
#include "ctl/snapshot.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/tap.h"

enum { ROWS = 5000, PATH_BYTES = 64 };

static char dir[] = "/tmp/meeshy-snapshot-XXXXXX";
static char from[PATH_BYTES], to[PATH_BYTES];

static void
do_sql(sqlite3 *db, const char *sql)
{
    CHECK(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK);
}

/* A database in use, in the gateway's journal mode. */
static sqlite3 *
make_source(void)
{
    sqlite3 *db;

    snprintf(from, sizeof(from), "%s/from.db", dir);
    snprintf(to, sizeof(to), "%s/to.db", dir);
    CHECK(sqlite3_open(from, &db) == SQLITE_OK);
    do_sql(db, "PRAGMA journal_mode=WAL; CREATE TABLE pair (a, b);");
    do_sql(db, "BEGIN");
    for (int i = 0; i < ROWS; i++)
        do_sql(db, "INSERT INTO pair VALUES (hex(randomblob(200)), 1)");
    do_sql(db, "COMMIT");
    return db;
}

static void
remove_all(sqlite3 *db)
{
    char path[PATH_BYTES + 8];

    sqlite3_close(db);
    unlink(to);
    unlink(from);
    snprintf(path, sizeof(path), "%s-wal", from);
    unlink(path);
    snprintf(path, sizeof(path), "%s-shm", from);
    unlink(path);
}

static int
number(const char *path, const char *sql)
{
    sqlite3 *db;
    sqlite3_stmt *stmt;
    int n = -1;

    CHECK(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK);
    if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) == SQLITE_OK &&
        sqlite3_step(stmt) == SQLITE_ROW)
        n = sqlite3_column_int(stmt, 0);
    sqlite3_finalize(stmt);
    sqlite3_close(db);
    return n;
}

struct writer {
    sqlite3 *db;
    atomic_bool stop;
    int written;
};

static void *
write_pairs(void *arg)
{
    struct writer *w = arg;

    while (!w->stop) {
        do_sql(w->db, "BEGIN; INSERT INTO pair VALUES (1, 2);"
                      "INSERT INTO pair VALUES (1, 2); COMMIT");
        w->written++;
    }
    return NULL;
}

static void
a_copy_of_a_busy_database_is_one_moment_of_it(void)
{
    struct writer w = {.db = make_source()};
    pthread_t thread;
    struct err err;

    CHECK(pthread_create(&thread, NULL, write_pairs, &w) == 0);
    CHECK(snapshot_make(from, to, &err));
    w.stop = true;
    pthread_join(thread, NULL);
    CHECK(number(to, "SELECT count(*) FROM pair WHERE b = 1") == ROWS);
    CHECK(number(to, "SELECT count(*) % 2 FROM pair WHERE b = 2") == 0);
    remove_all(w.db);
}

static void
a_copy_is_for_its_owner_alone_and_one_file(void)
{
    sqlite3 *db = make_source();
    char path[PATH_BYTES + 8];
    struct stat st;
    struct err err;
    char url[PATH_BYTES + 8];

    snprintf(url, sizeof(url), "sqlite:%s", from);
    CHECK(snapshot_make(url, to, &err));
    CHECK(stat(to, &st) == 0 && (st.st_mode & 0777) == 0600);
    snprintf(path, sizeof(path), "%s-wal", to);
    CHECK(access(path, F_OK) != 0);
    remove_all(db);
}

static void
a_copy_has_no_epoch_and_its_source_keeps_its_own(void)
{
    sqlite3 *db = make_source();
    struct err err;

    do_sql(db, "CREATE TABLE epoch (epoch TEXT, mark TEXT);"
               "INSERT INTO epoch VALUES ('e', 'm')");
    CHECK(snapshot_make(from, to, &err));
    CHECK(number(to, "SELECT count(*) FROM epoch") == 0);
    CHECK(number(from, "SELECT count(*) FROM epoch") == 1);
    remove_all(db);
}

static void
nothing_is_overwritten_and_a_failure_leaves_nothing(void)
{
    sqlite3 *db = make_source();
    struct err err;

    CHECK(snapshot_make(from, to, &err));
    CHECK(!snapshot_make(from, to, &err) && err.kind == FAIL_CONFLICT);
    unlink(to);
    CHECK(!snapshot_make("/nowhere/at.all", to, &err));
    CHECK(access(to, F_OK) != 0);
    remove_all(db);
}

static void
what_is_no_database_is_refused(void)
{
    sqlite3 *db = make_source();
    char junk[PATH_BYTES];
    struct err err;
    FILE *f;

    snprintf(junk, sizeof(junk), "%s/junk", dir);
    f = fopen(junk, "we");
    CHECK(f && fputs("this is a letter and no database", f) > 0);
    fclose(f);
    CHECK(!snapshot_make(junk, to, &err));
    CHECK(access(to, F_OK) != 0);
    unlink(junk);
    remove_all(db);
}

int
main(void)
{
    if (!mkdtemp(dir))
        return 1;
    RUN(a_copy_of_a_busy_database_is_one_moment_of_it);
    RUN(a_copy_is_for_its_owner_alone_and_one_file);
    RUN(a_copy_has_no_epoch_and_its_source_keeps_its_own);
    RUN(nothing_is_overwritten_and_a_failure_leaves_nothing);
    RUN(what_is_no_database_is_refused);
    rmdir(dir);
    return tap_end();
}
