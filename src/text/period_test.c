/* SPDX-License-Identifier: ISC */
#include "text/period.h"

#include "base/tap.h"

static bool
differs(const char *source, const char *translation, const char *from,
    const char *to)
{
    struct folded_words s, t;

    words_fold(span_of(source), &s);
    words_fold(span_of(translation), &t);
    return period_differs(&s, &t, span_of(from), span_of(to));
}

static void
a_since_that_is_lost_is_noticed(void)
{
    CHECK(differs("hab ihn seit freitag nicht gesehen",
        "Je ne l'ai pas vu vendredi", "de", "fr"));
    CHECK(differs("on l'a pas vue depuis mardi", "we didn't see her on Tuesday",
        "fr", "en"));
}

static void
an_until_that_is_lost_is_noticed(void)
{
    CHECK(differs(
        "I'm here until Friday", "ich bin am Freitag hier", "en", "de"));
    CHECK(differs("je dors jusqu'à midi", "I sleep at noon", "fr", "en"));
    CHECK(differs("espera hasta mañana", "do it by tomorrow", "es", "en"));
}

static void
before_is_not_after(void)
{
    CHECK(differs(
        "call me before lunch", "appelle-moi après le déjeuner", "en", "fr"));
    CHECK(differs("llámame después de la reunión", "call me before the meeting",
        "es", "en"));
    CHECK(differs("chiamami dopo cena", "call me before dinner", "it", "en"));
}

static void
the_same_is_not(void)
{
    CHECK(!differs("I haven't seen her since Friday",
        "Je ne l'ai pas vue depuis vendredi", "en", "fr"));
    CHECK(!differs("j'habite ici depuis deux ans",
        "I've lived here for two years", "fr", "en"));
    CHECK(!differs("bis morgen!", "see you tomorrow!", "de", "en"));
    CHECK(!differs("hasta luego", "see you later", "es", "en"));
    CHECK(!differs(
        "call me before you go", "ruf mich an, ehe du gehst", "en", "de"));
    CHECK(!differs("after all", "finalement", "en", "fr"));
    CHECK(!differs("since it's raining", "da es regnet", "en", "de"));
    CHECK(!differs("two days ago", "vor zwei Tagen", "en", "de"));
    CHECK(!differs("avant midi", "przed południem", "fr", "pl"));
    CHECK(!differs("", "", "en", "fr"));
}

int
main(void)
{
    RUN(a_since_that_is_lost_is_noticed);
    RUN(an_until_that_is_lost_is_noticed);
    RUN(before_is_not_after);
    RUN(the_same_is_not);
    return tap_end();
}
