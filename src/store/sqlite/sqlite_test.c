/* SPDX-License-Identifier: ISC */
#include "store/sqlite/sqlite.h"

#include <sys/stat.h>

#include "store/test_fault.h"
#include "store/test_store.h"

static void
only_a_batch_that_was_committed_is_there(void)
{
    struct fixture f = fixture_new();

    CHECK(store_begin(f.s, NULL));
    test_say(f.s, "a");
    test_say(f.s, "b");
    CHECK(store_commit(f.s, NULL));
    CHECK(store_begin(f.s, NULL));
    test_say(f.s, "c");
    store_rollback(f.s);
    CHECK(store_begin(f.s, NULL));
    test_say(f.s, "d");
    fixture_reopen(&f); /* without commit */
    CHECK(test_messages(f.s) == 2);
    CHECK(test_ledger(f.s).n == 4);
    fixture_free(&f);
}

static void
what_is_no_store_does_not_open(void)
{
    struct err err = {0};

    CHECK(!store_open("mysql:x", NULL, &err));
    CHECK(err.kind == FAIL_BAD_INPUT);
    CHECK(!store_open("sqlite:", NULL, &err));
    CHECK(err.kind == FAIL_BAD_INPUT);
    CHECK(!store_open("sqlite:/nonexistent/dir/db", NULL, &err));
    CHECK(err.kind == FAIL_SYSTEM);
    CHECK(!store_open("sqlite:/nonexistent/dir/db", &test_reader, &err));
    CHECK(err.kind == FAIL_SYSTEM);
    store_close(NULL);
}

static void
a_file_that_is_no_database_does_not_open(void)
{
    struct fixture f = fixture_new();
    struct err err = {0};
    FILE *file;

    store_close(f.s);
    file = fopen(f.path, "w");
    CHECK(file && fputs("Dear diary, this is no database.\n", file) > 0);
    for (int i = 0; i < 200 && file; i++)
        fputs("And it is longer than a page would be.\n", file);
    CHECK(file && fclose(file) == 0);
    f.s = store_open(f.url, NULL, &err);
    CHECK(!f.s && err.kind == FAIL_SYSTEM);
    fixture_free(&f);
}

static void
a_store_in_memory_works_without_a_log(void)
{
    struct store *s = store_open("sqlite::memory:", NULL, NULL);

    CHECK(s && test_user_add(s, "alice", "en", NULL));
    CHECK(store_begin(s, NULL));
    CHECK(test_send(s, "any", "alice", "hi", NULL, NULL, 0).seq == 1);
    CHECK(store_commit(s, NULL));
    sqlite_checkpoint(sqlite_of(s), true);
    CHECK(sqlite_wal(sqlite_of(s)).bytes == 0);
    CHECK(test_messages(s) == 1);
    store_close(s);
}

static int
cache_used(struct store *s)
{
    int now = -1, most;

    sqlite3_db_status(
        sqlite_of(s)->db, SQLITE_DBSTATUS_CACHE_USED, &now, &most, 0);
    return now;
}

static void
the_cache_stays_below_its_limit(void)
{
    enum { MESSAGES = 4000, MB = 1024 * 1024 };
    struct store_options small = {.cache_mb = 1};
    struct fixture f = fixture_new();
    char text[1000];
    int before;

    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    CHECK(store_begin(f.s, NULL));
    for (int i = 0; i < MESSAGES; i++)
        test_say(f.s, text);
    CHECK(store_commit(f.s, NULL));
    before = cache_used(f.s);
    store_close(f.s);
    f.s = store_open(f.url, &small, NULL);
    CHECK(store_begin(f.s, NULL));
    test_say(f.s, "one more");
    CHECK(store_commit(f.s, NULL));
    CHECK(before > 2 * MB);
    CHECK(cache_used(f.s) < 3 * MB / 2);
    fixture_free(&f);
}

static void
nobody_else_may_read_the_file(void)
{
    struct fixture f = fixture_new();
    char wal[TEST_PATH_BYTES + 8];
    struct stat st;

    snprintf(wal, sizeof(wal), "%s-wal", f.path);
    CHECK(stat(f.path, &st) == 0 && (st.st_mode & 0777) == 0600);
    CHECK(stat(wal, &st) == 0 && (st.st_mode & 0777) == 0600);
    fixture_free(&f);
}

static void
every_commit_is_synced_before_it_returns(void)
{
    struct fixture f = fixture_new();
    int syncs;

    for (int i = 0; i < 5; i++) {
        syncs = atomic_load(&fault_syncs);
        CHECK(store_begin(f.s, NULL));
        test_say(f.s, "a");
        test_say(f.s, "b");
        CHECK(atomic_load(&fault_syncs) == syncs);
        CHECK(store_commit(f.s, NULL));
        CHECK(atomic_load(&fault_syncs) == syncs + 1);
    }
    fixture_free(&f);
}

static void
a_row_that_others_refer_to_cannot_go(void)
{
    struct fixture f = fixture_new();

    CHECK(sqlite3_exec(sqlite_of(f.s)->db, "DELETE FROM users", NULL, NULL,
              NULL) == SQLITE_CONSTRAINT_FOREIGNKEY);
    fixture_free(&f);
}

static void
a_reader_sees_commits_and_refuses_writes(void)
{
    struct fixture f = fixture_new();
    struct store *reader = store_open(f.url, &test_reader, NULL);
    struct err err = {0};
    struct added a;

    CHECK(reader && test_messages(reader) == 0);
    CHECK(store_begin(f.s, NULL));
    test_say(f.s, "a");
    CHECK(test_messages(reader) == 0);
    CHECK(store_commit(f.s, NULL));
    CHECK(test_messages(reader) == 1);
    CHECK(test_ledger(reader).n == 2);

    CHECK(!store_begin(reader, &err) && err.kind == FAIL_FORBIDDEN);
    a = test_send(reader, "room", "alice", "b", NULL, NULL, 0);
    CHECK(!a.ok && a.err.kind == FAIL_FORBIDDEN);
    CHECK(!test_user_add(reader, "carol", "ca", &err));
    sqlite_checkpoint(sqlite_of(reader), true); /* does nothing */
    store_close(reader);
    fixture_free(&f);
}

static void
a_file_locked_by_another_process_is_busy_for_a_while(void)
{
    struct fixture f = fixture_new();
    struct store *other = store_open(f.url, NULL, NULL);
    struct err err = {0};

    CHECK(store_begin(other, NULL));
    CHECK(!store_begin(f.s, &err) && err.kind == FAIL_BUSY);
    store_rollback(other);
    CHECK(store_begin(f.s, NULL));
    test_say(f.s, "a");
    CHECK(store_commit(f.s, NULL));
    CHECK(!store_broken(f.s));
    store_close(other);
    fixture_free(&f);
}

static void
the_log_is_moved_and_begins_anew(void)
{
    struct fixture f = fixture_new();
    struct wal log;
    char wal[TEST_PATH_BYTES + 8];
    struct stat st;

    test_say(f.s, "a");
    log = sqlite_wal(sqlite_of(f.s));
    CHECK(log.bytes > 0 && log.unmoved_bytes == log.bytes);
    sqlite_checkpoint(sqlite_of(f.s), false);
    log = sqlite_wal(sqlite_of(f.s));
    CHECK(log.bytes > 0 && log.unmoved_bytes == 0);
    test_say(f.s, "b");
    CHECK(sqlite_wal(sqlite_of(f.s)).bytes < log.bytes);
    CHECK(sqlite_wal(sqlite_of(f.s)).unmoved_bytes > 0);
    sqlite_checkpoint(sqlite_of(f.s), true);
    CHECK(sqlite_wal(sqlite_of(f.s)).bytes == 0);
    snprintf(wal, sizeof(wal), "%s-wal", f.path);
    CHECK(stat(wal, &st) == 0 && st.st_size == 0);
    CHECK(test_messages(f.s) == 2);
    fixture_free(&f);
}

/* Also whoever finds the file after a kill reads to the last message, and not the
 * zeros behind it. */
static void
the_log_has_room_before_it_needs_it(void)
{
    enum { MESSAGES = 20 };
    struct fixture f = fixture_new();
    char wal[TEST_PATH_BYTES + 8], copy[TEST_PATH_BYTES + 8];
    char command[5 * TEST_PATH_BYTES];
    struct stat first, last;

    snprintf(wal, sizeof(wal), "%s-wal", f.path);
    test_say(f.s, "a");
    store_tend(f.s, false);
    CHECK(stat(wal, &first) == 0);
    CHECK(first.st_size > 2 * sqlite_wal(sqlite_of(f.s)).bytes);
    for (int i = 1; i < MESSAGES; i++) {
        test_say(f.s, "b");
        store_tend(f.s, false);
    }
    CHECK(stat(wal, &last) == 0 && last.st_size == first.st_size);

    snprintf(copy, sizeof(copy), "%s-copy", f.path);
    snprintf(command, sizeof(command), "cp %s %s && cp %s-wal %s-wal", f.path,
        copy, f.path, copy);
    CHECK(system(command) == 0);
    CHECK(test_ask(copy, "SELECT count(*) FROM messages") == MESSAGES);
    snprintf(
        command, sizeof(command), "rm -f %s %s-wal %s-shm", copy, copy, copy);
    CHECK(system(command) == 0);
    fixture_free(&f);
}

/* ---- a machine that fails ---- */

static void
a_full_disk_fails_the_commit_and_heals(void)
{
    struct fixture f = fixture_new();
    struct err err = {0};

    test_say(f.s, "before");
    CHECK(store_begin(f.s, NULL));
    test_say(f.s, "lost");
    fault_set(FAULT_FULL, 0);
    CHECK(!store_commit(f.s, &err) && err.kind == FAIL_SYSTEM);
    CHECK(!store_broken(f.s)); /* nothing to reopen for */
    CHECK(test_messages(f.s) == 1); /* reading works */
    CHECK(store_begin(f.s, NULL));
    test_say(f.s, "lost too");
    CHECK(!store_commit(f.s, &err));
    fault_set(FAULT_NONE, 0);
    CHECK(store_begin(f.s, NULL));
    CHECK(test_say(f.s, "after").seq == 2); /* no hole */
    CHECK(store_commit(f.s, NULL));
    CHECK(test_ask(f.path, "SELECT count(*) FROM messages") == 2);
    CHECK(test_ask(f.path, "SELECT count(*) FROM pending") == 4);
    fixture_free(&f);
}

static void
a_failed_fsync_breaks_the_handle_until_it_is_reopened(void)
{
    struct fixture f = fixture_new();
    struct err err = {0};

    test_say(f.s, "before");
    CHECK(store_begin(f.s, NULL));
    test_say(f.s, "lost");
    fault_set(FAULT_SYNC, 0);
    CHECK(!store_commit(f.s, &err) && err.kind == FAIL_UNKNOWN);
    CHECK(store_broken(f.s));
    fault_set(FAULT_NONE, 0);
    CHECK(store_reopen(f.s, NULL) && !store_broken(f.s));
    CHECK(test_say(f.s, "after").ok);
    CHECK(test_ask(f.path, "SELECT count(*) FROM messages "
                           "WHERE content IN ('before', 'after')") == 2);
    fixture_free(&f);
}

static void
reopening_notices_that_committed_messages_are_gone(void)
{
    struct fixture f = fixture_new();
    struct err err = {0};
    struct added a;

    CHECK(store_begin(f.s, NULL));
    test_say(f.s, "a");
    test_say(f.s, "b");
    CHECK(store_commit(f.s, NULL));
    CHECK(test_ask(f.path, "DELETE FROM pending RETURNING 1") == 1);
    CHECK(test_ask(f.path, "DELETE FROM messages WHERE content = 'b' "
                           "RETURNING 1") == 1);
    CHECK(!store_reopen(f.s, &err) && err.kind == FAIL_SYSTEM);
    CHECK(store_broken(f.s));
    a = test_send(f.s, "room", "alice", "x", NULL, NULL, 0);
    CHECK(!a.ok && a.err.kind == FAIL_SYSTEM);
    CHECK(!store_begin(f.s, &err));
    CHECK(!store_reopen(f.s, &err)); /* still missing */
    fixture_free(&f);
}

/* A trigger that gives up stands for a machine that fails midway: nothing can
 * be written for the language xx, or no message of that text. */
static void
refuse(const char *path, const char *table, const char *column, const char *how)
{
    char sql[300];
    sqlite3 *db;

    snprintf(sql, sizeof(sql),
        "CREATE TRIGGER refuse BEFORE INSERT ON %s WHEN new.%s = 'xx' "
        "BEGIN SELECT raise(%s, 'broken'); END",
        table, column, how);
    CHECK(sqlite3_open(path, &db) == SQLITE_OK);
    CHECK(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK);
    sqlite3_close(db);
}

static void
a_batch_fails_midway(const char *how)
{
    static const struct span targets[] = {SPAN("fr"), SPAN("xx")};
    struct fixture f = fixture_new();
    struct err err = {0};
    struct added a;

    refuse(f.path, "pending", "language", how);
    CHECK(store_begin(f.s, NULL));
    test_say(f.s, "a");
    a = test_send(f.s, "room", "alice", "b", NULL, targets, 2);
    CHECK(!a.ok && a.err.kind != FAIL_NONE);
    a = test_send(f.s, "room", "alice", "c", NULL, NULL, 0);
    CHECK(!a.ok && a.err.kind != FAIL_NONE);
    CHECK(!test_user_add(f.s, "carol", "ca", &err));
    CHECK(!store_commit(f.s, &err) && err.kind != FAIL_NONE);
    CHECK(test_ask(f.path, "SELECT count(*) FROM messages") == 0);
    CHECK(test_ask(f.path, "SELECT count(*) FROM pending") == 0);
    CHECK(store_begin(f.s, NULL));
    CHECK(test_say(f.s, "d").seq == 1);
    CHECK(store_commit(f.s, NULL));
    a = test_send(f.s, "room", "alice", "e", NULL, targets, 2);
    CHECK(!a.ok); /* alone: its own transaction is undone */
    CHECK(test_messages(f.s) == 1);
    fixture_free(&f);
}

static void
an_operation_that_breaks_off_midway_fails_its_batch(void)
{
    a_batch_fails_midway("abort");
}

static void
a_batch_that_was_rolled_back_underneath_commits_nothing(void)
{
    a_batch_fails_midway("rollback");
}

static void
after_a_rollback_underneath_nothing_commits_for_itself(void)
{
    struct fixture f = fixture_new();
    struct err err = {0};
    struct added a;

    refuse(f.path, "messages", "content", "rollback");
    CHECK(store_begin(f.s, NULL));
    test_say(f.s, "a");
    a = test_send(f.s, "room", "alice", "xx", NULL, NULL, 0);
    CHECK(!a.ok);
    a = test_send(f.s, "room", "alice", "b", NULL, NULL, 0);
    CHECK(!a.ok && a.err.kind == FAIL_SYSTEM);
    CHECK(!store_commit(f.s, &err) && err.kind == FAIL_SYSTEM);
    CHECK(test_messages(f.s) == 0);
    CHECK(test_say(f.s, "c").seq == 1);
    fixture_free(&f);
}

int
main(void)
{
    fault_install();
    RUN(only_a_batch_that_was_committed_is_there);
    RUN(what_is_no_store_does_not_open);
    RUN(a_file_that_is_no_database_does_not_open);
    RUN(a_store_in_memory_works_without_a_log);
    RUN(the_cache_stays_below_its_limit);
    RUN(nobody_else_may_read_the_file);
    RUN(every_commit_is_synced_before_it_returns);
    RUN(a_row_that_others_refer_to_cannot_go);
    RUN(a_reader_sees_commits_and_refuses_writes);
    RUN(a_file_locked_by_another_process_is_busy_for_a_while);
    RUN(the_log_is_moved_and_begins_anew);
    RUN(the_log_has_room_before_it_needs_it);
    RUN(a_full_disk_fails_the_commit_and_heals);
    RUN(a_failed_fsync_breaks_the_handle_until_it_is_reopened);
    RUN(reopening_notices_that_committed_messages_are_gone);
    RUN(an_operation_that_breaks_off_midway_fails_its_batch);
    RUN(a_batch_that_was_rolled_back_underneath_commits_nothing);
    RUN(after_a_rollback_underneath_nothing_commits_for_itself);
    return tap_end();
}
