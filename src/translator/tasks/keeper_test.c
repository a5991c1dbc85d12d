/* SPDX-License-Identifier: ISC */
#include "translator/tasks/keeper.h"

#include <sched.h>
#include <string.h>

#include "base/clock.h"
#include "base/tap.h"

enum { PATIENCE_MS = 30000, ITEMS = 40 };

static char item[ITEMS];
static atomic_bool gate_open;

static void
work(void *it, const struct pool_worker *w, void *ctx)
{
    (void)it;
    (void)ctx;
    while (!gate_open && !*w->stopping)
        sched_yield();
}

static void
drop(void *it)
{
    (void)it;
}

struct scene {
    struct stats stats;
    struct pool *normal, *any;
    struct keeper *keeper;
};

static void
open_scene(struct scene *s, const struct keeper_cfg *cfg)
{
    struct pool_cfg pool = {
        .name = "normal", .queue_max = 10, .work = work, .drop = drop};

    gate_open = false;
    stats_init(&s->stats);
    s->normal = pool_new(&pool);
    pool.name = "any";
    s->any = pool_new(&pool);
    s->keeper = keeper_new(s->normal, s->any, &s->stats, cfg);
    CHECK(keeper_apply(s->keeper, cfg, NULL));
    CHECK(keeper_start(s->keeper, NULL));
}

static void
close_scene(struct scene *s)
{
    keeper_free(s->keeper);
    pool_free(s->normal);
    pool_free(s->any);
}

static bool
workers_become(struct pool *p, int n)
{
    int64_t deadline = clock_mono_ms() + PATIENCE_MS;

    while (pool_workers(p) != n && clock_mono_ms() < deadline)
        sched_yield();
    return pool_workers(p) == n;
}

static const struct keeper_cfg by_age = {
    .normal = {.waiting_max = ITEMS, .workers = 1, .workers_max = 4},
    .any = {.waiting_max = ITEMS, .workers = 2, .workers_max = 4},
    .scaling = true,
    .policy = SCALE_AGE,
    .interval_s = 1,
    .hang_ms = 10 * PATIENCE_MS,
};

static void
workers_follow_a_burst_up_and_come_down_again(void)
{
    struct keeper_cfg cfg = by_age;
    struct scale_event events[KEEPER_EVENTS_MAX];
    struct scene s;
    size_t n;

    open_scene(&s, &cfg);
    for (int i = 0; i < ITEMS; i++)
        CHECK(pool_push(s.normal, SPAN("c"), &item[i]));
    CHECK(workers_become(s.normal, 4));
    n = keeper_events(s.keeper, events, KEEPER_EVENTS_MAX);
    CHECK(n == 1 && events[0].from == 1 && events[0].to == 4);
    CHECK(strcmp(events[0].pool, "normal") == 0 && events[0].wall_ms > 0);
    CHECK(strncmp(events[0].reason, "oldest ", 7) == 0);
    CHECK(pool_workers(s.any) == 2);

    gate_open = true;
    cfg.policy = SCALE_SEEDS; /* whose calm needs no time */
    CHECK(keeper_apply(s.keeper, &cfg, NULL));
    CHECK(workers_become(s.normal, 1));
    n = keeper_events(s.keeper, events, KEEPER_EVENTS_MAX);
    CHECK(n == 3 && events[0].from == 2 && events[0].to == 1);
    CHECK(strncmp(events[1].reason, "waiting ", 8) == 0);
    CHECK(s.stats.dynamic_scaling_events == 3);
    CHECK(keeper_events(s.keeper, events, 1) == 1 && events[0].to == 1);
    close_scene(&s);
}

static void
without_scaling_nothing_moves_but_by_hand(void)
{
    struct keeper_cfg cfg = by_age;
    struct scene s;

    cfg.scaling = false;
    open_scene(&s, &cfg);
    cfg.normal.workers = 3;
    cfg.normal.waiting_max = 2;
    CHECK(keeper_apply(s.keeper, &cfg, NULL));
    CHECK(pool_workers(s.normal) == 3 && pool_workers(s.any) == 2);
    CHECK(pool_stats(s.normal).waiting_max == 2);
    CHECK(keeper_cfg(s.keeper).normal.workers == 3);
    CHECK(keeper_restart(s.keeper, NULL) && pool_workers(s.normal) == 3);
    cfg.normal.workers = 1;
    CHECK(keeper_apply(s.keeper, &cfg, NULL) && pool_workers(s.normal) == 1);
    CHECK(s.stats.dynamic_scaling_events == 0);
    close_scene(&s);
}

static void
limits_that_shrink_below_the_present_size_are_obeyed(void)
{
    struct keeper_cfg cfg = by_age;
    struct scene s;

    open_scene(&s, &cfg);
    for (int i = 0; i < ITEMS; i++)
        CHECK(pool_push(s.any, SPAN("any"), &item[i]));
    CHECK(workers_become(s.any, 4));
    cfg.any.workers_max = 3;
    CHECK(keeper_apply(s.keeper, &cfg, NULL) && pool_workers(s.any) == 3);
    CHECK(keeper_apply(s.keeper, &cfg, NULL) && pool_workers(s.any) == 3);
    close_scene(&s);
}

int
main(void)
{
    RUN(workers_follow_a_burst_up_and_come_down_again);
    RUN(without_scaling_nothing_moves_but_by_hand);
    RUN(limits_that_shrink_below_the_present_size_are_obeyed);
    return tap_end();
}
