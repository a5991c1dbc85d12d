/* SPDX-License-Identifier: ISC */
#include "translator/pool.h"

#include <dirent.h>
#include <pthread.h>
#include <semaphore.h>
#include <string.h>

#include "base/clock.h"
#include "base/tap.h"

enum { ITEMS = 2000, PATIENCE_MS = 20000 };

static char item[ITEMS]; /* the pool never looks inside */
static atomic_int seen[ITEMS];

/* Work that shows where it is and waits to be let go. */
struct gate {
    sem_t entered, go;
    atomic_int n_worked;
    bool wait;
    _Atomic(const char *) last_worker;
};

static void
work(void *it, const struct pool_worker *w, void *ctx)
{
    struct gate *g = ctx;

    seen[(char *)it - item]++;
    if (g->wait) {
        g->last_worker = w->name;
        sem_post(&g->entered);
        while (sem_trywait(&g->go) != 0 && !*w->stopping)
            sched_yield();
    }
    g->n_worked++;
}

static atomic_int dropped;

static void
drop(void *it)
{
    (void)it;
    dropped++;
}

static struct pool *
new_pool(struct gate *g, size_t queue_max)
{
    struct pool_cfg cfg = {.name = "normal",
        .queue_max = queue_max,
        .work = work,
        .drop = drop,
        .ctx = g};

    memset(seen, 0, sizeof(seen));
    dropped = 0;
    sem_init(&g->entered, 0, 0);
    sem_init(&g->go, 0, 0);
    return pool_new(&cfg);
}

static void
end(struct pool *p, struct gate *g)
{
    pool_free(p);
    sem_destroy(&g->entered);
    sem_destroy(&g->go);
}

static bool
soon(const atomic_int *value, int wanted)
{
    int64_t deadline = clock_mono_ms() + PATIENCE_MS;

    while (*value != wanted && clock_mono_ms() < deadline)
        sched_yield();
    return *value == wanted;
}

static void
a_full_pool_refuses_and_a_busy_worker_is_counted(void)
{
    struct gate g = {.wait = true};
    struct pool *p = new_pool(&g, 2);

    CHECK(pool_resize(p, 1, NULL));
    CHECK(pool_push(p, SPAN("c"), &item[0]));
    sem_wait(&g.entered);
    CHECK(strcmp(g.last_worker, "normal_worker_1") == 0);
    CHECK(pool_busy(p) == 1 && pool_workers(p) == 1);
    CHECK(
        pool_push(p, SPAN("c"), &item[1]) && pool_push(p, SPAN("c"), &item[2]));
    CHECK(!pool_push(p, SPAN("c"), &item[3]));
    CHECK(pool_len(p) == 2);
    sem_post(&g.go);
    sem_post(&g.go);
    sem_post(&g.go);
    CHECK(soon(&g.n_worked, 3));
    end(p, &g);
}

static void
stopping_ends_current_work_and_drops_what_waits(void)
{
    struct gate g = {.wait = true};
    struct pool *p = new_pool(&g, 10);

    CHECK(pool_resize(p, 2, NULL));
    for (int i = 0; i < 5; i++)
        CHECK(pool_push(p, SPAN("c"), &item[i]));
    sem_wait(&g.entered);
    sem_wait(&g.entered);
    pool_stop(p);
    CHECK(g.n_worked == 2 && dropped == 5);
    CHECK(pool_workers(p) == 0 && pool_busy(p) == 0);
    CHECK(!pool_push(p, SPAN("c"), &item[0]));
    end(p, &g);
}

static void
no_item_is_lost_while_workers_come_and_go(void)
{
    struct gate g = {0};
    struct pool *p = new_pool(&g, ITEMS);

    for (int i = 0; i < ITEMS; i++) {
        if (i % 50 == 0)
            CHECK(pool_resize(p, i / 50 % 5, NULL));
        CHECK(pool_push(p, SPAN("c"), &item[i]));
    }
    CHECK(pool_resize(p, 3, NULL));
    CHECK(soon(&dropped, ITEMS));
    for (int i = 0; i < ITEMS; i++)
        CHECK(seen[i] == 1);
    CHECK(g.n_worked == ITEMS);
    end(p, &g);
}

static int
threads_now(void)
{
    DIR *dir = opendir("/proc/self/task");
    int n = 0;

    while (dir && readdir(dir))
        n++;
    closedir(dir);
    return n;
}

static void
a_superfluous_worker_really_ends_and_may_come_back(void)
{
    struct gate g = {0};
    struct pool *p = new_pool(&g, 10);
    int64_t deadline = clock_mono_ms() + PATIENCE_MS;
    int three;

    CHECK(pool_resize(p, 3, NULL));
    three = threads_now();
    CHECK(pool_resize(p, 1, NULL) && pool_workers(p) == 1);
    while (threads_now() > three - 2 && clock_mono_ms() < deadline)
        sched_yield();
    CHECK(threads_now() == three - 2);

    CHECK(pool_push(p, SPAN("c"), &item[0]));
    CHECK(soon(&g.n_worked, 1));
    CHECK(pool_resize(p, 3, NULL) && threads_now() == three);
    end(p, &g);
}

int
main(void)
{
    RUN(a_full_pool_refuses_and_a_busy_worker_is_counted);
    RUN(stopping_ends_current_work_and_drops_what_waits);
    RUN(no_item_is_lost_while_workers_come_and_go);
    RUN(a_superfluous_worker_really_ends_and_may_come_back);
    return tap_end();
}
