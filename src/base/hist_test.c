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

int
main(void)
{
    RUN(quantiles_are_within_a_step);
    RUN(values_up_to_a_bound_are_counted_within_a_step);
    RUN(huge_values_land_in_the_last_bucket);
    return tap_end();
}
