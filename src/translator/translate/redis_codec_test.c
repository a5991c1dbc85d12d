/* SPDX-License-Identifier: ISC */
#include "translator/translate/redis_codec.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/tap.h"

static bool
is(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static void
a_value_comes_back_for_its_own_key_only(void)
{
    struct trust trust = {
        .confidence = 0.75, .quality = QUALITY_ROUGH, .doubt = "lost negation"};
    struct cached *v = cached_new(
        SPAN("¡\"Hola\"!\n\xf0\x9f\x98\x80"), "apertium:en-es", &trust);
    struct cached *got;
    struct buf b = {0};

    redis_format(&b, SPAN("en es 2:ab Hello\n"), v);
    got = redis_parse(buf_span(&b), SPAN("en es 2:ab Hello\n"));
    CHECK(got && is(got->text, v->text) && is(got->model, v->model));
    CHECK(got && got->trust.confidence == 0.75 && got->len == v->len);
    CHECK(got && got->trust.quality == QUALITY_ROUGH);
    CHECK(got && is(got->trust.doubt, "lost negation"));
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
    CHECK(span_starts((struct span){a, n}, SPAN("meeshy:translation:2:")));
}

int
main(void)
{
    if (sodium_init() < 0)
        return EXIT_FAILURE;
    RUN(a_value_comes_back_for_its_own_key_only);
    RUN(foreign_values_are_no_translations);
    RUN(names_differ_with_the_key_and_have_our_prefix);
    return tap_end();
}
