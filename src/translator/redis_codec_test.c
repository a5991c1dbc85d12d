/* SPDX-License-Identifier: ISC */
#include "translator/redis_codec.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/tap.h"

static bool
is(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

/* What was read, as "path host port user password db". */
static bool
reads(const char *url, const char *want)
{
    struct redis_address a;
    char got[200] = "";

    if (redis_address_parse(span_of(url), &a, NULL))
        snprintf(got, sizeof(got), "%s %s %d %s %s %s", a.path ? a.path : "-",
            a.host ? a.host : "-", a.port, a.user ? a.user : "-",
            a.password ? a.password : "-", a.db ? a.db : "-");
    redis_address_fini(&a);
    return is(got, want);
}

static void
urls_name_a_server(void)
{
    CHECK(reads("redis://localhost", "- localhost 6379 - - -"));
    CHECK(reads("redis://10.0.0.1:7000/3", "- 10.0.0.1 7000 - - 3"));
    CHECK(reads("redis://:secret@h/", "- h 6379 - secret -"));
    CHECK(reads("redis://me:s@c@h:1", "- h 1 me s@c -"));
    CHECK(reads("redis://[::1]:7000", "- ::1 7000 - - -"));
    CHECK(reads("unix:/run/redis.sock", "/run/redis.sock - 0 - - -"));
}

static void
other_urls_are_refused_without_repeating_them(void)
{
    static const char *const urls[] = {"", "redis://", "localhost:6379",
        "redis://h:0", "redis://h:70000", "redis://h:x", "redis://h/x",
        "redis://secret@h", "redis://[::1", "redis://[::1]x",
        "unix:", "rediss://h", "redis://:secret@"};

    for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
        struct redis_address a;
        struct err err = {0};
        CHECK(!redis_address_parse(span_of(urls[i]), &a, &err));
        CHECK(err.kind == FAIL_BAD_INPUT && !strstr(err.text, "secret"));
        redis_address_fini(&a);
    }
}

static void
a_value_comes_back_for_its_own_key_only(void)
{
    struct cached *v = cached_new(
        SPAN("¡\"Hola\"!\n\xf0\x9f\x98\x80"), "apertium:en-es", 0.75);
    struct cached *got;
    struct buf b = {0};

    redis_format(&b, SPAN("en es 2:ab Hello\n"), v);
    got = redis_parse(buf_span(&b), SPAN("en es 2:ab Hello\n"));
    CHECK(got && is(got->text, v->text) && is(got->model, v->model));
    CHECK(got && got->confidence == 0.75 && got->len == v->len);
    CHECK(!redis_parse(buf_span(&b), SPAN("en es 2:ab Hello")));
    cached_unref(got);
    cached_unref(v);
    buf_free(&b);
}

static void
foreign_values_are_no_translations(void)
{
    static const char *const values[] = {"", "{}", "hola", "[1]",
        "{\"key\":\"k\",\"text\":\"t\",\"model\":\"m\"}",
        "{\"key\":\"k\",\"text\":\"t\",\"model\":\"m\",\"confidence\":7}",
        "{\"key\":\"k\",\"text\":1,\"model\":\"m\",\"confidence\":1}",
        "{\"key\":\"k\",\"text\":\"t\",\"confidence\":1}",
        "{\"text\":\"t\",\"model\":\"m\",\"confidence\":1}"};

    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
        CHECK(!redis_parse(span_of(values[i]), SPAN("k")));
}

static void
names_differ_with_the_key_and_have_our_prefix(void)
{
    char a[REDIS_NAME_BYTES], b[REDIS_NAME_BYTES];
    size_t n = redis_name(SPAN("a"), a);

    CHECK(n < sizeof(a) && redis_name(SPAN("b"), b) == n);
    CHECK(memcmp(a, b, n) != 0);
    CHECK(span_starts((struct span){a, n}, SPAN("meeshy:translation:1:")));
}

int
main(void)
{
    if (sodium_init() < 0)
        return EXIT_FAILURE;
    RUN(urls_name_a_server);
    RUN(other_urls_are_refused_without_repeating_them);
    RUN(a_value_comes_back_for_its_own_key_only);
    RUN(foreign_values_are_no_translations);
    RUN(names_differ_with_the_key_and_have_our_prefix);
    return tap_end();
}
