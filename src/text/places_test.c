/* SPDX-License-Identifier: ISC */
#include "text/places.h"

#include "base/tap.h"

static void
towns_are_found_in_their_language(void)
{
    struct place list[PLACES_MAX];

    CHECK(places_find(
              SPAN("Ich wohne in Köln und Berlin."), SPAN("de"), list) == 2);
    CHECK(span_eqz(list[0].bytes, "Köln"));
    CHECK(span_eqz(places_name(list[0].id, SPAN("en")), "Cologne"));
    CHECK(span_eqz(places_name(list[1].id, SPAN("it")), "Berlino"));
    CHECK(!places_name(list[0].id, SPAN("xx")).p);
    CHECK(places_find(SPAN("New York, Paris"), SPAN("en"), list) == 2);
}

static void
other_words_are_no_towns(void)
{
    struct place list[PLACES_MAX];

    CHECK(places_find(SPAN("Kölner Dom, berlin"), SPAN("de"), list) == 0);
    CHECK(places_find(SPAN("Köln"), SPAN("en"), list) == 0);
    CHECK(places_find(SPAN("Köln"), SPAN("xx"), list) == 0);
}

static void
a_town_must_be_in_the_translation(void)
{
    struct place list[PLACES_MAX];
    size_t n = places_find(SPAN("Ich wohne in Köln"), SPAN("de"), list);

    CHECK(places_kept(list, n, SPAN("I live in Cologne"), SPAN("en")));
    CHECK(places_kept(list, n, SPAN("I live in Köln"), SPAN("en")));
    CHECK(!places_kept(list, n, SPAN("I live in the cloud"), SPAN("en")));
    CHECK(places_kept(list, n, SPAN("whatever"), SPAN("xx")));
}

int
main(void)
{
    RUN(towns_are_found_in_their_language);
    RUN(other_words_are_no_towns);
    RUN(a_town_must_be_in_the_translation);
    return tap_end();
}
