/* SPDX-License-Identifier: ISC */
#include "translator/tasks/scale.h"

#include <string.h>

#include "base/tap.h"

struct row {
    int workers, busy;
    size_t waiting;
    int64_t oldest_ms, calm_ms;
    int want;
};

static void
check(enum scale_policy policy, const struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct scale_in in = {.policy = policy,
            .workers = rows[i].workers,
            .busy = rows[i].busy,
            .min = 20,
            .max = 40,
            .step_up = 5,
            .step_down = 2,
            .waiting = rows[i].waiting,
            .oldest_ms = rows[i].oldest_ms,
            .calm_ms = rows[i].calm_ms};
        if (!CHECK(scale_want(&in) == rows[i].want))
            printf("# row %zu gives %d\n", i, scale_want(&in));
    }
}
#define CHECK_ALL(policy, rows)                                                \
    check(policy, rows, sizeof(rows) / sizeof(*rows))

static void
the_seeds_rule_goes_by_waiting_and_busy(void)
{
    static const struct row rows[] = {
        {20, 17, 101, 0, 0, 25}, /* up: both above */
        {20, 16, 101, 0, 0, 20}, /* 80 % is not more than 80 % */
        {20, 20, 100, 0, 0, 20}, /* nor 100 waiting more than 100 */
        {20, 20, 100, 60000, 0, 20}, /* age is nothing to it */
        {38, 38, 5000, 0, 0, 40}, /* not beyond the maximum */
        {40, 40, 5000, 0, 0, 40}, {30, 8, 9, 0, 0, 28}, /* down: both below */
        {30, 9, 9, 0, 0, 30}, /* 30 % is not less than 30 % */
        {30, 8, 10, 0, 0, 30}, /* nor 10 waiting fewer than 10 */
        {21, 0, 0, 0, 0, 20}, /* not below the start */
        {20, 0, 0, 0, 0, 20}, {30, 20, 50, 0, 0, 30}, /* in between: stay */
    };

    CHECK_ALL(SCALE_SEEDS, rows);
}

static void
the_age_rule_goes_by_the_oldest_task_and_by_calm(void)
{
    static const struct row rows[] = {
        {20, 20, 1, 300, 0, 25}, /* a single old task will do */
        {20, 20, 5000, 299, 0, 20}, /* many young ones will not */
        {20, 16, 5000, 900, 0, 20}, /* workers idle: more do not help */
        {38, 38, 9, 900, 0, 40},
        {30, 0, 0, 0, 9999, 30}, /* calm, but not for long */
        {30, 0, 0, 0, 10000, 28},
        {30, 20, 0, 0, 10000, 30},
        {20, 0, 0, 0, 10000, 20},
    };

    CHECK_ALL(SCALE_AGE, rows);
}

static void
limits_that_moved_are_obeyed_at_once(void)
{
    static const struct row rows[] = {
        {5, 5, 0, 0, 0, 20},
        {60, 30, 50, 0, 0, 40},
        {0, 0, 0, 0, 0, 20},
    };

    CHECK_ALL(SCALE_SEEDS, rows);
    CHECK_ALL(SCALE_AGE, rows);
}

static void
a_reason_names_the_figures_that_decided(void)
{
    struct scale_in in = {.workers = 20,
        .busy = 20,
        .min = 20,
        .max = 40,
        .step_up = 5,
        .waiting = 153,
        .oldest_ms = 400};
    char reason[SCALE_REASON_BYTES];

    scale_reason(&in, 25, reason);
    CHECK(strcmp(reason, "waiting 153 > 100, busy 100 % > 80 %") == 0);
    in.policy = SCALE_AGE;
    scale_reason(&in, 25, reason);
    CHECK(strcmp(reason, "oldest 400 ms >= 300 ms, busy 100 % > 80 %") == 0);
    in = (struct scale_in){.workers = 30, .min = 20, .max = 40};
    scale_reason(&in, 28, reason);
    CHECK(strcmp(reason, "waiting 0 < 10, busy 0 % < 30 %") == 0);
    in.workers = 50;
    scale_reason(&in, 40, reason);
    CHECK(strcmp(reason, "limits 20 to 40") == 0);
}

int
main(void)
{
    RUN(the_seeds_rule_goes_by_waiting_and_busy);
    RUN(the_age_rule_goes_by_the_oldest_task_and_by_calm);
    RUN(limits_that_moved_are_obeyed_at_once);
    RUN(a_reason_names_the_figures_that_decided);
    return tap_end();
}
