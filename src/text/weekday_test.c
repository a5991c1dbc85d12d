/* SPDX-License-Identifier: ISC */
#include "text/weekday.h"

#include "base/tap.h"

static bool
differs(const char *source, const char *translation, const char *from,
    const char *to)
{
    struct folded_words s, t;

    words_fold(span_of(source), &s);
    words_fold(span_of(translation), &t);
    return weekday_differs(&s, &t, span_of(from), span_of(to));
}

static void
another_day_is_noticed(void)
{
    CHECK(differs("see you tuesday morning", "à lundi matin", "en", "fr"));
    CHECK(differs(
        "Samstagabend geht nicht", "friday night won't do", "de", "en"));
    CHECK(differs("le train de dimanche", "el tren del sábado", "fr", "es"));
    CHECK(
        differs("no puedo el jueves", "não posso na sexta-feira", "es", "pt"));
}

static void
the_day_before_is_not_the_day_after(void)
{
    CHECK(differs("I saw her yesterday", "la verò domani", "en", "it"));
    CHECK(differs("llego mañana", "I arrived yesterday", "es", "en"));
    CHECK(differs("on se voit demain", "we'll see each other", "fr", "en"));
    CHECK(!differs("morgen früh", "tomorrow morning", "de", "en"));
    CHECK(!differs("guten Morgen", "good morning", "de", "en"));
    CHECK(!differs("por la mañana", "in the morning", "es", "en"));
    CHECK(!differs("last night", "anoche", "en", "es"));
    CHECK(!differs("avant-hier", "the day before yesterday", "fr", "en"));
    CHECK(!differs("übermorgen", "the day after tomorrow", "de", "en"));
}

static void
a_day_that_comes_or_goes_is_noticed(void)
{
    CHECK(differs("I'll call you on Monday", "ti chiamo", "en", "it"));
    CHECK(differs("bis morgen!", "see you on Monday!", "de", "en"));
    CHECK(differs("Monday or Tuesday", "lundi ou demain", "en", "fr"));
}

static void
the_same_day_is_not(void)
{
    CHECK(!differs("see you Tuesday", "à mardi", "en", "fr"));
    CHECK(!differs("Montagmorgen", "Monday morning", "de", "en"));
    CHECK(
        !differs("on mondays and fridays", "lundis et vendredis", "en", "fr"));
    CHECK(!differs("Monday's fine", "am Montag geht's", "en", "de"));
    CHECK(!differs("nos vemos el sabado", "ci vediamo sabato", "es", "it"));
    CHECK(!differs("am Sonnabend", "on Saturday", "de", "en"));
    CHECK(!differs("the assembly line", "das Montageband", "en", "de"));
    CHECK(!differs("Good Friday", "Karfreitag", "en", "de"));
    CHECK(!differs("na segunda-feira", "on Monday", "pt", "en"));
    CHECK(!differs("on Monday", "na segunda", "en", "pt"));
    CHECK(!differs("a segunda vez", "the second time", "pt", "en"));
    CHECK(!differs("Black Friday", "Black Friday", "en", "es"));
    CHECK(!differs("sun and sea", "soleil et mer", "en", "fr"));
    CHECK(!differs("Monday", "poniedziałek", "en", "pl"));
    CHECK(!differs("", "", "en", "fr"));
}

int
main(void)
{
    RUN(another_day_is_noticed);
    RUN(the_day_before_is_not_the_day_after);
    RUN(a_day_that_comes_or_goes_is_noticed);
    RUN(the_same_day_is_not);
    return tap_end();
}
