/* SPDX-License-Identifier: ISC */
#include "base/backoff.h"

#include <limits.h>

#include "base/tap.h"

static void
each_failure_waits_twice_as_long_up_to_a_bound(void)
{
    CHECK(backoff_ms(5000, 3600000, 1) == 5000);
    CHECK(backoff_ms(5000, 3600000, 2) == 10000);
    CHECK(backoff_ms(5000, 3600000, 5) == 80000);
    CHECK(backoff_ms(5000, 3600000, 10) == 2560000);
    CHECK(backoff_ms(5000, 3600000, 11) == 3600000);
    CHECK(backoff_ms(5000, 3600000, INT_MAX) == 3600000);
}

static void
what_has_not_failed_waits_as_after_the_first_failure(void)
{
    CHECK(backoff_ms(1000, 30000, 0) == 1000);
}

static void
a_first_wait_above_the_bound_is_the_bound(void)
{
    CHECK(backoff_ms(50000, 30000, 1) == 30000);
    CHECK(backoff_ms(50000, 30000, 3) == 30000);
}

static void
no_bound_is_too_large(void)
{
    CHECK(backoff_ms(1, INT64_MAX, 62) == INT64_C(1) << 61);
    CHECK(backoff_ms(1, INT64_MAX, 63) == INT64_C(1) << 62);
    CHECK(backoff_ms(1, INT64_MAX, 64) == INT64_MAX);
}

int
main(void)
{
    RUN(each_failure_waits_twice_as_long_up_to_a_bound);
    RUN(what_has_not_failed_waits_as_after_the_first_failure);
    RUN(a_first_wait_above_the_bound_is_the_bound);
    RUN(no_bound_is_too_large);
    return tap_end();
}
