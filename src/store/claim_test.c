/* SPDX-License-Identifier: ISC */
#include "store/claim.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/tap.h"

static void
a_database_belongs_to_one_at_a_time(void)
{
    char dir[] = "/tmp/claim_test.XXXXXX", url[64], lock[64];
    struct claim *one, *two;
    struct err err = {0};

    CHECK(mkdtemp(dir) != NULL);
    snprintf(url, sizeof(url), "sqlite:%s/a.db", dir);
    snprintf(lock, sizeof(lock), "%s/a.db.lock", dir);
    one = claim_take(url, &err);
    two = claim_take(url, &err);
    CHECK(one && !two && err.kind == FAIL_BUSY && strstr(err.text, "a.db"));
    claim_drop(one);
    two = claim_take(url, &err);
    CHECK(two != NULL);
    claim_drop(two);
    unlink(lock);
    rmdir(dir);
}

static void
what_is_only_in_memory_needs_no_claim(void)
{
    struct claim *one = claim_take("sqlite::memory:", NULL);
    struct claim *two = claim_take("sqlite::memory:", NULL);

    CHECK(one && two);
    claim_drop(one);
    claim_drop(two);
}

static void
a_folder_that_is_not_there_is_said(void)
{
    struct err err = {0};

    CHECK(!claim_take("sqlite:/nowhere/at/all.db", &err));
    CHECK(err.kind == FAIL_SYSTEM && strstr(err.text, "/nowhere/at/all.db"));
}

static char dir[] = "/tmp/claim_test.XXXXXX";
static char path[64], log_path[64];

static void
write_file(const char *name, const char *bytes, size_t n)
{
    FILE *f = fopen(name, "we");

    CHECK(f && fwrite(bytes, 1, n, f) == n);
    fclose(f);
}

static void
make_paths(void)
{
    CHECK(mkdtemp(dir) != NULL);
    snprintf(path, sizeof(path), "%s/a.db", dir);
    snprintf(log_path, sizeof(log_path), "%s/a.db-wal", dir);
}

static void
half_a_restore_is_no_database(void)
{
    struct err err = {0};
    struct claim *one = claim_to_replace(path, &err);

    CHECK(one && claim_mark(path, true, &err));
    claim_drop(one);
    CHECK(!claim_take(path, &err) && err.kind == FAIL_CONFLICT);
    one = claim_to_replace(path, &err);
    CHECK(one && claim_mark(path, false, &err));
    claim_drop(one);
    one = claim_take(path, &err);
    CHECK(one != NULL);
    claim_drop(one);
}

static void
a_log_of_another_database_is_not_replayed(void)
{
    struct err err = {0};
    char header[100] = "SQLite format 3";
    struct claim *one;

    header[18] = header[19] = 1; /* a copy, which has no log */
    write_file(path, header, sizeof(header));
    write_file(log_path, "x", 1);
    CHECK(!claim_take(path, &err) && err.kind == FAIL_CONFLICT);
    CHECK(strstr(err.text, "a.db-wal") != NULL);
    write_file(log_path, "", 0);
    one = claim_take(path, &err);
    CHECK(one != NULL);
    claim_drop(one);

    header[18] = header[19] = 2; /* the gateway's own */
    write_file(path, header, sizeof(header));
    write_file(log_path, "x", 1);
    one = claim_take(path, &err);
    CHECK(one != NULL);
    claim_drop(one);
}

static void
a_log_without_its_database_is_not_thrown_away(void)
{
    struct err err = {0};

    write_file(path, "", 0); /* SQLite would delete the log */
    write_file(log_path, "x", 1);
    CHECK(!claim_take(path, &err) && err.kind == FAIL_CONFLICT);
    CHECK(strstr(err.text, "put the database back") != NULL);
    unlink(path);
    CHECK(!claim_take(path, &err) && err.kind == FAIL_CONFLICT);
}

static void
remove_paths(void)
{
    char lock[64];

    snprintf(lock, sizeof(lock), "%s/a.db.lock", dir);
    unlink(lock);
    unlink(path);
    unlink(log_path);
    CHECK(rmdir(dir) == 0);
}

int
main(void)
{
    RUN(a_database_belongs_to_one_at_a_time);
    RUN(what_is_only_in_memory_needs_no_claim);
    RUN(a_folder_that_is_not_there_is_said);
    make_paths();
    RUN(half_a_restore_is_no_database);
    RUN(a_log_of_another_database_is_not_replayed);
    RUN(a_log_without_its_database_is_not_thrown_away);
    remove_paths();
    return tap_end();
}
