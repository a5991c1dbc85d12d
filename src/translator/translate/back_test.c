/* SPDX-License-Identifier: ISC */
#include "translator/translate/back.h"

#include "base/tap.h"

static bool
agrees(const char *lines, const char *back)
{
    return back_agrees(span_of(lines), span_of(back), SPAN("en"));
}

static void
the_same_words_agree(void)
{
    CHECK(agrees("Don't worry.", "don't worry"));
    CHECK(agrees("Oh, well.\nWho is it?", "Oh well\nWho is it?"));
}

static void
other_words_and_other_lines_do_not(void)
{
    CHECK(!agrees("I didn't see it.", "I see it."));
    CHECK(!agrees("It's good?", "It's good."));
    CHECK(!agrees("I am here.", "I am here.\nNow"));
    CHECK(!agrees("I am here.\nNow", "I am here."));
    CHECK(!agrees("I am here.", ""));
}

int
main(void)
{
    RUN(the_same_words_agree);
    RUN(other_words_and_other_lines_do_not);
    return tap_end();
}
