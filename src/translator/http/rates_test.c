/* SPDX-License-Identifier: ISC */
#include "translator/http/rates.h"

#include "base/tap.h"

static void
a_rate_is_of_the_last_window(void)
{
    struct translate_pair p = {.source = "en", .target = "es"};
    struct rates *r = rates_new(0);
    int64_t now = 0;

    CHECK(rates_of(r, &p, 0) == 0);
    p.ok = 50;
    CHECK(rates_of(r, &p, 5000) == 10); /* 50 in the 5 s since the start */
    for (int i = 0; i < 20; i++) { /* 4 a second */
        p.ok += 4 * RATES_STEP_MS / 1000;
        now += RATES_STEP_MS;
        rates_look(r, &p, 1, now);
    }
    CHECK(rates_of(r, &p, now) == 4);
    now += RATES_STEP_MS; /* and then none */
    CHECK(rates_of(r, &p, now) < 4 && rates_of(r, &p, now) > 3);
    for (int i = 0; i < RATES_STEPS; i++)
        rates_look(r, &p, 1, now += RATES_STEP_MS);
    CHECK(rates_of(r, &p, now) == 0);
    rates_free(r);
}

static void
a_pair_that_appears_later_began_with_nothing(void)
{
    struct translate_pair old = {.source = "en", .target = "es", .ok = 7};
    struct translate_pair new = {.source = "fr", .target = "es", .ok = 30};
    struct translate_pair both[] = {new, old};
    struct rates *r = rates_new(0);

    rates_look(r, &old, 1, 10000);
    rates_look(r, both, 2, 20000);
    CHECK(rates_of(r, &new, 30000) == 1);
    CHECK(rates_of(r, &old, 7000) == 1);
    rates_free(r);
}

int
main(void)
{
    RUN(a_rate_is_of_the_last_window);
    RUN(a_pair_that_appears_later_began_with_nothing);
    return tap_end();
}
