/* SPDX-License-Identifier: ISC */
#include "wire/pairs.h"

#include "base/tap.h"

static struct pairs_entry
pair(const char *source, const char *target, enum pair_class class)
{
    return (struct pairs_entry){span_of(source), span_of(target), class};
}

static void
what_is_written_is_read_back(void)
{
    struct pairs_entry in[] = {pair("ca", "en", PAIR_GOOD),
        pair("ca", "es", PAIR_FAIR), pair("en", "ca", PAIR_BASIC)};
    struct buf b = {0};
    struct span rest, source = {0};
    struct pairs_entry out;
    size_t n = 0;

    for (size_t i = 0; i < 3; i++)
        pairs_add(&b, &in[i]);
    CHECK(span_eqz(buf_span(&b), "ca:en3,es2;en:ca1"));
    rest = buf_span(&b);
    for (; pairs_next(&rest, &source, &out) && n < 3; n++)
        CHECK(span_eq(out.source, in[n].source) &&
              span_eq(out.target, in[n].target) && out.class == in[n].class);
    CHECK(n == 3);
    buf_free(&b);
}

static void
a_pair_is_found_with_its_class(void)
{
    struct span list = SPAN("ca:en3,es2;en:ca1");

    CHECK(pairs_find(list, SPAN("ca"), SPAN("es")) == PAIR_FAIR);
    CHECK(pairs_find(list, SPAN("en"), SPAN("ca")) == PAIR_BASIC);
    CHECK(pairs_find(list, SPAN("es"), SPAN("ca")) == PAIR_NONE);
    CHECK(pairs_find(SPAN(""), SPAN("es"), SPAN("ca")) == PAIR_NONE);
    CHECK(pairs_find((struct span){0}, SPAN("a"), SPAN("b")) == PAIR_NONE);
}

static void
what_is_malformed_is_passed_over(void)
{
    static const char *const bad[] = {"ca", ":", ";;", "ca:", "ca:en", "ca:en0",
        "ca:en9", ":en3", "en3", "ca:3", ",,,", "ca:;en3"};
    struct span source = {0};
    struct pairs_entry p;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct span rest = span_of(bad[i]);

        CHECK(!pairs_next(&rest, &source, &p));
        source = (struct span){0};
    }
    CHECK(pairs_find(SPAN("ca:x,es2;;en:ca1"), SPAN("ca"), SPAN("es")) ==
          PAIR_FAIR);
}

int
main(void)
{
    RUN(what_is_written_is_read_back);
    RUN(a_pair_is_found_with_its_class);
    RUN(what_is_malformed_is_passed_over);
    return tap_end();
}
