/* SPDX-License-Identifier: ISC */
#include "text/mention.h"

#include <stdio.h>
#include <string.h>

#include "base/tap.h"

/* The names, each behind a space. */
static bool
has(const char *text, const char *expected)
{
    char got[200] = "";
    struct span name;
    size_t at = 0;

    while (mention_next(span_of(text), &at, &name))
        snprintf(got + strlen(got), sizeof(got) - strlen(got), " %.*s",
            SPAN_ARG(name));
    if (strcmp(got, expected) != 0)
        printf("# \"%s\":%s\n", text, got);
    return strcmp(got, expected) == 0;
}

static void
names_are_found_wherever_they_stand(void)
{
    CHECK(has("@bob", " bob"));
    CHECK(has("hi @bob, and @Amélie-a1b2!", " bob Amélie-a1b2"));
    CHECK(has("(@bob) @all: ok", " bob all"));
    CHECK(has("你好@bob再见", " bob"));
    CHECK(has("ask @bob.", " bob"));
    CHECK(has("@a_1\n@b.c", " a_1 b.c"));
}

static void
what_is_no_mention_is_none(void)
{
    CHECK(has("", ""));
    CHECK(has("no names", ""));
    CHECK(has("mail bob@example.org", ""));
    CHECK(has("https://example.org/@bob", ""));
    CHECK(has("a @ b @", ""));
    CHECK(has("\xff@\xff", ""));
}

int
main(void)
{
    RUN(names_are_found_wherever_they_stand);
    RUN(what_is_no_mention_is_none);
    return tap_end();
}
