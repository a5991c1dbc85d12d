/* SPDX-License-Identifier: ISC */
#include "store/test_store.h"

struct epoch {
    char text[STORE_EPOCH_BYTES];
};

static struct epoch
epoch_of(struct store *s)
{
    struct epoch e;

    store_epoch(s, e.text);
    return e;
}

static bool
same(struct epoch a, struct epoch b)
{
    return a.text[0] && strcmp(a.text, b.text) == 0;
}

/* As an operator would: with a tool, while nothing runs. */
static void
copy_file(const char *from, const char *to)
{
    char command[2 * TEST_PATH_BYTES + 16];

    snprintf(command, sizeof(command), "cp '%s' '%s'", from, to);
    CHECK(system(command) == 0);
}

static void
the_epoch_outlives_the_program(void)
{
    struct fixture f = fixture_new();
    struct epoch first = epoch_of(f.s);
    struct store *reader = store_open(f.url, &test_reader, NULL);

    CHECK(same(epoch_of(reader), first));
    store_close(reader);
    fixture_reopen(&f);
    CHECK(same(epoch_of(f.s), first));
    fixture_reopen(&f);
    CHECK(same(epoch_of(f.s), first));
    fixture_free(&f);
}

static void
an_older_copy_in_its_place_has_another_epoch(void)
{
    struct fixture f = fixture_new();
    char copy[TEST_PATH_BYTES + 8];
    struct epoch first = epoch_of(f.s);

    snprintf(copy, sizeof(copy), "%s.copy", f.path);
    store_close(f.s);
    copy_file(f.path, copy);
    f.s = store_open(f.url, NULL, NULL);
    CHECK(same(epoch_of(f.s), first));
    test_say(f.s, "after the copy");
    store_close(f.s);
    copy_file(copy, f.path);
    f.s = store_open(f.url, NULL, NULL);
    CHECK(test_messages(f.s) == 0);
    CHECK(!same(epoch_of(f.s), first));
    unlink(copy);
    fixture_free(&f);
}

static void
a_database_that_comes_alone_has_another_epoch(void)
{
    struct fixture f = fixture_new();
    struct epoch first = epoch_of(f.s);
    char mark[TEST_PATH_BYTES + 8];

    snprintf(mark, sizeof(mark), "%s.mark", f.path);
    CHECK(unlink(mark) == 0);
    fixture_reopen(&f);
    CHECK(!same(epoch_of(f.s), first));
    fixture_free(&f);
}

static void
two_databases_have_two_epochs(void)
{
    struct fixture a = fixture_new(), b = fixture_new();

    CHECK(!same(epoch_of(a.s), epoch_of(b.s)));
    fixture_free(&a);
    fixture_free(&b);
}

int
main(void)
{
    RUN(the_epoch_outlives_the_program);
    RUN(an_older_copy_in_its_place_has_another_epoch);
    RUN(a_database_that_comes_alone_has_another_epoch);
    RUN(two_databases_have_two_epochs);
    return tap_end();
}
