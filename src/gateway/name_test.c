/* SPDX-License-Identifier: ISC */
#include "gateway/name.h"

#include <string.h>

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

static void
a_name_has_no_formatting_but_what_scripts_and_emoji_need(void)
{
    CHECK(!fine("\u200fadmin\u200e") && !fine("ad\u200bmin"));
    CHECK(!fine("ad\u00admin") && !fine("ad\ufeffmin"));
    CHECK(!fine("ad\u200dmin") && !fine("ad\u200cmin") && !fine("admin\u200d"));
    CHECK(!fine("a\ue000"));
    CHECK(fine("\u0915\u094d\u200d\u0937")); /* Devanagari, a half form */
    CHECK(fine("\U0001f469\u200d\U0001f4bb")); /* woman and computer */
    CHECK(fine("\U0001f469\U0001f3fd\u200d\U0001f4bb"));
    CHECK(fine("\u2764\ufe0f\u200d\U0001f525"));
    CHECK(fine("\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067"
               "\U000e007f")); /* England */
    CHECK(!fine("a\U000e0067"));
}

static void
marks_are_not_piled_up(void)
{
    CHECK(fine("e\u0301") && fine("\u1ec7") && fine("e\u0323\u0302\u0301"));
    CHECK(fine("\u05e9\u05c1\u05b8\u05dc")); /* Hebrew with points */
    CHECK(!fine("a\u0301\u0302\u0303\u0304\u0305"));
}

/* "Ada" and an override, and the text beside it runs backwards. */
static void
a_name_does_not_turn_its_neighbours_around(void)
{
    CHECK(!fine("Ada\u202e") && !fine("\u202aAda") && !fine("Ada\u2067"));
}

static void
a_user_name_is_of_plain_letters(void)
{
    struct err err = {0};

    CHECK(username_check(SPAN("ada.l_2-b"), &err));
    CHECK(!username_check(SPAN("ada l"), &err) && err.kind == FAIL_BAD_INPUT);
    CHECK(!username_check(SPAN("\u0430da"), &err));
    CHECK(!username_check(SPAN(""), &err));
}

static void
a_user_name_is_made_of_another_name(void)
{
    char name[CHAT_USERNAME_LEN_MAX + 1];

    CHECK(username_from(SPAN("ada.l@example.org"), name));
    CHECK(strcmp(name, "ada.lexample.org") == 0);
    CHECK(username_from(SPAN("\u00c9mile Zola"), name));
    CHECK(strcmp(name, "mileZola") == 0);
    CHECK(!username_from(SPAN("\u5f20\u4f1f a"), name));
    CHECK(!username_from(SPAN(""), name));
    CHECK(username_from(
        SPAN("abcdefghijklmnopqrstuvwxyzabcdefghijklmnop"), name));
    CHECK(strlen(name) == CHAT_USERNAME_LEN_MAX);
}

int
main(void)
{
    RUN(a_name_is_one_line_that_can_be_seen);
    RUN(a_name_is_not_only_space_or_shapeless);
    RUN(a_name_has_no_formatting_but_what_scripts_and_emoji_need);
    RUN(marks_are_not_piled_up);
    RUN(a_name_does_not_turn_its_neighbours_around);
    RUN(a_user_name_is_of_plain_letters);
    RUN(a_user_name_is_made_of_another_name);
    return tap_end();
}
