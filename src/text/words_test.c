/* SPDX-License-Identifier: ISC */
#include "text/words.h"

#include "base/tap.h"

static const struct word_list lists[] = {
    {"en", "no idiot* *less *n't"},
    {"fr", "n pas"},
};

static size_t
count(const char *text, const char *lang)
{
    return words_count(span_of(text),
        words_of(lists, sizeof(lists) / sizeof(lists[0]), span_of(lang)));
}

static void
whole_words_count_in_any_case(void)
{
    CHECK(count("No, no and NO!", "en") == 3);
    CHECK(count("know noon piano", "en") == 0);
}

static void
beginnings_and_endings_count(void)
{
    CHECK(count("Idiots, an idiot, an idiotic one", "en") == 3);
    CHECK(count("Hopeless, but less is more", "en") == 1);
    CHECK(count("He didn't and I don\xe2\x80\x99t", "en") == 2);
}

static void
parts_around_an_apostrophe_count(void)
{
    CHECK(count("Il n'est pas l\xc3\xa0", "fr") == 2);
    CHECK(count("'no'", "en") == 1);
}

static void
a_language_without_a_list_has_none(void)
{
    CHECK(count("no", "xx") == 0);
    CHECK(count("", "en") == 0);
}

static void
words_folded_once_count_as_well(void)
{
    struct folded_words text;

    words_fold(SPAN("No! IDIOTS, it isn\xe2\x80\x99t 'no'."), &text);
    CHECK(words_count_folded(&text, "no") == 2);
    CHECK(words_count_folded(&text, "idiot* *n't") == 2);
    CHECK(words_count_folded(&text, "isn") == 1);
    CHECK(words_count_folded(&text, NULL) == 0);
    words_fold(SPAN(""), &text);
    CHECK(words_count_folded(&text, "no") == 0);
}

static void
of_a_long_text_the_start_counts(void)
{
    static char letters[2 * WORDS_FOLDED_BYTES];
    struct folded_words text;

    for (size_t i = 0; i < sizeof(letters); i++)
        letters[i] = i % 2 ? ' ' : 'a';
    words_fold((struct span){letters, sizeof(letters)}, &text);
    CHECK(text.len == sizeof(text.p));
    CHECK(words_count_folded(&text, "a") == WORDS_FOLDED_BYTES / 2);
}

int
main(void)
{
    RUN(whole_words_count_in_any_case);
    RUN(beginnings_and_endings_count);
    RUN(parts_around_an_apostrophe_count);
    RUN(a_language_without_a_list_has_none);
    RUN(words_folded_once_count_as_well);
    RUN(of_a_long_text_the_start_counts);
    return tap_end();
}
