/* SPDX-License-Identifier: ISC */
#include "text/person.h"

#include "base/tap.h"

static bool
swapped(const char *source, const char *translation, const char *from,
    const char *to)
{
    struct folded_words s, t;

    words_fold(span_of(source), &s);
    words_fold(span_of(translation), &t);
    return person_swapped(&s, &t, span_of(from), span_of(to));
}

static void
another_person_is_noticed(void)
{
    CHECK(swapped("elle a oublié", "he forgot", "fr", "en"));
    CHECK(swapped("she forgot", "il a oublié", "en", "fr"));
    CHECK(swapped("are you coming?", "est-ce que je viens ?", "en", "fr"));
    CHECK(swapped("tu as oublié", "I forgot", "fr", "en"));
    CHECK(swapped("er hat angerufen", "you called", "de", "en"));
    CHECK(swapped("I called you", "er hat angerufen", "en", "de"));
}

static void
the_same_person_in_other_words_is_not(void)
{
    CHECK(!swapped("il faut partir", "you have to go", "fr", "en"));
    CHECK(!swapped("on part", "we're leaving", "fr", "en"));
    CHECK(!swapped("let me see", "voyons voir", "en", "fr"));
    CHECK(!swapped("sie ruft an", "she's calling", "de", "en"));
    CHECK(!swapped("Haben Sie Zeit?", "do you have time?", "de", "en"));
    CHECK(!swapped("elle est en panne", "it's broken", "fr", "en"));
    CHECK(!swapped("he's here", "está aquí", "en", "es"));
    CHECK(!swapped("", "", "en", "fr"));
}

int
main(void)
{
    RUN(another_person_is_noticed);
    RUN(the_same_person_in_other_words_is_not);
    return tap_end();
}
