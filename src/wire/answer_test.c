/* SPDX-License-Identifier: ISC */
#include "wire/answer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/tap.h"

static bool
becomes(const char *text, const char *source, const char *want)
{
    char *copy = xstrdup(text);
    bool ok;

    answer_clean(copy, span_of(source));
    ok = strcmp(copy, want) == 0;
    free(copy);
    return ok;
}

static void
an_answer_is_not_of_another_size_than_its_source(void)
{
    CHECK(answer_fits(6, 5));
    CHECK(!answer_fits(400000, 5));
    CHECK(!answer_fits(0, 5));
    CHECK(answer_fits(60000, 20000) && !answer_fits(400000, 20000));
}

static void
what_is_not_seen_but_changes_what_is_goes(void)
{
    CHECK(becomes("a\u202eb", "x", "ab")); /* right to left override */
    CHECK(becomes("\a\x1b[31mred\x7f", "x", "[31mred"));
    CHECK(becomes("\u200f\u2066a\u2069\u061c\ufeff\xc2\x85", "x", "a"));
    CHECK(becomes("two\nlines\tand\r\n", "x", "two\nlines\tand\r\n"));
    CHECK(becomes("\u202e", "x", ""));
    CHECK(becomes("a\U000e0041\U000e007fb\ufff9c\ufffa\ufffb", "x", "abc"));
    CHECK(becomes(
        "\U0001f3f4\U000f0000\ufffc", "x", "\U0001f3f4\U000f0000\ufffc"));
}

static void
what_the_source_has_too_stays(void)
{
    CHECK(becomes("\u200fשלום\u202e", "hi \u200f", "\u200fשלום"));
    CHECK(becomes("\U0001f3f4\U000e0067\U000e007f!",
        "a \U0001f3f4\U000e0067\U000e007f", /* a flag */
        "\U0001f3f4\U000e0067\U000e007f!"));
    CHECK(becomes("é ü 日本 😀\u200d👍", "x", "é ü 日本 😀\u200d👍"));
}

static void
words_are_short_and_plain(void)
{
    char *word = answer_word(SPAN("neural\x1b:en"), ANSWER_WORD_BYTES_MAX);

    CHECK(strcmp(word, "neural:en") == 0);
    free(word);
    word = answer_word(SPAN("aéé"), 4); /* not half of a letter */
    CHECK(strcmp(word, "aé") == 0);
    free(word);
    CHECK(!answer_word((struct span){NULL, 0}, 4));
}

static void
a_list_is_whole_or_is_none(void)
{
    static char long_one[ANSWER_LIST_BYTES_MAX + 1];
    char *list = answer_list(SPAN("en,fr\x1b"));

    CHECK(strcmp(list, "en,fr") == 0);
    free(list);
    memset(long_one, 'a', sizeof(long_one));
    CHECK(!answer_list((struct span){long_one, sizeof(long_one)}));
    CHECK(!answer_list((struct span){NULL, 0}));
}

static void
numbers_are_finite_and_within_bounds(void)
{
    CHECK(answer_number(0.5, 1) == 0.5 && answer_number(7, 1) == 1);
    CHECK(answer_number(-1, 1) == 0 && answer_number(NAN, 1) == 0);
    CHECK(answer_number(INFINITY, 1) == 0 && answer_number(1e308, 9) == 9);
}

int
main(void)
{
    RUN(an_answer_is_not_of_another_size_than_its_source);
    RUN(what_is_not_seen_but_changes_what_is_goes);
    RUN(what_the_source_has_too_stays);
    RUN(words_are_short_and_plain);
    RUN(a_list_is_whole_or_is_none);
    RUN(numbers_are_finite_and_within_bounds);
    return tap_end();
}
