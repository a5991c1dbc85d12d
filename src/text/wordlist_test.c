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

int
main(void)
{
    RUN(common_words_names_and_short_ones_are_covered);
    RUN(a_word_that_the_list_has_not_is_noticed);
    return tap_end();
}
