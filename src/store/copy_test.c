/* SPDX-License-Identifier: ISC */
#include "store/copy.h"

#include "store/claim.h"
#include "store/test_store.h"

enum { MANY = 1203 }; /* more than two pages of copy.c */

static void
see_copied(const struct store_copied *c, void *ctx)
{
    seen_add(ctx, "%s %d %.12s|", c->table, (int)c->rows, c->sha256);
}

/* A file that is not there yet. */
static void
new_file(const struct fixture *f, char ret[TEST_URL_BYTES])
{
    static int n;

    snprintf(ret, TEST_URL_BYTES, "sqlite:%s/copy%d", f->dir, ++n);
}

static struct store *
open_or_say(const char *url, const struct store_options *options)
{
    struct err err = {0};
    struct store *s = store_open(url, options, &err);

    if (!CHECK(s != NULL))
        printf("# %s: %s\n", url, err.text);
    return s;
}

/* Copy; what was told of the tables. */
static struct seen
copy(const char *from, const char *to, enum fail expected)
{
    struct store *a = open_or_say(from, &test_reader), *b;
    struct seen seen = {.n = 0};
    struct err err = {0};

    b = open_or_say(to, NULL);
    if (!CHECK(store_copy(a, b, see_copied, &seen, &err) ==
               (expected == FAIL_NONE)) ||
        !CHECK(err.kind == expected))
        printf("# %s\n", err.text);
    store_close(a);
    store_close(b);
    return seen;
}

/* A room in which much was said, and translated. */
static struct fixture
busy_house(const char *url)
{
    struct fixture f;
    struct added a;

    test_url = url;
    f = fixture_new();
    CHECK(store_begin(f.s, NULL));
    for (int i = 0; i < MANY; i++) {
        a = test_say(f.s, "What's up, dürfen wir?");
        if (i % 2)
            test_settle(f.s, a.id, 1, "fr", STORE_READY, "Ça va ?");
    }
    CHECK(store_commit(f.s, NULL));
    store_close(f.s);
    f.s = NULL;
    return f;
}

static int64_t
messages_of(const char *url)
{
    struct store *s = open_or_say(url, NULL);
    int64_t n = s ? test_messages(s) : -1;

    store_close(s);
    return n;
}

static void
what_went_to_postgresql_and_back_is_the_same(void)
{
    struct fixture file = busy_house(NULL);
    char pg[TEST_URL_BYTES], back[TEST_URL_BYTES];
    struct seen there, here;

    test_pg_url(pg, sizeof(pg));
    new_file(&file, back);
    there = copy(file.url, pg, FAIL_NONE);
    CHECK(strstr(there.text, "messages 1203 ") != NULL);
    CHECK(strstr(there.text, "|log 60") != NULL);
    CHECK(messages_of(pg) == MANY);
    here = copy(pg, back, FAIL_NONE);
    /* Opened and closed by messages_of, which leaves no trace in the rows. */
    if (!CHECK(strcmp(there.text, here.text) == 0))
        printf("# %s\n# %s\n", there.text, here.text);
    CHECK(messages_of(back) == MANY);
    fixture_free(&file);
}

static void
a_copy_goes_on_where_the_other_was(void)
{
    struct fixture file = busy_house(NULL);
    char pg[TEST_URL_BYTES];
    struct added a;

    test_pg_url(pg, sizeof(pg));
    copy(file.url, pg, FAIL_NONE);
    file.s = open_or_say(pg, NULL);
    a = test_say(file.s, "one more");
    CHECK(a.seq == MANY + 1);
    CHECK(!test_user_add(file.s, "ALICE", "en", NULL));
    fixture_free(&file);
}

static void
who_is_not_empty_is_left_alone(void)
{
    struct fixture file = busy_house(NULL), other = busy_house(test_pg_scheme);
    struct seen seen = copy(file.url, other.url, FAIL_CONFLICT);

    CHECK(seen.n == 0);
    CHECK(messages_of(other.url) == MANY);
    copy(other.url, file.url, FAIL_CONFLICT);
    CHECK(messages_of(file.url) == MANY);
    fixture_free(&file);
    fixture_free(&other);
}

static void
a_database_that_somebody_works_with_is_busy(void)
{
    struct fixture pg = busy_house(test_pg_scheme);
    char file[TEST_URL_BYTES], empty[TEST_URL_BYTES];
    struct store *gateway = open_or_say(pg.url, NULL), *late;
    struct err err = {0};

    new_file(&pg, file);
    test_pg_url(empty, sizeof(empty));
    copy(pg.url, file, FAIL_BUSY);
    store_close(gateway);

    gateway = open_or_say(empty, NULL);
    copy(pg.url, empty, FAIL_BUSY);
    store_close(gateway);

    /* The other way round: it is copied, so nobody starts on it. */
    late = open_or_say(pg.url, &test_reader);
    gateway = open_or_say(empty, NULL);
    CHECK(store_copy(late, gateway, see_copied, &(struct seen){.n = 0}, &err));
    CHECK(!store_open(pg.url, NULL, &err) && err.kind == FAIL_BUSY);
    store_close(late);
    store_close(gateway);
    fixture_free(&pg);
}

static bool
change(const char *path, const char *sql)
{
    sqlite3 *db = NULL;
    bool ok = sqlite3_open(path, &db) == SQLITE_OK &&
              sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK;

    sqlite3_close(db);
    return ok;
}

/* Byte by byte the text is "a\0b": PostgreSQL has no such thing. */
static void
what_the_target_cannot_hold_leaves_it_empty(void)
{
    struct fixture file = busy_house(NULL);
    char pg[TEST_URL_BYTES];

    test_pg_url(pg, sizeof(pg));
    CHECK(change(file.path,
        "UPDATE messages SET content = CAST(x'610062' AS TEXT) WHERE key = 700"));
    copy(file.url, pg, FAIL_BAD_INPUT);
    CHECK(messages_of(pg) == 0);
    CHECK(change(
        file.path, "UPDATE messages SET content = 'well' WHERE key = 700"));
    copy(file.url, pg, FAIL_NONE);
    CHECK(messages_of(pg) == MANY);
    fixture_free(&file);
}

static void
rows_that_refer_to_nothing_are_found(void)
{
    struct fixture file = busy_house(NULL);
    char pg[TEST_URL_BYTES], back[TEST_URL_BYTES];

    test_pg_url(pg, sizeof(pg));
    new_file(&file, back);
    CHECK(change(file.path, "UPDATE messages SET reply_to = 9999999 "
                            "WHERE key = 7"));
    copy(file.url, pg, FAIL_NOT_FOUND);
    CHECK(messages_of(pg) == 0);
    copy(file.url, back, FAIL_NOT_FOUND);
    CHECK(messages_of(back) == 0);
    fixture_free(&file);
}

int
main(void)
{
    if (!test_pg_start()) {
        printf("ok 1 - copying # SKIP no /usr/lib/postgresql\n1..1\n");
        return 0;
    }
    RUN(what_went_to_postgresql_and_back_is_the_same);
    RUN(a_copy_goes_on_where_the_other_was);
    RUN(who_is_not_empty_is_left_alone);
    RUN(a_database_that_somebody_works_with_is_busy);
    RUN(what_the_target_cannot_hold_leaves_it_empty);
    RUN(rows_that_refer_to_nothing_are_found);
    return tap_end();
}
