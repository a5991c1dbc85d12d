/* SPDX-License-Identifier: ISC */
#include "base/span.h"

#include <limits.h>

#include "base/tap.h"

static void
cut_walks_through_all_parts(void)
{
    struct span s = SPAN("a,,b");

    CHECK(span_eqz(span_cut(&s, ','), "a"));
    CHECK(span_eqz(span_cut(&s, ','), "") && s.p);
    CHECK(span_eqz(span_cut(&s, ','), "b") && !s.p);
    CHECK(span_eqz(span_trim(SPAN(" \t x y\n")), "x y"));
    CHECK(span_trim(SPAN("  ")).len == 0);
}

static void
numbers_are_whole_and_in_range(void)
{
    long long v = 5;

    CHECK(span_int(SPAN("-12"), -20, 20, &v) && v == -12);
    CHECK(span_int(SPAN("9223372036854775807"), 0, LLONG_MAX, &v) &&
          v == LLONG_MAX);
    CHECK(span_int(SPAN("-9223372036854775808"), LLONG_MIN, 0, &v) &&
          v == LLONG_MIN);
    v = 5;
    CHECK(!span_int(SPAN("9223372036854775808"), 0, LLONG_MAX, &v));
    CHECK(!span_int(SPAN(""), 0, 9, &v) && !span_int(SPAN("-"), -9, 9, &v));
    CHECK(!span_int(SPAN("1x"), 0, 9, &v) && !span_int(SPAN("10"), 0, 9, &v));
    CHECK(!span_int(SPAN(" 1"), 0, 9, &v) && v == 5);
}

static void
spans_are_stashed_one_behind_the_other(void)
{
    char tail[5], *at = tail;
    struct span a = span_stash(&at, SPAN("ab"));
    struct span none = span_stash(&at, (struct span){0});
    struct span b = span_stash(&at, SPAN("cde"));

    CHECK(a.p == tail && span_eqz(a, "ab") && !none.p);
    CHECK(span_eqz(b, "cde") && at == tail + sizeof(tail));
}

/* Databases keep these. */
static void
a_hash_never_changes(void)
{
    CHECK(span_hash(0, SPAN("")) == 0x0);
    CHECK(span_hash(0, SPAN("dinner")) == 0xa45c7147b5901db);
    CHECK(span_hash(7, SPAN("dinner at eight o'clock")) == 0xbeb0674ead94571c);
}

static void
utf8_is_checked_by_the_letter(void)
{
    CHECK(utf8_valid(SPAN("")) && utf8_valid(SPAN("a\xc3\xa9\xe2\x82\xac")));
    CHECK(utf8_valid(SPAN("\xf0\x9f\x98\x80\xf4\x8f\xbf\xbf")));
    CHECK(!utf8_valid(SPAN("\x80")) && !utf8_valid(SPAN("\xc3")));
    CHECK(!utf8_valid(SPAN("\xc0\xaf")) && !utf8_valid(SPAN("\xe0\x9f\xbf")));
    CHECK(!utf8_valid(SPAN("\xed\xa0\x80"))); /* a surrogate */
    CHECK(!utf8_valid(SPAN("\xf0\x8f\xbf\xbf")));
    CHECK(!utf8_valid(SPAN("\xf4\x90\x80\x80")) && !utf8_valid(SPAN("\xff")));
    CHECK(!utf8_valid(SPAN("\xe2\x82")) && !utf8_valid(SPAN("\xe2\x28\xa1")));
    CHECK(utf8_count(SPAN("a\xc3\xa9\xf0\x9f\x98\x80")) == 3);
}

static void
what_fits_is_whole_characters(void)
{
    struct span s = SPAN("a\xc3\xa9\xf0\x9f\x98\x80"), absent = {NULL, 0};

    CHECK(span_eq(utf8_fit(s, 8), s) && span_eq(utf8_fit(s, 7), s));
    for (size_t max = 3; max < 7; max++) /* the emoji has four bytes */
        CHECK(span_eqz(utf8_fit(s, max), "a\xc3\xa9"));
    CHECK(span_eqz(utf8_fit(s, 2), "a") && span_eqz(utf8_fit(s, 1), "a"));
    CHECK(utf8_fit(s, 0).len == 0 && utf8_fit(s, 0).p == s.p);
    CHECK(utf8_fit(SPAN("\x80\x80\x80"), 2).len == 0); /* no UTF-8 */
    CHECK(!utf8_fit(absent, 4).p);
}

int
main(void)
{
    RUN(cut_walks_through_all_parts);
    RUN(numbers_are_whole_and_in_range);
    RUN(spans_are_stashed_one_behind_the_other);
    RUN(a_hash_never_changes);
    RUN(utf8_is_checked_by_the_letter);
    RUN(what_fits_is_whole_characters);
    return tap_end();
}
