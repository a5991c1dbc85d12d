/* SPDX-License-Identifier: ISC */
#include "net/http_hold.h"

#include "base/tap.h"

enum { KB = 1024 };

static void
who_adds_too_much_is_told_and_gives_it_back(void)
{
    struct hold *h = hold_new(100 * KB, 60 * KB);
    struct hold_place *a = hold_enter(h, "a", true),
                      *b = hold_enter(h, "b", true);

    CHECK(hold_enter(h, "a", true) == a);
    CHECK(hold_change(h, a, 0, 50 * KB) && hold_change(h, a, 0, 10 * KB));
    CHECK(!hold_change(h, a, 10 * KB, 11 * KB)); /* of one address */
    CHECK(hold_change(h, a, 11 * KB, 2 * KB)); /* less is never too much */
    CHECK(hold_change(h, b, 0, 48 * KB));
    CHECK(!hold_change(h, b, 48 * KB, 49 * KB)); /* of all */
    CHECK(hold_change(h, b, 0, HOLD_FREE_BYTES));
    hold_leave(h, a, 2 * KB);
    hold_leave(h, a, 50 * KB);
    CHECK(hold_change(h, b, 49 * KB, 55 * KB));
    hold_leave(h, b, 55 * KB + HOLD_FREE_BYTES);
    CHECK(hold_bytes(h) == 0);
    hold_free(h);
}

static void
a_proxy_is_no_address(void)
{
    struct hold *h = hold_new(100 * KB, 10 * KB);
    struct hold_place *p = hold_enter(h, "proxy", false);

    CHECK(hold_change(h, p, 0, 90 * KB) && !hold_change(h, p, 0, 20 * KB));
    hold_leave(h, p, 110 * KB);
    hold_free(h);
}

static void
without_limits_everything_fits(void)
{
    struct hold *h = hold_new(0, 0);
    struct hold_place *a = hold_enter(h, "a", true);

    CHECK(hold_change(h, a, 0, (size_t)1 << 40));
    hold_leave(h, a, (size_t)1 << 40);
    hold_free(h);
}

int
main(void)
{
    RUN(who_adds_too_much_is_told_and_gives_it_back);
    RUN(a_proxy_is_no_address);
    RUN(without_limits_everything_fits);
    return tap_end();
}
