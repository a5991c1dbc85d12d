/* SPDX-License-Identifier: ISC */
#include <fcntl.h>

#include "store/sqlite/sqlite.h"
#include "store/test_store.h"

enum { PAGE_BYTES = 4096, COPY_MAX = 4 << 20 };

/* A whole file in memory; returns its length. */
static size_t
slurp(const char *path, char *buf)
{
    FILE *f = fopen(path, "rb");
    size_t n = f ? fread(buf, 1, COPY_MAX, f) : 0;

    if (f)
        fclose(f);
    return n;
}

/* Over what is there, as cp does: the same inode. */
static void
write_over(const char *path, const char *buf, size_t n)
{
    int fd = open(path, O_WRONLY | O_TRUNC);

    CHECK(fd >= 0 && write(fd, buf, n) == (ssize_t)n);
    close(fd);
}

static bool
lost(struct fixture *f, const char *why)
{
    struct err err = {0};
    bool here = store_look(f->s, &err);

    return !here && (strstr(err.text, why) || !printf("# %s\n", err.text));
}

static struct added
say(struct fixture *f)
{
    struct added a;

    CHECK(store_begin(f->s, NULL));
    a = test_say(f->s, "hello");
    CHECK(store_commit(f->s, NULL));
    return a;
}

static void
a_file_that_is_gone_or_replaced_is_noticed_until_it_is_back(void)
{
    struct fixture f = fixture_new();
    char aside[TEST_PATH_BYTES + 8];

    snprintf(aside, sizeof(aside), "%s.aside", f.path);
    CHECK(store_look(f.s, NULL));
    CHECK(rename(f.path, aside) == 0 && lost(&f, "gone"));
    close(open(f.path, O_CREAT | O_WRONLY, 0600));
    CHECK(lost(&f, "another file") && !store_broken(f.s));
    CHECK(rename(aside, f.path) == 0 && store_look(f.s, NULL));
    CHECK(say(&f).ok);
    fixture_free(&f);
}

static void
a_log_that_is_gone_is_noticed(void)
{
    struct fixture f = fixture_new();
    char log[TEST_PATH_BYTES + 8];

    snprintf(log, sizeof(log), "%s-wal", f.path);
    CHECK(say(&f).ok && store_look(f.s, NULL));
    CHECK(unlink(log) == 0 && lost(&f, "-wal"));
    fixture_free(&f);
}

static void
a_log_that_is_cut_is_refused(void)
{
    struct fixture f = fixture_new();
    char log[TEST_PATH_BYTES + 8];
    struct err err = {0};

    snprintf(log, sizeof(log), "%s-wal", f.path);
    for (int i = 0; i < 100; i++)
        CHECK(say(&f).ok);
    CHECK(store_look(f.s, NULL));
    CHECK(truncate(log, PAGE_BYTES) == 0 && lost(&f, "cut"));
    CHECK(!store_reopen(f.s, &err) && err.kind == FAIL_SYSTEM);
    CHECK(store_broken(f.s));
    fixture_free(&f);
}

static void
a_log_cut_after_it_was_moved_does_no_harm(void)
{
    struct fixture f = fixture_new();

    CHECK(say(&f).ok);
    store_tend(f.s, true);
    CHECK(test_ask(f.path, "PRAGMA wal_checkpoint(TRUNCATE)") >= 0);
    CHECK(store_look(f.s, NULL) || store_reopen(f.s, NULL));
    CHECK(store_look(f.s, NULL) && say(&f).seq == 2 && store_look(f.s, NULL));
    fixture_free(&f);
}

static void
moving_the_log_is_not_taken_for_another_program(void)
{
    struct fixture f = fixture_new();

    CHECK(say(&f).ok);
    store_tend(f.s, true);
    CHECK(store_look(f.s, NULL) && say(&f).ok && store_look(f.s, NULL));
    fixture_free(&f);
}

static void
another_program_that_does_no_harm_is_looked_at_and_passes(void)
{
    struct fixture f = fixture_new();

    CHECK(say(&f).ok);
    CHECK(test_ask(f.path, "PRAGMA wal_checkpoint") >= 0);
    CHECK(lost(&f, "another program") && store_broken(f.s));
    CHECK(store_reopen(f.s, NULL) && !store_broken(f.s));
    CHECK(store_look(f.s, NULL) && say(&f).seq == 2);
    fixture_free(&f);
}

static void
an_older_copy_written_over_it_is_refused(void)
{
    struct fixture f = fixture_new();
    char *old = malloc(COPY_MAX);
    struct err err = {0};
    size_t n;

    CHECK(say(&f).ok);
    store_tend(f.s, true);
    n = slurp(f.path, old);
    for (int i = 0; i < 100; i++)
        CHECK(say(&f).ok);
    store_tend(f.s, true);
    write_over(f.path, old, n);
    CHECK(lost(&f, "another program"));
    CHECK(!store_reopen(f.s, &err) && err.kind == FAIL_SYSTEM);
    CHECK(store_broken(f.s));
    free(old);
    fixture_free(&f);
}

static void
a_file_cut_short_is_refused(void)
{
    struct fixture f = fixture_new();
    struct err err = {0};

    CHECK(say(&f).ok);
    store_tend(f.s, true);
    CHECK(truncate(f.path, PAGE_BYTES * 5) == 0);
    CHECK(lost(&f, "another program"));
    CHECK(!store_reopen(f.s, &err) && err.kind == FAIL_SYSTEM);
    fixture_free(&f);
}

static void
a_check_finds_damage_and_can_be_stopped(void)
{
    struct fixture f = fixture_new();
    static char rubbish[PAGE_BYTES];
    atomic_bool stop = false;
    struct err err = {0};
    struct store *s;
    int fd;

    for (int i = 0; i < 100; i++)
        CHECK(say(&f).ok);
    CHECK(store_check(f.s, &stop, NULL));
    stop = true;
    CHECK(!store_check(f.s, &stop, &err) && err.kind == FAIL_BUSY);
    store_tend(f.s, true);
    store_close(f.s);
    f.s = NULL;
    memset(rubbish, 0x5a, sizeof(rubbish));
    fd = open(f.path, O_WRONLY);
    for (int page = 3; page < 40; page++)
        CHECK(pwrite(fd, rubbish, sizeof(rubbish), page * PAGE_BYTES) > 0);
    close(fd);
    s = store_open(f.url, &test_reader, &err);
    CHECK(!s || (!store_check(s, NULL, &err) && err.kind == FAIL_SYSTEM));
    store_close(s);
    fixture_free(&f);
}

static void
a_database_in_memory_is_always_there(void)
{
    struct store *s = store_open("sqlite::memory:", NULL, NULL);

    CHECK(store_look(s, NULL) && store_check(s, NULL, NULL));
    store_close(s);
}

int
main(void)
{
    RUN(a_file_that_is_gone_or_replaced_is_noticed_until_it_is_back);
    RUN(a_log_that_is_gone_is_noticed);
    RUN(a_log_that_is_cut_is_refused);
    RUN(a_log_cut_after_it_was_moved_does_no_harm);
    RUN(moving_the_log_is_not_taken_for_another_program);
    RUN(another_program_that_does_no_harm_is_looked_at_and_passes);
    RUN(an_older_copy_written_over_it_is_refused);
    RUN(a_file_cut_short_is_refused);
    RUN(a_check_finds_damage_and_can_be_stopped);
    RUN(a_database_in_memory_is_always_there);
    return tap_end();
}
