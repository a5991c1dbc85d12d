/* SPDX-License-Identifier: ISC */
#include "base/hist.h"

#include "base/tap.h"

static void
quantiles_are_within_a_step(void)
{
    static struct hist h;

    CHECK(hist_quantile(&h, 0.5) == 0 && hist_mean(&h) == 0);
    for (uint64_t v = 1; v <= 10000; v++)
        hist_add(&h, v);
    for (int q = 1; q < 100; q++) {
        double got = (double)hist_quantile(&h, q / 100.0), want = q * 100.0;
        CHECK(got > want * 0.93 && got < want * 1.07);
    }
    CHECK(hist_quantile(&h, 1) == 10000 && h.max == 10000);
    CHECK(hist_mean(&h) == 5000.5);
}

static void
values_up_to_a_bound_are_counted_within_a_step(void)
{
    static struct hist h;

    for (uint64_t v = 1; v <= 10000; v++)
        hist_add(&h, v);
    for (uint64_t bound = 0; bound <= 10000; bound += 50) {
        uint64_t n = hist_at_most(&h, bound);
        CHECK(n <= bound && (double)n > (double)bound * 0.93 - 1);
    }
    CHECK(hist_at_most(&h, 15) == 15);
    CHECK(hist_at_most(&h, 10000) == 10000);
    CHECK(hist_at_most(&h, UINT64_MAX) == 10000);
}

static void
huge_values_land_in_the_last_bucket(void)
{
    static struct hist h;

    hist_add(&h, UINT64_MAX);
    hist_add(&h, 0);
    CHECK(h.buckets[HIST_BUCKETS - 1] == 1 && h.buckets[0] == 1);
}

static void
the_last_minute_forgets_what_came_before(void)
{
    static struct recent r;
    static struct hist minute;
    int64_t now_ms = 500 * RECENT_PIECE_MS;

    for (int i = 0; i < 100; i++)
        recent_add(&r, 7, now_ms);
    recent_add(&r, 9, now_ms + 5 * RECENT_PIECE_MS);
    recent_minute(&r, now_ms + 5 * RECENT_PIECE_MS, &minute);
    CHECK(minute.count == 101 && minute.max == 9);
    CHECK(hist_quantile(&minute, 0.5) == 7);
    recent_minute(&r, now_ms + 6 * RECENT_PIECE_MS, &minute);
    CHECK(minute.count == 1 && hist_quantile(&minute, 0.5) == 9);
    recent_add(&r, 3, now_ms + 6 * RECENT_PIECE_MS); /* where the first were */
    recent_minute(&r, now_ms + 6 * RECENT_PIECE_MS, &minute);
    CHECK(minute.count == 2 && minute.sum == 12);
    recent_minute(&r, now_ms + 100 * RECENT_PIECE_MS, &minute);
    CHECK(minute.count == 0 && r.all.count == 102);
}

int
main(void)
{
    RUN(quantiles_are_within_a_step);
    RUN(values_up_to_a_bound_are_counted_within_a_step);
    RUN(huge_values_land_in_the_last_bucket);
    RUN(the_last_minute_forgets_what_came_before);
    return tap_end();
}
