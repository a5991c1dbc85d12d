/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/hist.h"
#include "base/mem.h"
#include "translator/tasks/keeper.h"

/*
 * scale_bench sends the same burst of one second to a pool that scales by the
 * rule of the original project and to one that scales by age, and prints how
 * long the tasks waited, one JSON object a line.  Each task is of another
 * conversation and takes TASK_MS without needing the processor, as one that an
 * engine on another machine translates.
 */
enum {
    TASKS = 600,
    BURST_MS = 1000,
    TASK_MS = 100,
    PATIENCE_MS = 60 * 1000,
    LOOK_MS = 10,
};

struct task {
    int64_t pushed_us;
    int number;
};

struct burst {
    struct stats stats;
    struct pool *pool, *other;
    struct keeper *keeper;
    struct task tasks[TASKS];
    atomic_llong waited_us[TASKS];
    atomic_int n_done;
};

static void
pause_ms(int ms)
{
    nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000L}, NULL);
}

static void
work(void *item, const struct pool_worker *w, void *ctx)
{
    struct burst *b = ctx;
    struct task *t = item;

    (void)w;
    b->waited_us[t->number] = clock_mono_us() - t->pushed_us;
    pause_ms(TASK_MS);
    b->n_done++;
}

static void
keep(void *item)
{
    (void)item;
}

static void
send(struct burst *b)
{
    int64_t begin_us = clock_mono_us();

    for (int i = 0; i < TASKS; i++) {
        int64_t due_us = begin_us + (int64_t)i * BURST_MS * 1000 / TASKS;
        char key[16];
        while (clock_mono_us() < due_us)
            pause_ms(1);
        snprintf(key, sizeof(key), "%d", i);
        b->tasks[i] = (struct task){clock_mono_us(), i};
        pool_push(b->pool, span_of(key), &b->tasks[i]);
    }
}

static void
report(struct burst *b, const char *policy, int peak, int64_t took_ms)
{
    struct scale_event events[KEEPER_EVENTS_MAX];
    size_t n = keeper_events(b->keeper, events, KEEPER_EVENTS_MAX);
    struct hist h = {0};

    for (int i = 0; i < TASKS; i++)
        hist_add(&h, (uint64_t)b->waited_us[i]);
    printf("{\"policy\":\"%s\",\"tasks\":%d,\"done_after_ms\":%lld,"
           "\"workers_most\":%d,\"scaling_events\":%zu,\"waited_ms\":{"
           "\"mean\":%.0f,\"p95\":%.0f,\"max\":%.0f},\"reason\":\"%s\"}\n",
        policy, TASKS, (long long)took_ms, peak, n, hist_mean(&h) / 1e3,
        (double)hist_quantile(&h, 0.95) / 1e3, (double)h.max / 1e3,
        n ? events[n - 1].reason : "");
}

static void
measure(const char *name, const struct keeper_cfg *cfg)
{
    struct burst *b = xcalloc(1, sizeof(*b));
    struct pool_cfg pool = {.name = "normal",
        .queue_max = TASKS,
        .work = work,
        .drop = keep,
        .ctx = b};
    int64_t begin_ms, peak = 0;

    stats_init(&b->stats);
    b->pool = pool_new(&pool);
    b->other = pool_new(&pool);
    b->keeper = keeper_new(b->pool, b->other, &b->stats, cfg);
    if (keeper_start(b->keeper, NULL)) {
        begin_ms = clock_mono_ms();
        send(b);
        while (b->n_done < TASKS && clock_mono_ms() - begin_ms < PATIENCE_MS) {
            if (pool_workers(b->pool) > peak)
                peak = pool_workers(b->pool);
            pause_ms(LOOK_MS);
        }
        report(b, name, (int)peak, clock_mono_ms() - begin_ms);
    }
    keeper_free(b->keeper);
    pool_free(b->pool);
    pool_free(b->other);
    free(b);
}

int
main(void)
{
    struct keeper_cfg cfg = {
        .normal = {.waiting_max = TASKS, .workers = 20, .workers_max = 40},
        .any = {.waiting_max = TASKS, .workers = 10, .workers_max = 20},
        .scaling = true,
        .interval_s = 30,
        .hang_ms = PATIENCE_MS};

    cfg.policy = SCALE_SEEDS;
    measure("seeds", &cfg);
    cfg.policy = SCALE_AGE;
    measure("age", &cfg);
    return 0;
}
