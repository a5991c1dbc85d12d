/* SPDX-License-Identifier: ISC */
#include "base/buf.h"

#include <stdlib.h>
#include <string.h>

#include "base/tap.h"

static void
appends_grow_and_keep_what_was_there(void)
{
    struct buf b = {0};
    char *z;

    buf_addz(&b, "ab");
    buf_addc(&b, 'c');
    buf_adds(&b, SPAN("de"));
    buf_addf(&b, "%d-%s", 42, "a text longer than the first 64 bytes of room");
    buf_add(&b, NULL, 0);
    CHECK(span_starts(buf_span(&b), SPAN("abcde42-a text")));
    z = buf_take(&b);
    CHECK(strlen(z) == 53 && b.len == 0 && !b.p);
    free(z);
}

static void
format_fills_the_room_exactly(void)
{
    struct buf b = {0};

    for (int len = 60; len < 70; len++) { /* around the first capacity */
        buf_reset(&b);
        buf_addf(&b, "%*s", len, "x");
        CHECK(b.len == (size_t)len && b.p[len - 1] == 'x');
        buf_free(&b);
    }
}

static void
numbers_are_written_to_their_limits(void)
{
    struct buf b = {0};

    buf_addn(&b, 0);
    buf_addc(&b, ' ');
    buf_addn(&b, -105);
    buf_addc(&b, ' ');
    buf_addn(&b, INT64_MAX);
    buf_addc(&b, ' ');
    buf_addn(&b, INT64_MIN);
    CHECK(span_eqz(
        buf_span(&b), "0 -105 9223372036854775807 -9223372036854775808"));
    buf_free(&b);
}

int
main(void)
{
    RUN(appends_grow_and_keep_what_was_there);
    RUN(format_fills_the_room_exactly);
    RUN(numbers_are_written_to_their_limits);
    return tap_end();
}
