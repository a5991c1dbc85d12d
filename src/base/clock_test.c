/* SPDX-License-Identifier: ISC */
#include "base/clock.h"

#include <string.h>

#include "base/tap.h"

static void
iso_stamps_have_milliseconds_and_z(void)
{
    char out[CLOCK_ISO_BYTES];

    clock_iso(1755630000007, out);
    CHECK(strcmp(out, "2025-08-19T19:00:00.007Z") == 0);
}

static void
deadlines_carry_the_nanoseconds(void)
{
    struct timespec now, then = clock_after(1999), never = clock_after(-1);

    clock_gettime(CLOCK_MONOTONIC, &now);
    CHECK(then.tv_nsec >= 0 && then.tv_nsec < 1000000000);
    CHECK(then.tv_sec > now.tv_sec && then.tv_sec <= now.tv_sec + 2);
    CHECK(never.tv_sec > now.tv_sec + 1000000);
}

int
main(void)
{
    RUN(iso_stamps_have_milliseconds_and_z);
    RUN(deadlines_carry_the_nanoseconds);
    return tap_end();
}
