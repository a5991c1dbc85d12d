/* SPDX-License-Identifier: ISC */
#include "exchange/slack_text.h"

#include <stdlib.h>

#include "base/tap.h"

static struct span
name_of(struct span id, void *ctx)
{
    (void)ctx;
    return span_eqz(id, "U1") ? SPAN("ann") : (struct span){NULL, 0};
}

static bool
becomes(const char *raw, const char *shown)
{
    struct buf b = {0};
    bool same;

    slack_text(span_of(raw), name_of, NULL, &b);
    same = span_eqz(buf_span(&b), shown);
    if (!same)
        printf("# %s -> %.*s\n", raw, SPAN_ARG(buf_span(&b)));
    buf_free(&b);
    return same;
}

static void
people_rooms_and_everybody_have_their_names(void)
{
    CHECK(becomes("<@U1> hi", "@ann hi"));
    CHECK(becomes("<@U1|old-name>!", "@ann!"));
    CHECK(becomes("<@U9|bob> <@U8>", "@bob @U8"));
    CHECK(becomes("see <#C1|general>", "see #general"));
    CHECK(becomes("<!here> <!channel> <!everyone|everyone>", "@all @all @all"));
    CHECK(becomes("<!subteam^S1|@team>", "@team"));
    CHECK(becomes("<!date^1392734382^{date}|18 Feb 2014>", "18 Feb 2014"));
}

static void
links_are_shown_with_what_they_are_called(void)
{
    CHECK(becomes("<https://a.org/x>", "https://a.org/x"));
    CHECK(becomes("<https://a.org/x?a=1&amp;b=2>", "https://a.org/x?a=1&b=2"));
    CHECK(becomes("<http://a.org|a.org>", "http://a.org"));
    CHECK(becomes(
        "<https://a.org|this &amp; that>", "this & that (https://a.org)"));
    CHECK(becomes("<mailto:a@b.org|a@b.org>", "a@b.org"));
    CHECK(becomes("<tel:+4912|+49 12>", "+49 12 (tel:+4912)"));
}

static void
entities_and_emoji_are_the_characters(void)
{
    CHECK(becomes("1 &lt; 2 &amp;&amp; 3 &gt; 2", "1 < 2 && 3 > 2"));
    CHECK(becomes("&amp;lt;", "&lt;"));
    CHECK(becomes("&nbsp; &", "&nbsp; &"));
    CHECK(becomes("well done :+1::tada:", "well done 👍🎉"));
    CHECK(becomes(":wave::skin-tone-3: hi", "👋 hi"));
    CHECK(becomes("at 10:30: go", "at 10:30: go"));
    CHECK(becomes(":our_own:", ":our_own:"));
    CHECK(becomes("`a:joy:b` :joy:", "`a:joy:b` 😂"));
}

static void
what_is_not_closed_stays(void)
{
    CHECK(becomes("<", "<"));
    CHECK(becomes("a <b", "a <b"));
    CHECK(becomes("<>", ""));
    CHECK(becomes("<@>", "@"));
    CHECK(becomes(":", ":"));
    CHECK(becomes("::", "::"));
    CHECK(becomes(":joy", ":joy"));
    CHECK(becomes(":joy::skin-tone-", "😂:skin-tone-"));
    CHECK(becomes("", ""));
}

int
main(void)
{
    RUN(people_rooms_and_everybody_have_their_names);
    RUN(links_are_shown_with_what_they_are_called);
    RUN(entities_and_emoji_are_the_characters);
    RUN(what_is_not_closed_stays);
    return tap_end();
}
