/* SPDX-License-Identifier: ISC */
#include "memory/table.h"

#include <stdlib.h>
#include <string.h>

#include "base/tap.h"

static bool
says(const struct table *t, const char *text, const char *source,
    const char *target, const char *want)
{
    size_t from = table_column(t, span_of(source));
    size_t to = table_column(t, span_of(target));
    struct phrase p;
    struct table_hit found = {{NULL, 0}, false, false};

    if (phrase_read(span_of(text), span_of(source), &p))
        found = table_find(t, &p, from, to);
    if (want ? span_eqz(found.text, want) : !found.text.p)
        return true;
    printf("# %s: %.*s\n", text, SPAN_ARG(found.text));
    return false;
}

static struct table *
read(const char *text)
{
    struct err err = {0};
    struct table *t = table_read(span_of(text), &err);

    if (!t)
        printf("# %s\n", err.text);
    return t;
}

static void
all_alternatives_are_understood_and_the_first_is_given(void)
{
    struct table *t = read("# greetings\n"
                           "en\tfr\tes\n"
                           "hi|hey there\tsalut | coucou\thola\n"
                           "thanks\tmerci\t\n"
                           "good night\t\tbuenas noches\r\n");

    CHECK(table_columns(t) == 3 && table_lines(t) == 3);
    CHECK(says(t, "Hey there!", "en", "fr", "salut"));
    CHECK(says(t, "coucou", "fr", "es", "hola"));
    CHECK(says(t, "hola", "es", "en", "hi"));
    CHECK(says(t, "Merci", "fr", "en", "thanks"));
    CHECK(says(t, "merci", "fr", "es", NULL));
    CHECK(says(t, "good night", "en", "es", "buenas noches"));
    CHECK(says(t, "good", "en", "fr", NULL));
    table_free(t);
}

static void
what_is_exclaimed_may_mean_something_else(void)
{
    struct table *t = read("en\tde\n"
                           "good morning\tguten Morgen|morgen!\n"
                           "tomorrow\tmorgen\n"
                           "rain\tRegen!|Schauer\n");

    CHECK(says(t, "Morgen!", "de", "en", "good morning"));
    CHECK(says(t, "morgen!!", "de", "en", "good morning"));
    CHECK(says(t, "morgen", "de", "en", "tomorrow"));
    CHECK(says(t, "Morgen.", "de", "en", "tomorrow"));
    CHECK(says(t, "Regen", "de", "en", "rain"));
    CHECK(says(t, "rain", "en", "de", "Regen!"));
    table_free(t);
}

static void
of_several_meanings_the_best_that_has_both_languages_counts(void)
{
    struct table *t = read("en\tfr\tde\n"
                           "hi\tsalut|bonjour\t\n"
                           "bye\tsalut\ttschüss\n"
                           "hello\tbonjour\thallo\n");

    CHECK(says(t, "bonjour", "fr", "en", "hello"));

    CHECK(says(t, "salut", "fr", "en", "hi"));
    CHECK(says(t, "salut", "fr", "de", "tschüss"));
    CHECK(says(t, "bye", "en", "fr", "salut"));
    table_free(t);
}

static void
what_is_only_given_is_not_understood(void)
{
    struct table *t = read("en\tes\nhe is tired\t>está cansado|él está "
                           "cansado\n");

    CHECK(says(t, "He is tired", "en", "es", "está cansado"));
    CHECK(says(t, "Está cansado", "es", "en", NULL));
    CHECK(says(t, "Él está cansado.", "es", "en", "he is tired"));
    table_free(t);
}

static void
questions_are_apart(void)
{
    struct table *t = read("en\tfr\n"
                           "sorry?\tpardon ?\n"
                           "sorry\tdésolé\n");

    CHECK(says(t, "Sorry?", "en", "fr", "pardon ?"));
    CHECK(says(t, "Sorry.", "en", "fr", "désolé"));
    table_free(t);
}

static bool
refuses(const char *text, const char *why)
{
    struct err err = {0};
    struct table *t = table_read(span_of(text), &err);
    bool ok = !t && err.kind == FAIL_BAD_INPUT && strstr(err.text, why);

    if (!ok)
        printf("# %s\n", err.text);
    table_free(t);
    return ok;
}

static void
what_is_no_table_is_refused_by_the_line(void)
{
    CHECK(refuses("", "line 1: the languages are missing"));
    CHECK(refuses("# nothing\n", "the languages are missing"));
    CHECK(refuses("en\n", "line 1: two languages"));
    CHECK(refuses("en\ten\n", "line 1: a language has two columns"));
    CHECK(refuses("hello world\tfr\n", "line 1: the first line names"));
    CHECK(refuses("en\tfr\nhi\tsalut\tx\n", "line 2: more cells"));
    CHECK(refuses("en\tfr\n\nhi\n", "line 3: only one language"));
    CHECK(refuses("en\tfr\nhi\t?!\n", "line 2: a phrase is empty"));
    CHECK(refuses("en\tfr\nhi\t\xff\n", "not UTF-8"));
}

static void
a_table_can_be_read_from_the_first_line_to_the_last(void)
{
    struct table *t = read("en\tfr\thu\n#\n+hi|hey\tsalut\n\nbye\t\tviszlát");
    struct span cells[TABLE_COLUMNS_MAX];
    size_t pos = 0;

    CHECK(table_next(t, &pos, cells));
    CHECK(span_eqz(cells[0], "hi|hey") && span_eqz(cells[1], "salut"));
    CHECK(!cells[2].p);
    CHECK(table_next(t, &pos, cells));
    CHECK(!cells[1].p && span_eqz(cells[2], "viszlát"));
    CHECK(!table_next(t, &pos, cells));
    table_free(t);
}

/* So many that tables of hashes grow and clusters form. */
static void
every_phrase_of_a_large_table_is_found(void)
{
    enum { N = 20000 };
    struct buf b = {0};
    struct table *t;
    struct err err;
    char text[64], want[64];

    buf_addz(&b, "en\tde\n");
    for (int i = 0; i < N; i++)
        buf_addf(&b, "it is %d times\tes ist %d mal\n", i, i);
    t = table_read(buf_span(&b), &err);
    buf_free(&b);
    CHECK(t && table_lines(t) == N);
    for (int i = 0; i < N; i += 7) {
        snprintf(text, sizeof(text), "It is %d times!", i);
        snprintf(want, sizeof(want), "es ist %d mal", i);
        CHECK(says(t, text, "en", "de", want));
    }
    CHECK(says(t, "it is 20000 times", "en", "de", NULL));
    table_free(t);
}

static void
versions_follow_the_content(void)
{
    struct table *a = read("en\tfr\nhi\tsalut\n");
    struct table *b = read("en\tfr\nhi\tsalut\n");
    struct table *c = read("en\tfr\nhi\tcoucou\n");

    CHECK(table_version(a) == table_version(b));
    CHECK(table_version(a) != table_version(c));
    table_free(a);
    table_free(b);
    table_free(c);
}

int
main(void)
{
    RUN(all_alternatives_are_understood_and_the_first_is_given);
    RUN(what_is_exclaimed_may_mean_something_else);
    RUN(of_several_meanings_the_best_that_has_both_languages_counts);
    RUN(what_is_only_given_is_not_understood);
    RUN(questions_are_apart);
    RUN(what_is_no_table_is_refused_by_the_line);
    RUN(a_table_can_be_read_from_the_first_line_to_the_last);
    RUN(every_phrase_of_a_large_table_is_found);
    RUN(versions_follow_the_content);
    return tap_end();
}
