/* SPDX-License-Identifier: ISC */
#include "base/rate.h"

#include <stdio.h>

#include "base/tap.h"

enum { SECOND = 1000000 };

static void
a_bucket_gives_its_burst_then_its_rate(void)
{
    struct limit limit = {.per_second = 2, .burst = 3};
    struct bucket b = {0};
    int64_t now = 100 * (int64_t)SECOND;

    for (int i = 0; i < 3; i++)
        CHECK(bucket_take(&b, limit, now));
    CHECK(!bucket_take(&b, limit, now));
    CHECK(!bucket_take(&b, limit, now + SECOND / 4));
    CHECK(bucket_take(&b, limit, now + SECOND / 2 + SECOND / 4));
    CHECK(!bucket_take(&b, limit, now + SECOND / 2 + SECOND / 4));
    for (int i = 0; i < 3; i++) /* never more than the burst */
        CHECK(bucket_take(&b, limit, now + 100 * (int64_t)SECOND));
    CHECK(!bucket_take(&b, limit, now + 100 * (int64_t)SECOND));
}

static void
many_tokens_at_once_cost_as_many_and_never_more_than_the_burst(void)
{
    struct limit limit = {.per_second = 1, .burst = 10};
    struct bucket b = {0};
    int64_t now = 100 * (int64_t)SECOND;

    CHECK(bucket_take_n(&b, limit, 7, now));
    CHECK(!bucket_take_n(&b, limit, 4, now));
    CHECK(bucket_take_n(&b, limit, 3, now));
    CHECK(!bucket_take_n(&b, limit, 1000, now + 9 * (int64_t)SECOND));
    CHECK(bucket_take_n(&b, limit, 1000, now + 10 * (int64_t)SECOND));
    CHECK(!bucket_take(&b, limit, now + 10 * (int64_t)SECOND));
}

static void
keys_do_not_share_and_memory_is_bounded(void)
{
    struct rate *r = rate_new((struct limit){1, 1});
    int64_t now = SECOND;
    char key[16];

    CHECK(rate_take(r, SPAN("a"), now) && !rate_take(r, SPAN("a"), now));
    CHECK(rate_take(r, SPAN("b"), now));
    for (int i = 0; i < RATE_KEYS_MAX; i++) {
        snprintf(key, sizeof(key), "%d", i);
        rate_take(r, span_of(key), now);
    }
    /* Strangers beyond the bound share one bucket ... */
    rate_take(r, SPAN("x"), now);
    CHECK(!rate_take(r, SPAN("y"), now));
    /* ... until those who are quiet are forgotten. */
    now += 2 * SECOND;
    CHECK(rate_take(r, SPAN("x"), now) && rate_take(r, SPAN("y"), now));
    CHECK(!rate_take(r, SPAN("y"), now));
    rate_free(r);
}

static void
what_somebody_else_took_may_be_more_than_there_is(void)
{
    struct rate *r = rate_new((struct limit){1, 2});

    rate_spend(r, SPAN("a"), 4, 0);
    CHECK(!rate_take(r, SPAN("a"), 2900000) && rate_take(r, SPAN("b"), 0));
    CHECK(rate_take(r, SPAN("a"), 3100000));
    rate_spend(r, SPAN("c"), 1000, 0); /* bounded */
    CHECK(!rate_take(r, SPAN("c"), 6900000));
    CHECK(rate_take(r, SPAN("c"), 7100000));
    rate_free(r);
}

int
main(void)
{
    RUN(a_bucket_gives_its_burst_then_its_rate);
    RUN(many_tokens_at_once_cost_as_many_and_never_more_than_the_burst);
    RUN(keys_do_not_share_and_memory_is_bounded);
    RUN(what_somebody_else_took_may_be_more_than_there_is);
    return tap_end();
}
