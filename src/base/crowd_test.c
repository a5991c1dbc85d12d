/* SPDX-License-Identifier: ISC */
#include "base/crowd.h"

#include "base/tap.h"

static void
each_key_has_so_many_places(void)
{
    struct crowd *c = crowd_new(2);

    CHECK(crowd_enter(c, SPAN("a")) && crowd_enter(c, SPAN("a")));
    CHECK(!crowd_enter(c, SPAN("a")) && crowd_enter(c, SPAN("b")));
    CHECK(crowd_count(c, SPAN("a")) == 2 && crowd_count(c, SPAN("z")) == 0);
    crowd_leave(c, SPAN("a"));
    CHECK(crowd_enter(c, SPAN("a")) && !crowd_enter(c, SPAN("a")));
    crowd_leave(c, SPAN("a"));
    crowd_leave(c, SPAN("a"));
    CHECK(crowd_enter(c, SPAN("a")));
    crowd_free(c);
}

int
main(void)
{
    RUN(each_key_has_so_many_places);
    return tap_end();
}
