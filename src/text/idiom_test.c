/* SPDX-License-Identifier: ISC */
#include "text/idiom.h"

#include "base/tap.h"

static bool
has(const char *lang, const char *text)
{
    return idiom_in(span_of(text), span_of(lang));
}

static void
idioms_are_found_in_any_writing(void)
{
    CHECK(has("en", "It's raining CATS and dogs!"));
    CHECK(has("fr", "il pleut des cordes"));
    CHECK(has("fr", "Je suis tout ouïe."));
    CHECK(has("de", "ich drücke dir die Daumen"));
    CHECK(has("it", "non vedo l'ora di vederti"));
}

static void
their_words_alone_are_none(void)
{
    CHECK(!has("en", "dogs and cats"));
    CHECK(!has("en", "all earsplitting"));
    CHECK(!has("es", "it's raining cats and dogs"));
    CHECK(!has("xx", "cats and dogs"));
    CHECK(!has("en", ""));
}

int
main(void)
{
    RUN(idioms_are_found_in_any_writing);
    RUN(their_words_alone_are_none);
    return tap_end();
}
