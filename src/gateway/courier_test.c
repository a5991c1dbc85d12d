/* SPDX-License-Identifier: ISC */
#include "gateway/courier.h"

#include "base/tap.h"

static void
each_failure_waits_twice_as_long_up_to_an_hour(void)
{
    CHECK(courier_wait_ms(5000, 1) == 5000);
    CHECK(courier_wait_ms(5000, 2) == 10000);
    CHECK(courier_wait_ms(5000, 5) == 80000);
    CHECK(courier_wait_ms(5000, 1000000) == COURIER_WAIT_MS_MAX);
}

int
main(void)
{
    RUN(each_failure_waits_twice_as_long_up_to_an_hour);
    return tap_end();
}
