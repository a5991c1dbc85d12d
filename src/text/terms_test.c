/* SPDX-License-Identifier: ISC */
#include "text/terms.h"

#include <string.h>

#include "base/tap.h"

static const struct term list[] = {
    {SPAN("New York"), {NULL, 0}, false},
    {SPAN("New"), SPAN("Nuevo"), false},
    {SPAN("\xc3\xa9"
          "cole"),
        SPAN("school"), true},
    {SPAN("C++"), {NULL, 0}, false},
    {SPAN("\xe4\xb8\xad\xe6\x96\x87"), SPAN("Chinese"), false},
};

static size_t
at(const struct terms *t, const char *line, size_t i, struct terms_hit *hit)
{
    memset(hit, 0, sizeof(*hit));
    return terms_at(t, span_of(line), i, hit) ? hit->len : 0;
}

static void
the_longest_term_wins(void)
{
    struct terms *t = terms_new(list, 5, NULL);
    struct terms_hit hit;

    CHECK(at(t, "New York", 0, &hit) == 8 && !hit.target.p);
    CHECK(at(t, "New York", 4, &hit) == 0);
    CHECK(at(t, "New Yorker", 0, &hit) == 3);
    CHECK(span_eqz(hit.target, "Nuevo"));
    terms_free(t);
}

static void
a_term_is_a_whole_word(void)
{
    struct terms *t = terms_new(list, 5, NULL);
    struct terms_hit hit;

    CHECK(at(t, "Newt", 0, &hit) == 0);
    CHECK(at(t, "aNew", 1, &hit) == 0);
    CHECK(at(t, "(New)", 1, &hit) == 3);
    CHECK(at(t, "C++!", 0, &hit) == 3);
    CHECK(at(t, "\xe5\xad\xa6\xe4\xb8\xad\xe6\x96\x87\xe5\xa5\xbd", 3, &hit) ==
          6);
    terms_free(t);
}

static void
case_matters_where_the_term_says_so(void)
{
    struct terms *t = terms_new(list, 5, NULL);
    struct terms_hit hit;

    CHECK(at(t, "new", 0, &hit) == 0);
    CHECK(at(t,
              "\xc3\x89"
              "COLE",
              0, &hit) == 6);
    CHECK(span_eqz(hit.target, "School"));
    CHECK(at(t,
              "\xc3\xa9"
              "cole",
              0, &hit) == 6);
    CHECK(span_eqz(hit.target, "school"));
    terms_free(t);
}

static void
bad_lists_are_refused(void)
{
    static const struct term empty = {.source = SPAN(" ")};
    static const struct term lines = {.source = SPAN("a\nb")};
    static const struct term broken = {.source = SPAN("a\xff")};
    struct err err;

    CHECK(!terms_new(&empty, 1, &err) && err.kind == FAIL_BAD_INPUT);
    CHECK(!terms_new(&lines, 1, &err));
    CHECK(!terms_new(&broken, 1, &err));
    CHECK(!terms_new(&empty, TERMS_MAX + 1, &err));
    CHECK(err.kind == FAIL_TOO_LARGE);
}

static void
an_empty_list_finds_nothing(void)
{
    struct terms *t = terms_new(NULL, 0, NULL);
    struct terms_hit hit;

    CHECK(at(t, "New", 0, &hit) == 0);
    terms_free(t);
}

int
main(void)
{
    RUN(the_longest_term_wins);
    RUN(a_term_is_a_whole_word);
    RUN(case_matters_where_the_term_says_so);
    RUN(bad_lists_are_refused);
    RUN(an_empty_list_finds_nothing);
    return tap_end();
}
