/* SPDX-License-Identifier: ISC */
#include "text/emoji.h"

#include <string.h>

#include "base/tap.h"

static bool
reads(const char *in, const char *expected)
{
    char got[EMOJI_BYTES] = "";

    return emoji_read(span_of(in), got) && strcmp(got, expected) == 0;
}

static bool
same(const char *in)
{
    return reads(in, in);
}

static void
one_emoji_of_any_kind_is_one(void)
{
    CHECK(same("👍"));
    CHECK(same("👍🏽"));
    CHECK(same("👩🏽‍🚀"));
    CHECK(same("👨‍👩‍👧‍👦"));
    CHECK(same("🇫🇷"));
    CHECK(same("🏴󠁧󠁢󠁳󠁣󠁴󠁿"));
    CHECK(same("3️⃣"));
    CHECK(same("🏳️‍🌈"));
}

static void
what_means_the_same_is_written_the_same(void)
{
    CHECK(reads("❤", "❤️"));
    CHECK(same("❤️"));
    CHECK(reads("👍️", "👍"));
}

static void
anything_else_is_none(void)
{
    char got[EMOJI_BYTES];
    char many[EMOJI_BYTES + 1] = "";

    CHECK(!emoji_read(SPAN(""), got));
    CHECK(!emoji_read(SPAN("a"), got));
    CHECK(!emoji_read(SPAN("3"), got));
    CHECK(!emoji_read(SPAN(":-)"), got));
    CHECK(!emoji_read(SPAN("👍👍"), got));
    CHECK(!emoji_read(SPAN("👍 "), got));
    CHECK(!emoji_read(SPAN(" 👍"), got));
    CHECK(!emoji_read(SPAN("\xf0\x9f\x91"), got));
    CHECK(!emoji_read(SPAN("\xe2\x80\x8d"), got));
    strcpy(many, "👍");
    while (strlen(many) < EMOJI_BYTES - 3)
        strcat(many, "\xef\xb8\x8f");
    CHECK(!emoji_read(span_of(many), got));
}

int
main(void)
{
    RUN(one_emoji_of_any_kind_is_one);
    RUN(what_means_the_same_is_written_the_same);
    RUN(anything_else_is_none);
    return tap_end();
}
