/* SPDX-License-Identifier: ISC */
#include "engine/neural_names.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/tap.h"
#include "nn/batcher.h"

/* The names of text, with a space between. */
static bool
finds(const char *lang, const char *text, const char *want)
{
    struct span list[NEURAL_NAMES_MAX];
    size_t n = neural_names_find(span_of(text), lang, list);
    struct buf b = {0};
    bool ok;

    for (size_t i = 0; i < n; i++) {
        if (i)
            buf_addc(&b, ' ');
        buf_adds(&b, list[i]);
    }
    ok = span_eqz(buf_span(&b), want);
    if (!ok)
        printf("# %s: %.*s\n", text, SPAN_ARG(buf_span(&b)));
    buf_free(&b);
    return ok;
}

static void
capitals_inside_of_sentences_are_names(void)
{
    CHECK(finds("en", "Hi Karim, meet Siobhan.", "Karim Siobhan"));
    CHECK(finds("en", "Dinner. Ask Zo\u00eb! Then go.", "Zo\u00eb"));
    CHECK(finds("fr", "Est-ce qu'Aleksandar est l\u00e0 ?", "Aleksandar"));
    CHECK(finds("fr", "Est-ce qu\u2019Aleksandar est l\u00e0 ?", "Aleksandar"));
    CHECK(finds("en", "Hello, Priya", "Priya"));
    CHECK(finds("en", "I am, and NASA or iPhone or Al is", ""));
    CHECK(finds("en", "\"No\", he said: \"Yes\"", ""));
    CHECK(finds("en", "", ""));
}

static void
words_that_are_translated_are_none(void)
{
    CHECK(finds("en", "See you on Tuesday in Germany, with Canadians", ""));
    CHECK(finds("fr", "Il va en Espagne avec Minka", "Minka"));
    CHECK(finds("en", "he met Germ and Tues", "Germ Tues"));
}

static void
other_languages_have_no_such_capitals(void)
{
    CHECK(finds("de", "Ich habe Hunger", ""));
    CHECK(finds("ja", "a Karim", ""));
    CHECK(finds("", "a Karim", ""));
    CHECK(finds("e", "a Karim", ""));
}

static void
no_more_than_a_bound(void)
{
    struct span list[NEURAL_NAMES_MAX];
    struct buf b = {0};

    for (int i = 0; i < 100; i++)
        buf_addz(&b, "and Karim ");
    CHECK(neural_names_find(buf_span(&b), "en", list) == NEURAL_NAMES_MAX);
    buf_free(&b);
}

static void
a_name_in_pieces_that_is_not_there_is_lost(void)
{
    /* Hi | Kar|im , | Tom and | Bo|b */
    static const struct span text = {"Hi Karim, Tom and Bob", 21};
    uint32_t begin[] = {0, 2, 6, 8, 9, 13, 17, 20};
    uint32_t end[] = {2, 6, 8, 9, 13, 17, 20, 21};
    struct batcher_alignment a = {
        .n_src = 8, .src_begin = begin, .src_end = end};
    struct span list[NEURAL_NAMES_MAX];
    size_t n = neural_names_find(text, "en", list);

    CHECK(n == 3);
    n = neural_names_lost(list, n, text, SPAN("Salut Karima, et Bob"), &a);
    CHECK(n == 1 && span_eqz(list[0], "Karim"));
    CHECK(neural_names_lost(list, n, text, SPAN("Karim!"), &a) == 0);
    CHECK(neural_names_lost(list, 1, text, SPAN(""), NULL) == 0);
}

static void
words_in_another_script_are_found(void)
{
    struct span list[NEURAL_NAMES_MAX];
    struct span text =
        SPAN("Large house on \u0445\u044a\u043b\u043c\u0430, \u1ea1");

    CHECK(neural_names_foreign(text, "en", list) == 1);
    CHECK(list[0].len == 10);
    CHECK(neural_names_foreign(text, "bg", list) == 0);
    CHECK(neural_names_foreign(SPAN("d\u00e9j\u00e0 vu"), "fr", list) == 0);
}

int
main(void)
{
    RUN(capitals_inside_of_sentences_are_names);
    RUN(words_that_are_translated_are_none);
    RUN(other_languages_have_no_such_capitals);
    RUN(no_more_than_a_bound);
    RUN(a_name_in_pieces_that_is_not_there_is_lost);
    RUN(words_in_another_script_are_found);
    return tap_end();
}
