/* SPDX-License-Identifier: ISC */
#include "text/figures.h"

#include <stdio.h>

#include "base/tap.h"

/* The figures of text, each behind a bar. */
static bool
finds(const char *text, const char *want)
{
    struct buf got = {0};
    struct span s;
    size_t i = 0;
    bool ok;

    while ((s = figures_next(span_of(text), &i)).p)
        buf_addf(&got, "|%.*s", SPAN_ARG(s));
    ok = span_eqz(buf_span(&got), want);
    if (!ok)
        printf("# \"%s\": %.*s\n", text, SPAN_ARG(buf_span(&got)));
    buf_free(&got);
    return ok;
}

static void
amounts_and_times_are_figures(void)
{
    CHECK(finds("it cost me $49.99 plus tax", "|$49.99"));
    CHECK(finds("1,200 a month, 20 % off, 3.5 km", "|1,200|20 %|3.5 km"));
    CHECK(finds("from 9h30 to 3 pm, or 15h", "|9h30|3 pm"));
    CHECK(finds("10 000 pas, 2 500 000 €", "|10 000|2 500 000 €"));
    CHECK(finds("-12°C", "|-12°C"));
    CHECK(finds("dormi 8h, à 2h de Paris, vers 8h", "|8h"));
}

static void
dates_codes_and_versions_are_none(void)
{
    CHECK(finds("on 12/03/2024, v2.10.3, 2.10.3, 10.0.0.1", ""));
    CHECK(finds("call 06 12 34 56 78 or +44 20 7946 0958", ""));
    CHECK(finds("code 4507B, 10:30:15, 123456, 192.168.100.100", ""));
}

static void
figures_in_a_translation_are_the_source_s(void)
{
    struct buf got = {0};

    figures_localise_all(SPAN("à 15h, 49,99 €"), SPAN("fr"),
        SPAN("to 15h, 49,99 €, 3,5"), SPAN("en"), &got);
    CHECK(span_eqz(buf_span(&got), "to 15:00, 49.99 €, 3,5"));
    buf_reset(&got);
    figures_localise_all(SPAN("at 7:05, 8 hours"), SPAN("en"),
        SPAN("à 7 h 05, 8 h de route"), SPAN("fr"), &got);
    CHECK(span_eqz(buf_span(&got), "à 7h05, 8 h de route"));
    buf_free(&got);
}

/* The first figure of text in another language; NULL: it stays. */
static bool
becomes(const char *from, const char *text, const char *to, const char *want)
{
    struct buf got = {0};
    size_t i = 0;
    struct span figure = figures_next(span_of(text), &i);
    bool put = figures_localise(
        span_of(text), figure, span_of(from), span_of(to), &got);
    bool ok =
        want ? put && span_eqz(buf_span(&got), want) : !put && got.len == 0;

    if (!ok)
        printf("# %s \"%s\" %s: \"%.*s\"\n", from, text, to,
            SPAN_ARG(buf_span(&got)));
    buf_free(&got);
    return ok;
}

static void
figures_are_written_as_the_language_does(void)
{
    CHECK(becomes("en", "$49.99", "fr", "$49,99"));
    CHECK(becomes("de", "1.200 im Monat", "en", "1,200"));
    CHECK(becomes("en", "1,200 a month", "es", "1200"));
    CHECK(becomes("en", "1,234,567", "de", "1.234.567"));
    CHECK(becomes("fr", "10 000 pas", "en", "10,000"));
    CHECK(becomes("fr", "42,195 km", "en", NULL));
    CHECK(becomes("it", "3,5", "en", "3.5"));
    CHECK(becomes("en", "2.26 million", "pt", "2,26"));
    CHECK(becomes("pt", "1.234,50 €", "en", "1,234.50 €"));
    CHECK(becomes("en", "meet at 3pm", "fr", "15h"));
    CHECK(becomes("en", "at 9:30 p.m.", "it", "21:30"));
    CHECK(becomes("en", "at 12 am", "de", "0:00"));
    CHECK(becomes("fr", "rdv à 15h", "en", "15:00"));
    CHECK(becomes("fr", "vers 9h05", "de", "9:05"));
}

static void
what_may_mean_something_else_stays(void)
{
    CHECK(becomes("en", "Python 3.11", "fr", NULL));
    CHECK(becomes("en", "1.200 km", "de", NULL));
    CHECK(becomes("es", "1,200 pesos", "en", NULL));
    CHECK(becomes("en", "at 9:30", "fr", NULL));
    CHECK(becomes("de", "3,5 km", "fr", NULL));
    CHECK(becomes("en", "3.5 km", "en", NULL));
    CHECK(becomes("en", "20%", "de", NULL));
}

static void
a_unit_must_stay_with_its_figure(void)
{
    CHECK(figures_units_kept(SPAN("it's 3.5 km"), SPAN("c'est 3,5 km")));
    CHECK(figures_units_kept(SPAN("$2.26"), SPAN("US $ 2,26")));
    CHECK(figures_units_kept(SPAN("50 €"), SPAN("€50")));
    CHECK(figures_units_kept(SPAN("at 3pm"), SPAN("à 15h")));
    CHECK(!figures_units_kept(SPAN("12 kg"), SPAN("12 Kilometer")));
    CHECK(!figures_units_kept(SPAN("20% off"), SPAN("20 de desconto")));
    CHECK(!figures_units_kept(SPAN("£20"), SPAN("20")));
    CHECK(!figures_units_kept(SPAN("5 € or 6 €"), SPAN("5 € ou 6")));
    CHECK(!figures_units_kept(SPAN("5 €"), SPAN("5 € 6 €")));
    CHECK(!figures_units_kept(SPAN("$5"), SPAN("$5 $")));
}

static void
euros_are_no_dollars(void)
{
    CHECK(figures_currencies_kept(SPAN("15 euros"), SPAN("15 Euro")));
    CHECK(figures_currencies_kept(SPAN("15 €"), SPAN("fifteen euros")));
    CHECK(figures_currencies_kept(SPAN("$5"), SPAN("5 dólares")));
    CHECK(figures_currencies_kept(SPAN("5 dollars"), SPAN("5 Dollar")));
    CHECK(figures_currencies_kept(SPAN("5 dollari"), SPAN("5 dollars")));
    CHECK(figures_currencies_kept(SPAN("my doll"), SPAN("in Europe")));
    CHECK(!figures_currencies_kept(SPAN("15 euros"), SPAN("15 Dollar")));
    CHECK(!figures_currencies_kept(SPAN("15 euros"), SPAN("15")));
}

static void
what_is_below_zero_stays_there(void)
{
    CHECK(!figures_signs_kept(SPAN("it was -12°C"), SPAN("c'était 12°C")));
    CHECK(!figures_signs_kept(SPAN("-12 °C today"), SPAN("12 °C hoy")));
    CHECK(!figures_signs_kept(SPAN("now \u22125 outside"), SPAN("5 dehors")));
    CHECK(figures_signs_kept(SPAN("it was -12°C"), SPAN("hubo \u221212 °C")));
    CHECK(figures_signs_kept(SPAN("it was -12"), SPAN("il faisait moins 12")));
    CHECK(figures_signs_kept(SPAN("-20 % today"), SPAN("20 % de rabais")));
    CHECK(figures_signs_kept(SPAN("now -20% off"), SPAN("20 % de rabais")));
    CHECK(figures_signs_kept(SPAN("-2 eggs"), SPAN("2 œufs")));
    CHECK(figures_signs_kept(SPAN("from 10 -12"), SPAN("de 10 à 12")));
    CHECK(figures_signs_kept(SPAN("a 3-1 win, B-52"), SPAN("3 à 1, B52")));
}

int
main(void)
{
    RUN(amounts_and_times_are_figures);
    RUN(dates_codes_and_versions_are_none);
    RUN(figures_are_written_as_the_language_does);
    RUN(figures_in_a_translation_are_the_source_s);
    RUN(what_may_mean_something_else_stays);
    RUN(a_unit_must_stay_with_its_figure);
    RUN(euros_are_no_dollars);
    RUN(what_is_below_zero_stays_there);
    return tap_end();
}
