/* SPDX-License-Identifier: ISC */
#include "nn/guard.h"

#include "base/tap.h"

static const uint32_t plain[] = {10, 11, 12, 13, 14, 0};

/* Pieces until the guard sees a loop; 0 when it never does. */
static uint32_t
stops_at(const uint32_t *src, uint32_t n_src, const uint32_t *out, uint32_t n,
    uint32_t *period)
{
    struct guard g;

    guard_init(&g, src, n_src);
    for (uint32_t i = 1; i <= n; i++) {
        *period = guard_push(&g, out, i);
        if (*period)
            return i;
    }
    return 0;
}

static void
different_words_are_no_loop(void)
{
    uint32_t out[100], period;

    for (uint32_t i = 0; i < 100; i++)
        out[i] = i * 7 % 101;
    CHECK(stops_at(plain, 6, out, 100, &period) == 0);
}

static void
one_word_repeated_is_a_loop_when_it_is_long(void)
{
    uint32_t out[40], period;

    for (uint32_t i = 0; i < 40; i++)
        out[i] = i < 3 ? i : 77;
    CHECK(stops_at(plain, 6, out, 40, &period) == 3 + GUARD_PIECES);
    CHECK(period == 1);
    CHECK(stops_at(plain, 6, out, 3 + GUARD_PIECES - 1, &period) == 0);
}

static void
a_phrase_is_a_loop_when_said_four_times(void)
{
    uint32_t out[100], period;

    for (uint32_t i = 0; i < 100; i++)
        out[i] = i < 5 ? 50 + i : i % 7;
    CHECK(stops_at(plain, 6, out, 100, &period) == 5 + 4 * 7);
    CHECK(period == 7);
}

static void
a_phrase_longer_than_the_guard_remembers_is_not_seen(void)
{
    uint32_t out[200], period;

    for (uint32_t i = 0; i < 200; i++)
        out[i] = i % (GUARD_PERIOD_MAX + 1);
    CHECK(stops_at(plain, 6, out, 200, &period) == 0);
}

static void
what_the_source_repeats_may_be_repeated(void)
{
    uint32_t src[31], out[60], period;

    for (uint32_t i = 0; i < 30; i++)
        src[i] = 9;
    src[30] = 0;
    for (uint32_t i = 0; i < 60; i++)
        out[i] = 8;
    CHECK(stops_at(src, 31, out, 30, &period) == 0);
    CHECK(stops_at(src, 31, out, 58, &period) == 0);
    CHECK(stops_at(plain, 6, out, 30, &period) == GUARD_PIECES);
}

int
main(void)
{
    RUN(different_words_are_no_loop);
    RUN(one_word_repeated_is_a_loop_when_it_is_long);
    RUN(a_phrase_is_a_loop_when_said_four_times);
    RUN(a_phrase_longer_than_the_guard_remembers_is_not_seen);
    RUN(what_the_source_repeats_may_be_repeated);
    return tap_end();
}
