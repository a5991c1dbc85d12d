/* SPDX-License-Identifier: ISC */
#include "translator/http/keys.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/tap.h"

/* printf %s secret | b2sum -l 256 */
#define HASH_OF_SECRET                                                         \
    "ae4aafb3c7d8616b739f05a30d06b4e2236fdea712168159f346e8a3efd57d9e"
#define OTHER "00000000000000000000000000000000000000000000000000000000000000ff"

enum { SECOND = 1000000, DAY_MS = 24 * 60 * 60 * 1000 };

static struct keys *
read_keys(const char *text)
{
    struct err err = {0};
    struct keys *k = keys_read(span_of(text), &err);

    if (!k)
        printf("# %s\n", err.text);
    return k;
}

static void
a_key_is_found_by_its_hash_only(void)
{
    struct keys *k = read_keys("# people\n\n"
                               "anna " HASH_OF_SECRET " 2 0 10\r\n"
                               "  bert\t" OTHER " 0 3 0  \n");

    if (!CHECK(k != NULL))
        return;
    CHECK(keys_len(k) == 2);
    CHECK(keys_find(k, SPAN("secret")) != NULL);
    CHECK(strcmp(keys_find(k, SPAN("secret"))->name, "anna") == 0);
    CHECK(!keys_find(k, SPAN("Secret")) && !keys_find(k, SPAN("")));
    CHECK(!keys_find(k, SPAN(HASH_OF_SECRET)));
    keys_free(k);
}

static void
lines_that_are_wrong_are_named(void)
{
    static const char *const bad[] = {"anna", "anna xyz 1 1 1",
        "anna " OTHER " 1 1", "anna " OTHER " 1 1 1 1", "anna " OTHER " -1 1 1",
        "anna " OTHER "ff 1 1 1", "anna " OTHER " 1 1 9999999999999",
        "a " OTHER " 1 1 1\na " HASH_OF_SECRET " 1 1 1",
        "a " OTHER " 1 1 1\nb " OTHER " 1 1 1"};
    struct err err = {0};

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        if (!CHECK(!keys_read(span_of(bad[i]), &err)))
            printf("# %s\n", bad[i]);
    CHECK(!keys_read(SPAN("#\n\nanna 17 1 1 1\n"), &err));
    CHECK(strstr(err.text, "line 3") && !strstr(err.text, "17"));
}

static void
limits_are_of_a_minute_and_of_a_day(void)
{
    struct keys *k = read_keys("a " HASH_OF_SECRET " 2 5 100\n");
    struct key *key = keys_find(k, SPAN("secret"));
    int64_t now = 50 * (int64_t)SECOND, wall = 20 * (int64_t)DAY_MS;
    struct err err = {0};

    CHECK(key_use(key, 2, 10, now, wall, &err));
    CHECK(!key_use(key, 1, 10, now, wall, &err) && err.kind == FAIL_RATE);
    now += 60 * (int64_t)SECOND;
    CHECK(!key_use(key, 1, 91, now, wall, &err));
    CHECK(err.kind == FAIL_FORBIDDEN && strstr(err.text, "characters"));
    CHECK(key_use(key, 2, 80, now, wall, &err));
    now += 60 * (int64_t)SECOND;
    CHECK(!key_use(key, 2, 1, now, wall, &err));
    CHECK(err.kind == FAIL_FORBIDDEN && strstr(err.text, "requests"));
    CHECK(key_use(key, 1, 10, now, wall, &err));
    now += 60 * (int64_t)SECOND;
    CHECK(key_use(key, 2, 100, now, wall + DAY_MS, &err)); /* a new day */
    keys_free(k);
}

static void
what_was_used_outlives_a_new_file(void)
{
    struct keys *old = read_keys("a " HASH_OF_SECRET " 0 2 0\n");
    struct keys *new =
        read_keys("b " OTHER " 0 0 0\na " HASH_OF_SECRET " 0 3 0");
    struct key *key = keys_find(new, SPAN("secret"));

    CHECK(key_use(keys_find(old, SPAN("secret")), 2, 1, 1, DAY_MS, NULL));
    keys_carry(new, old);
    CHECK(key_use(key, 1, 1, 1, DAY_MS, NULL));
    CHECK(!key_use(key, 1, 1, 1, DAY_MS, NULL));
    keys_free(old);
    keys_free(new);
}

static void
files_are_bounded_and_must_be_there(void)
{
    char path[] = "/tmp/meeshy-keys-XXXXXX";
    int fd = mkstemp(path);
    struct err err = {0};
    struct keys *k;
    char *big = calloc(1, KEYS_FILE_BYTES_MAX + 1);

    CHECK(write(fd, "a " OTHER " 1 2 3\n", strlen(OTHER) + 9) > 0);
    k = keys_load(path, &err);
    CHECK(k && keys_len(k) == 1);
    keys_free(k);
    memset(big, '\n', KEYS_FILE_BYTES_MAX + 1);
    CHECK(write(fd, big, KEYS_FILE_BYTES_MAX + 1) > 0);
    CHECK(!keys_load(path, &err) && err.kind == FAIL_TOO_LARGE);
    close(fd);
    unlink(path);
    CHECK(!keys_load(path, &err) && err.kind == FAIL_SYSTEM);
    free(big);
}

int
main(void)
{
    RUN(a_key_is_found_by_its_hash_only);
    RUN(lines_that_are_wrong_are_named);
    RUN(limits_are_of_a_minute_and_of_a_day);
    RUN(what_was_used_outlives_a_new_file);
    RUN(files_are_bounded_and_must_be_there);
    return tap_end();
}
