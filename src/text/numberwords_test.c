/* SPDX-License-Identifier: ISC */
#include "text/numberwords.h"

#include <stdio.h>

#include "base/tap.h"

static const char *const langs[] = {"ca", "cs", "da", "de", "en", "es", "fr",
    "gl", "it", "nb", "nl", "oc", "pl", "pt", "ro", "ru", "sv", "uk"};

enum { N_LANGS = sizeof(langs) / sizeof(langs[0]) };

static void
every_number_that_is_spelled_is_read_again(void)
{
    struct buf out = {0};

    for (int k = 0; k < N_LANGS; k++) {
        int bad = 0;

        for (int n = 0; n <= NUMBERWORDS_SPELL_MAX; n++) {
            struct numberword got;

            buf_reset(&out);
            CHECK(numberwords_spell(n, span_of(langs[k]), &out));
            if (numberwords_at(buf_span(&out), 0, span_of(langs[k]), &got) &&
                got.value == n && got.len == out.len)
                continue;
            if (bad++ < 5)
                printf("# %s %d \"%.*s\"\n", langs[k], n,
                    SPAN_ARG(buf_span(&out)));
        }
        CHECK(bad == 0);
    }
    buf_free(&out);
}

struct row {
    const char *lang, *text, *number; /* all of it that is the number */
    long long value;
    bool weak, ordinal;
};

static void
numbers_are_read_as_people_write_them(void)
{
    static const struct row rows[] = {
        {"en", "eighty years old", "eighty", 80, false, false},
        {"en", "forty two chairs", "forty two", 42, false, false},
        {"en", "Two hundred and five", "Two hundred and five", 205, false,
            false},
        {"en", "a hundred times", "a hundred", 100, false, false},
        {"en", "nineteen eighty-four", "nineteen eighty-four", 1984, false,
            false},
        {"en", "two and three", "two", 2, false, false},
        {"en", "one of us", "one", 1, true, false},
        {"en", "twenty-first", "twenty-first", 21, false, true},
        {"en", "second thoughts", "second", 2, true, true},
        {"fr", "quatre-vingts ans", "quatre-vingts", 80, false, false},
        {"fr", "quatre vingt dix neuf", "quatre vingt dix neuf", 99, false,
            false},
        {"fr", "soixante-et-onze", "soixante-et-onze", 71, false, false},
        {"fr", "septante-cinq euros", "septante-cinq", 75, false, false},
        {"fr", "vingt et une filles", "vingt et une", 21, false, false},
        {"fr", "deux mille vingt-quatre", "deux mille vingt-quatre", 2024,
            false, false},
        {"fr", "neuf euros", "neuf", 9, false, false},
        {"fr", "neuf et cher", "neuf", 9, true, false},
        {"es", "DIECISEIS", "DIECISEIS", 16, false, false},
        {"es", "veintiún años", "veintiún", 21, false, false},
        {"es", "quinientas personas", "quinientas", 500, false, false},
        {"it", "ventotto", "ventotto", 28, false, false},
        {"it", "sei ore", "sei", 6, false, false},
        {"it", "sei sicuro", "sei", 6, true, false},
        {"de", "zweiundvierzig", "zweiundvierzig", 42, false, false},
        {"de", "fuenfzehn Euro", "fuenfzehn", 15, false, false},
        {"pt", "mil e quinhentos reais", "mil e quinhentos", 1500, false,
            false},
        {"nl", "tweeëntwintig", "tweeëntwintig", 22, false, false},
        {"pl", "dwie godziny", "dwie", 2, false, false},
        {"pl", "tysiąc dziewięćset", "tysiąc dziewięćset", 1900, false, false},
        {"ru", "сорок два стула", "сорок два", 42, false, false},
        {"ru", "двадцать первый", "двадцать первый", 21, false, true},
        {"uk", "п\u2019ять днів", "п\u2019ять", 5, false, false},
        {"uk", "дев'ятсот шість", "дев'ятсот шість", 906, false, false},
        {"cs", "pět set korun", "pět set", 500, false, false},
        {"cs", "dvaadvacet", "dvaadvacet", 22, false, false},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct row *r = &rows[i];
        struct numberword got = {0};

        if (!CHECK(
                numberwords_at(span_of(r->text), 0, span_of(r->lang), &got)) ||
            !CHECK(got.value == r->value && got.weak == r->weak) ||
            !CHECK(got.ordinal == r->ordinal) ||
            !CHECK(span_eqz((struct span){r->text, got.len}, r->number)))
            printf("# %s \"%s\": %lld of %zu bytes\n", r->lang, r->text,
                got.value, got.len);
    }
}

static void
what_only_looks_like_a_number_is_none(void)
{
    static const char *const rows[][2] = {{"fr", "pour cent"}, {"en", "tent"},
        {"en", "and"}, {"de", "und"}, {"it", "settembre"},
        {"es", "mil gracias"}, {"de", "dreist"}, {"nl", "eens"},
        {"fr", "onzes"}, {"en", "a house"}, {"xx", "one"}, {"sv", "sexig"},
        {"pl", "sto lat"}, {"cs", "set"}};
    struct numberword got;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (!CHECK(!numberwords_at(
                span_of(rows[i][1]), 0, span_of(rows[i][0]), &got)))
            printf("# %s %s\n", rows[i][0], rows[i][1]);
    CHECK(!numberwords_at(SPAN("cinq pour cent"), 10, SPAN("fr"), &got));
    CHECK(!numberwords_at(SPAN("grazie mille"), 7, SPAN("it"), &got));
}

static void
words_of_scale_make_more_of_a_figure(void)
{
    size_t len;

    CHECK(numberwords_scale(SPAN("5 mil euros"), 2, SPAN("es"), &len) == 1000);
    CHECK(len == 3);
    CHECK(
        numberwords_scale(SPAN("3 millions"), 2, SPAN("fr"), &len) == 1000000);
    CHECK(numberwords_scale(SPAN("3 cats"), 2, SPAN("en"), &len) == 0);
}

int
main(void)
{
    RUN(every_number_that_is_spelled_is_read_again);
    RUN(numbers_are_read_as_people_write_them);
    RUN(what_only_looks_like_a_number_is_none);
    RUN(words_of_scale_make_more_of_a_figure);
    return tap_end();
}
