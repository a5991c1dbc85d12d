/* SPDX-License-Identifier: ISC */
#include "engine/neural_words.h"

#include "base/tap.h"

static bool
invents(const char *lang, const char *source, const char *translation)
{
    return neural_words_invented(span_of(source), span_of(translation), lang);
}

static void
a_word_that_no_language_has_is_made_up(void)
{
    CHECK(invents("es", "i'm allergic to nuts", "Soy alérgico a las nutas."));
    CHECK(invents("de", "we need a budget", "Wir brauchen einen Budent"));
    CHECK(invents("en", "wer bringt die Getränke", "Who's taking the bevers?"));
    CHECK(!invents("es", "see you tomorrow", "¡Nos vemos mañana!"));
    CHECK(!invents("de", "thanks for the help", "Vielen Dank für die Hilfe"));
}

static void
words_with_apostrophes_are_known_whole_or_in_parts(void)
{
    CHECK(!invents("en", "no fui", "I didn't go, and he hasn't."));
    CHECK(invents("en", "no fui", "I dibn't go"));
    CHECK(!invents("fr", "the water", "L'eau est froide, aujourd'hui"));
    CHECK(invents("fr", "the water", "L'eaurique est froide"));
}

static void
what_the_source_says_is_not_made_up(void)
{
    CHECK(!invents(
        "es", "Siobhan likes meeshyfest", "A Siobhan le gusta Meeshyfest"));
    CHECK(invents("es", "she likes it", "A Siobhanda le gusta"));
}

static void
joined_words_are_known_in_german(void)
{
    CHECK(!invents("de", "a birthday cake", "ein Geburtstagskuchen"));
    CHECK(invents("es", "a birthday cake", "un Geburtstagskuchen"));
}

static void
short_words_numbers_and_other_scripts_pass(void)
{
    CHECK(!invents("es", "ok", "zq xyw 20zqxwm 18:05"));
    CHECK(!invents("ca", "ok", "nutas"));
    CHECK(!invents("es", "ok", ""));
    CHECK(!invents("es", "\xff\xfe", "\xff ' a\xfe'"));
}

int
main(void)
{
    RUN(a_word_that_no_language_has_is_made_up);
    RUN(words_with_apostrophes_are_known_whole_or_in_parts);
    RUN(what_the_source_says_is_not_made_up);
    RUN(joined_words_are_known_in_german);
    RUN(short_words_numbers_and_other_scripts_pass);
    return tap_end();
}
