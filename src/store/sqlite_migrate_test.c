/* SPDX-License-Identifier: ISC */
#include "store/sqlite_migrate.h"

#include <string.h>

#include "store/test_store.h"

static const struct migration steps[] = {
    {"001_a.sql", "CREATE TABLE a (x INTEGER); INSERT INTO a VALUES (1);"},
    {"002_b.sql", "ALTER TABLE a ADD COLUMN y INTEGER; UPDATE a SET y = x + 1"},
};
static const struct migration bad_steps[] = {
    {"001_a.sql", "CREATE TABLE a (x INTEGER); INSERT INTO a VALUES (1);"},
    {"002_b.sql", "ALTER TABLE a ADD COLUMN y INTEGER; this is no SQL"},
};

static sqlite3 *
open_memory(void)
{
    sqlite3 *db = NULL;

    CHECK(sqlite3_open(":memory:", &db) == SQLITE_OK);
    return db;
}

static int
number(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *st = NULL;
    int n = -1;

    if (sqlite3_prepare_v2(db, sql, -1, &st, NULL) == SQLITE_OK &&
        sqlite3_step(st) == SQLITE_ROW)
        n = sqlite3_column_int(st, 0);
    sqlite3_finalize(st);
    return n;
}

static void
an_older_file_gets_the_steps_it_lacks_and_keeps_its_rows(void)
{
    sqlite3 *db = open_memory();

    CHECK(sqlite_migrate(db, steps, 1, false, NULL));
    CHECK(number(db, "PRAGMA user_version") == 1);
    CHECK(sqlite_migrate(db, steps, 2, false, NULL));
    CHECK(number(db, "PRAGMA user_version") == 2);
    CHECK(number(db, "SELECT y FROM a") == 2);
    CHECK(sqlite_migrate(db, steps, 2, false, NULL)); /* nothing to do */
    CHECK(number(db, "SELECT count(*) FROM a") == 1);
    sqlite3_close(db);
}

static void
a_step_that_fails_leaves_the_version_before_it(void)
{
    sqlite3 *db = open_memory();
    struct err err = {0};

    CHECK(!sqlite_migrate(db, bad_steps, 2, false, &err));
    CHECK(err.kind == FAIL_SYSTEM && strstr(err.text, "002_b.sql"));
    CHECK(number(db, "PRAGMA user_version") == 1);
    CHECK(number(db, "SELECT y FROM a") == -1); /* no such column */
    CHECK(sqlite3_get_autocommit(db));
    CHECK(sqlite_migrate(db, steps, 2, false, NULL));
    sqlite3_close(db);
}

static void
a_newer_file_is_refused_and_untouched(void)
{
    sqlite3 *db = open_memory();
    struct err err = {0};

    CHECK(sqlite_migrate(db, steps, 2, false, NULL));
    CHECK(!sqlite_migrate(db, steps, 1, false, &err));
    CHECK(err.kind == FAIL_SYSTEM && strstr(err.text, "upgrade"));
    CHECK(number(db, "PRAGMA user_version") == 2);
    sqlite3_close(db);
}

static void
a_reader_refuses_an_older_file_and_changes_nothing(void)
{
    sqlite3 *db = open_memory();
    struct err err = {0};

    CHECK(sqlite_migrate(db, steps, 1, false, NULL));
    CHECK(!sqlite_migrate(db, steps, 2, true, &err));
    CHECK(err.kind == FAIL_SYSTEM);
    CHECK(number(db, "PRAGMA user_version") == 1);
    CHECK(sqlite_migrate(db, steps, 1, true, NULL));
    sqlite3_close(db);
}

static void
the_database_of_another_program_is_refused(void)
{
    sqlite3 *db = open_memory();
    struct err err = {0};

    CHECK(sqlite3_exec(db, "CREATE TABLE recipes (x)", NULL, NULL, NULL) ==
          SQLITE_OK);
    CHECK(!sqlite_migrate(db, steps, 2, false, &err));
    CHECK(strstr(err.text, "another program"));
    CHECK(number(db, "SELECT count(*) FROM sqlite_schema") == 1);
    sqlite3_close(db);
}

static void
a_file_of_a_newer_program_does_not_open(void)
{
    struct fixture f = fixture_new();
    struct err err = {0};

    store_close(f.s);
    CHECK(test_ask(f.path, "PRAGMA user_version=9999") == -1);
    CHECK(test_ask(f.path, "PRAGMA user_version") == 9999);
    f.s = store_open(f.url, false, &err);
    CHECK(!f.s && err.kind == FAIL_SYSTEM);
    CHECK(test_ask(f.path, "SELECT count(*) FROM users") == 2);
    fixture_free(&f);
}

int
main(void)
{
    RUN(an_older_file_gets_the_steps_it_lacks_and_keeps_its_rows);
    RUN(a_step_that_fails_leaves_the_version_before_it);
    RUN(a_newer_file_is_refused_and_untouched);
    RUN(a_reader_refuses_an_older_file_and_changes_nothing);
    RUN(the_database_of_another_program_is_refused);
    RUN(a_file_of_a_newer_program_does_not_open);
    return tap_end();
}
