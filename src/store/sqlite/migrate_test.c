/* SPDX-License-Identifier: ISC */
#include "store/sqlite/migrate.h"

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

static bool
migrate(sqlite3 *db, const struct migration *list, int n, bool look_only,
    struct err *err)
{
    struct migrate_how how = {.steps = list, .n = n, .look_only = look_only};

    return sqlite_migrate(db, &how, err);
}

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

    CHECK(migrate(db, steps, 1, false, NULL));
    CHECK(number(db, "PRAGMA user_version") == 1);
    CHECK(migrate(db, steps, 2, false, NULL));
    CHECK(number(db, "PRAGMA user_version") == 2);
    CHECK(number(db, "SELECT y FROM a") == 2);
    CHECK(migrate(db, steps, 2, false, NULL)); /* nothing to do */
    CHECK(number(db, "SELECT count(*) FROM a") == 1);
    sqlite3_close(db);
}

static void
a_step_that_fails_leaves_the_version_before_it(void)
{
    sqlite3 *db = open_memory();
    struct err err = {0};

    CHECK(!migrate(db, bad_steps, 2, false, &err));
    CHECK(err.kind == FAIL_SYSTEM && strstr(err.text, "002_b.sql"));
    CHECK(number(db, "PRAGMA user_version") == 1);
    CHECK(number(db, "SELECT y FROM a") == -1); /* no such column */
    CHECK(sqlite3_get_autocommit(db));
    CHECK(migrate(db, steps, 2, false, NULL));
    sqlite3_close(db);
}

static void
a_newer_file_is_refused_and_untouched(void)
{
    sqlite3 *db = open_memory();
    struct err err = {0};

    CHECK(migrate(db, steps, 2, false, NULL));
    CHECK(!migrate(db, steps, 1, false, &err));
    CHECK(err.kind == FAIL_SYSTEM && strstr(err.text, "upgrade"));
    CHECK(number(db, "PRAGMA user_version") == 2);
    sqlite3_close(db);
}

static void
a_reader_refuses_an_older_file_and_changes_nothing(void)
{
    sqlite3 *db = open_memory();
    struct err err = {0};

    CHECK(migrate(db, steps, 1, false, NULL));
    CHECK(!migrate(db, steps, 2, true, &err));
    CHECK(err.kind == FAIL_SYSTEM);
    CHECK(number(db, "PRAGMA user_version") == 1);
    CHECK(migrate(db, steps, 1, true, NULL));
    sqlite3_close(db);
}

static void
the_database_of_another_program_is_refused(void)
{
    sqlite3 *db = open_memory();
    struct err err = {0};

    CHECK(sqlite3_exec(db, "CREATE TABLE recipes (x)", NULL, NULL, NULL) ==
          SQLITE_OK);
    CHECK(!migrate(db, steps, 2, false, &err));
    CHECK(strstr(err.text, "another program"));
    CHECK(number(db, "SELECT count(*) FROM sqlite_schema") == 1);
    sqlite3_close(db);
}

static void
what_is_migrated_is_copied_first_and_the_copy_is_whole(void)
{
    struct fixture f = fixture_new();
    struct migrate_how how = {.steps = steps, .n = 1, .path = f.path};
    char copy[TEST_PATH_BYTES + 16];
    sqlite3 *db = NULL;

    store_close(f.s);
    f.s = NULL;
    unlink(f.path);
    snprintf(copy, sizeof(copy), "%s.schema-1", f.path);
    CHECK(sqlite3_open(f.path, &db) == SQLITE_OK);
    CHECK(sqlite_migrate(db, &how, NULL));
    CHECK(access(copy, F_OK) != 0); /* a new file has nothing to keep */
    how.n = 2;
    CHECK(sqlite_migrate(db, &how, NULL));
    CHECK(number(db, "PRAGMA user_version") == 2);
    CHECK(test_ask(copy, "PRAGMA user_version") == 1);
    CHECK(test_ask(copy, "SELECT x FROM a") == 1);
    sqlite3_close(db);
    unlink(copy);
    fixture_free(&f);
}

static void
without_a_copy_nothing_is_migrated(void)
{
    struct migrate_how how = {
        .steps = steps, .n = 2, .path = "/nonexistent/dir/db"};
    sqlite3 *db = open_memory();
    struct err err = {0};

    CHECK(migrate(db, steps, 1, false, NULL));
    CHECK(!sqlite_migrate(db, &how, &err) && err.kind == FAIL_SYSTEM);
    CHECK(number(db, "PRAGMA user_version") == 1);
    sqlite3_close(db);
}

static void
a_look_says_what_would_be_done_and_does_not_do_it(void)
{
    sqlite3 *db = open_memory();
    struct err err = {0};

    CHECK(migrate(db, steps, 1, false, NULL));
    CHECK(!migrate(db, steps, 2, true, &err));
    CHECK(strstr(err.text, "002_b.sql") && strstr(err.text, "schema 1"));
    CHECK(number(db, "PRAGMA user_version") == 1);
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
    f.s = store_open(f.url, NULL, &err);
    CHECK(!f.s && err.kind == FAIL_SYSTEM);
    CHECK(test_ask(f.path, "SELECT count(*) FROM users") == 2);
    fixture_free(&f);
}

static void
members_keep_their_roles_and_more_roles_are_admitted(void)
{
    sqlite3 *db = open_memory();

    CHECK(migrate(db, sqlite_migrations, 6, false, NULL));
    CHECK(number(db, "INSERT INTO users (id, username, display_name, "
                     "password_hash, language, guest, created_ms) "
                     "VALUES ('u', 'u', 'u', '', 'en', 0, 1)") == -1);
    CHECK(number(db, "INSERT INTO members VALUES (1, 1, 'admin', 5)") == -1);
    CHECK(migrate(db, sqlite_migrations, 7, false, NULL));
    CHECK(
        number(db, "SELECT joined_ms FROM members WHERE role = 'admin'") == 5);
    CHECK(number(db, "UPDATE members SET role = 'owner'") == -1);
    CHECK(number(db, "UPDATE members SET role = 'guest'") == -1);
    CHECK(number(db, "UPDATE members SET role = 'king'") == -1);
    CHECK(number(db, "SELECT count(*) FROM members WHERE role = 'guest'") == 1);
    sqlite3_close(db);
}

int
main(void)
{
    RUN(members_keep_their_roles_and_more_roles_are_admitted);
    RUN(an_older_file_gets_the_steps_it_lacks_and_keeps_its_rows);
    RUN(a_step_that_fails_leaves_the_version_before_it);
    RUN(a_newer_file_is_refused_and_untouched);
    RUN(a_reader_refuses_an_older_file_and_changes_nothing);
    RUN(the_database_of_another_program_is_refused);
    RUN(what_is_migrated_is_copied_first_and_the_copy_is_whole);
    RUN(without_a_copy_nothing_is_migrated);
    RUN(a_look_says_what_would_be_done_and_does_not_do_it);
    RUN(a_file_of_a_newer_program_does_not_open);
    return tap_end();
}
