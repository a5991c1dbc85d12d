/* SPDX-License-Identifier: ISC */
#include "text/untranslated.h"

#include "base/tap.h"

static bool
left(const char *from, const char *source, const char *to,
    const char *translation)
{
    return untranslated_word(
        span_of(source), span_of(translation), span_of(from), span_of(to));
}

static void
a_word_of_the_source_s_language_is_noticed(void)
{
    CHECK(left(
        "de", "ich komme zu spät, es ist Stau", "en", "I'm late, it's Stau"));
    CHECK(left("es", "esto es una mierda", "en", "This is a mierda"));
    CHECK(left("de", "20 % Rabatt", "en", "20 % Rabatt"));
    CHECK(left("de", "wir haben nur drei Tage", "en", "We only have 3 Tage"));
}

static void
a_word_of_the_language_on_the_way_is_noticed(void)
{
    CHECK(left("en", "nothing in the fridge", "fr", "rien dans la geladeira"));
    CHECK(left("es", "¿es tuyo el abrigo?", "en", "is that your casaco?"));
    CHECK(!left("en", "an old film", "fr", "un vieux film"));
    CHECK(!left("en", "a lovely fridge", "es", "una nevera encantadora"));
}

static void
names_links_and_words_of_both_are_fine(void)
{
    CHECK(!left(
        "fr", "on se voit au restaurant", "en", "see you at the restaurant"));
    CHECK(!left("fr", "T'as vu Rose ?", "en", "Have you seen Rose?"));
    CHECK(!left("de", "Hast du Heike gesehen?", "en", "Did you see Heike?"));
    CHECK(!left("fr", "voir https://a.fr/maison @maison", "en",
        "see https://a.fr/maison @maison"));
    CHECK(!left("fr", "la maison", "xx", "la maison"));
}

static void
acronyms_and_names_of_several_words_are_no_leftovers(void)
{
    CHECK(!left("fr", "il a la COVID", "en", "he has COVID"));
    CHECK(
        !left("en", "who ate the burgers?", "fr", "qui a mangé les burgers ?"));
    CHECK(!left("en", "the shop is called intelligent auto imports", "de",
        "Der Laden heißt Intelligent Auto Imports"));
    CHECK(
        !left("fr", "un traitement antiviral", "en", "an antiviral treatment"));
    CHECK(!left("de", "die Außenleuchten", "en", "the exterior lights"));
    CHECK(left("en", "the chicken is in the cupboard", "de",
        "Das Huhn ist im Cupboard"));
    CHECK(left("de", "DIE GELBE TAGE", "en", "THE YELLOW TAGE"));
}

int
main(void)
{
    RUN(a_word_of_the_source_s_language_is_noticed);
    RUN(a_word_of_the_language_on_the_way_is_noticed);
    RUN(acronyms_and_names_of_several_words_are_no_leftovers);
    RUN(names_links_and_words_of_both_are_fine);
    return tap_end();
}
