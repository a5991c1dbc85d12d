/* SPDX-License-Identifier: ISC */
#include "text/wordlist.h"

#include "base/tap.h"

static bool
covers(const char *lang, const char *text)
{
    return wordlist_covers(span_of(lang), span_of(text));
}

static void
common_words_names_and_short_ones_are_covered(void)
{
    CHECK(covers("en", "Kakogawa doesn't have a choice, ok?"));
    CHECK(covers("fr", "je n'arrive pas à le trouver"));
    CHECK(covers("fr", "Ça l\u2019a rendu heureux."));
    CHECK(covers("de", "Wir haben 3 Tage."));
}

static void
a_word_that_the_list_has_not_is_noticed(void)
{
    CHECK(!covers("es", "estoy en un engarrafamento"));
    CHECK(!covers("en", "you owe us money, dickers"));
    CHECK(!covers("xx", "anything"));
}

static void
rare_words_are_known_and_not_common(void)
{
    struct wordlist_hit hit;

    CHECK(wordlist_knows(SPAN("en"), SPAN("exterior")));
    CHECK(!wordlist_find(SPAN("en"), SPAN("exterior"), &hit));
    CHECK(wordlist_knows(SPAN("en"), SPAN("house")));
    CHECK(!wordlist_knows(SPAN("en"), SPAN("geladeira")));
    CHECK(wordlist_knows(SPAN("tr"), SPAN("ev")));
    CHECK(!wordlist_knows(SPAN("xx"), SPAN("house")));
    CHECK(!wordlist_knows(SPAN("en"), SPAN("")));
}

int
main(void)
{
    RUN(common_words_names_and_short_ones_are_covered);
    RUN(a_word_that_the_list_has_not_is_noticed);
    RUN(rare_words_are_known_and_not_common);
    return tap_end();
}
