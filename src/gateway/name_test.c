/* SPDX-License-Identifier: ISC */
#include "gateway/name.h"

#include "base/tap.h"

enum { MAX = 10 };

static bool
fine(const char *name)
{
    return name_check(span_of(name), MAX, NULL);
}

static void
a_name_is_one_line_that_can_be_seen(void)
{
    CHECK(fine("Zoé ✨") && fine("مريم") && fine("a") && fine("1234567890"));
    CHECK(fine("\u0639\u0644\u06cc\u200c\u0631\u0636\u0627")); /* a joiner */
    CHECK(!fine(NULL) && !fine("") && !fine("12345678901"));
    CHECK(!fine("two\nlines") && !fine("two\xe2\x80\xa8lines"));
    CHECK(!fine("\x1b[2J") &&
          !fine("a\xc2\x9b"
                "b") &&
          !fine("\x7f"));
    CHECK(!fine("\xff") && !fine("\xed\xa0\x80"));
}

static void
a_name_is_not_only_space_or_shapeless(void)
{
    CHECK(!fine(" \t ") && !fine("\u200b") && !fine("\u3000"));
    CHECK(!fine("\u3164") && !fine("\u2800\u2800") && !fine("\u00ad"));
    CHECK(!fine("\xf3\xa0\x80\xa0")); /* a tag character, U+E0020 */
    CHECK(text_is_blank(SPAN("")) && !text_is_blank(SPAN("\u200b.")));
}

/* "Ada" and an override, and the text beside it runs backwards. */
static void
a_name_does_not_turn_its_neighbours_around(void)
{
    CHECK(!fine("Ada\u202e") && !fine("\u202aAda") && !fine("Ada\u2067"));
}

int
main(void)
{
    RUN(a_name_is_one_line_that_can_be_seen);
    RUN(a_name_is_not_only_space_or_shapeless);
    RUN(a_name_does_not_turn_its_neighbours_around);
    return tap_end();
}
