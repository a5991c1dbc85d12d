/* SPDX-License-Identifier: ISC */
#include "text/rude.h"

#include "base/tap.h"

static bool
made_up(const char *source, const char *translation, const char *from,
    const char *to)
{
    return rude_from_nothing(
        span_of(source), span_of(translation), span_of(from), span_of(to));
}

static void
an_insult_out_of_nothing_is_noticed(void)
{
    CHECK(made_up("wow", "renoi", "en", "fr"));
    CHECK(made_up("vou chegar atrasado", "I'll be retarded", "pt", "en"));
    CHECK(made_up("My uncle", "Mein Arschloch", "en", "de"));
}

static void
a_rude_source_may_be_translated(void)
{
    CHECK(!made_up("this is shit", "c'est de la merde", "en", "fr"));
    CHECK(!made_up("Vaffanculo!", "Fuck you!", "it", "en"));
}

static void
polite_texts_are_polite(void)
{
    CHECK(
        !rude_has(SPAN("I passed the assignment in Scunthorpe."), SPAN("en")));
    CHECK(!rude_has(SPAN("Je suis content, merci."), SPAN("fr")));
    CHECK(!rude_has(SPAN("anything"), SPAN("xx")));
}

static void
without_a_list_for_the_source_nothing_is_said(void)
{
    CHECK(!made_up("whatever", "shit", "xx", "en"));
}

int
main(void)
{
    RUN(an_insult_out_of_nothing_is_noticed);
    RUN(a_rude_source_may_be_translated);
    RUN(polite_texts_are_polite);
    RUN(without_a_list_for_the_source_nothing_is_said);
    return tap_end();
}
