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
    clock_iso(-1057, out);
    CHECK(strcmp(out, "1969-12-31T23:59:58.943Z") == 0);
}

static void
every_day_of_eight_centuries_is_the_librarys(void)
{
    int wrong = 0;

    for (int64_t day = -146097; day <= 146097; day++) {
        char out[CLOCK_ISO_BYTES], expected[CLOCK_ISO_BYTES];
        time_t t = (time_t)day * 86400 + 45296;
        struct tm tm;
        clock_iso((int64_t)t * 1000 + 789, out);
        gmtime_r(&t, &tm);
        strftime(expected, sizeof(expected), "%Y-%m-%dT%H:%M:%S.789Z", &tm);
        wrong += strcmp(out, expected) != 0;
    }
    CHECK(wrong == 0);
}

static bool
reads(const char *stamp, long long expected)
{
    int64_t ms = -1;

    return clock_parse(span_of(stamp), &ms) && ms == expected;
}

static void
stamps_are_read_and_may_be_short(void)
{
    static const char *const bad[] = {"", "2025", "2025-08", "2025-13-01",
        "2025-02-31", "2025-08-19T", "2025-08-19T19:00", "2025-08-19 19:00Z",
        "2025-08-19T24:00Z", "2025-08-19T19:00:00.07Z", "2025-08-19Z",
        "2025-08-19T19:00:00.007Zx", "-025-08-19", "+025-08-19"};
    int64_t ms;

    CHECK(reads("2025-08-19T19:00:00.007Z", 1755630000007));
    CHECK(reads("2025-08-19T19:00:00Z", 1755630000000));
    CHECK(reads("2025-08-19T19:00Z", 1755630000000));
    CHECK(reads("2025-08-19", 1755561600000));
    CHECK(reads("2024-02-29", 1709164800000));
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        CHECK(!clock_parse(span_of(bad[i]), &ms));
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
    RUN(every_day_of_eight_centuries_is_the_librarys);
    RUN(stamps_are_read_and_may_be_short);
    RUN(deadlines_carry_the_nanoseconds);
    return tap_end();
}
