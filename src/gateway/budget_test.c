/* SPDX-License-Identifier: ISC */
#include "gateway/budget.h"

#include <stdio.h>

#include "base/tap.h"

/* A unit a second, so BUDGET_BURST_S at once for a person. */
static const struct config settings = {.rate_translations = 1};

static bool share; /* for run() */

/* How many texts of so many bytes, into so many languages, until one is too
 * much? */
static int
run(struct budget *b, const char *user, const char *address, size_t bytes,
    size_t n)
{
    int taken = 0;

    while (taken < 1000 &&
           budget_take(b, span_of(user), span_of(address), bytes, n, share))
        taken++;
    return taken;
}

/* And what refills while the test waits for a processor. */
static bool
about(int n, int want)
{
    return n >= want && n < want + want / 2;
}

static void
work_is_characters_times_languages(void)
{
    struct budget *b = budget_new(&settings);

    CHECK(about(run(b, "a", "1", 10, 1), BUDGET_BURST_S));
    CHECK(about(run(b, "b", "2", 10, 5), BUDGET_BURST_S / 5));
    CHECK(about(run(b, "c", "3", 399, 5), BUDGET_BURST_S / 10));
    CHECK(run(b, "d", "4", 4000, 0) == 1000);
    budget_free(b);
}

static void
who_comes_as_many_is_one_address(void)
{
    struct budget *b = budget_new(&settings);
    int taken = 0;

    for (int i = 0; i < 10; i++) {
        char user[8];
        snprintf(user, sizeof(user), "u%d", i);
        taken += run(b, user, "1", 10, 1);
    }
    CHECK(about(taken, BUDGET_BURST_S * BUDGET_ADDRESS_FACTOR));
    CHECK(about(run(b, "other", "2", 10, 1), BUDGET_BURST_S));
    budget_free(b);
}

static void
a_share_is_left_when_the_address_has_nothing(void)
{
    static const struct config rich = {.rate_translations = 20};
    static const char *const users[] = {"u1", "u2", "u3", "u4"};
    struct budget *b = budget_new(&rich);

    for (int i = 0; i < 4; i++)
        run(b, users[i], "1", 10, 10);
    CHECK(run(b, "late", "1", 10, 10) < 2);
    share = true;
    CHECK(run(b, "honest", "1", 10, 10) >= 2);
    share = false;
    budget_free(b);
}

int
main(void)
{
    RUN(work_is_characters_times_languages);
    RUN(who_comes_as_many_is_one_address);
    RUN(a_share_is_left_when_the_address_has_nothing);
    return tap_end();
}
