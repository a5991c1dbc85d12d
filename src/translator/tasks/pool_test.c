/* SPDX-License-Identifier: ISC */
#include "translator/tasks/pool.h"

#include <dirent.h>
#include <pthread.h>
#include <semaphore.h>
#include <string.h>

#include "base/clock.h"
#include "base/tap.h"

enum { ITEMS = 2000, PATIENCE_MS = 20000, HANG_MS = 1000 };

static char item[ITEMS]; /* the pool never looks inside */
static atomic_int seen[ITEMS];

static atomic_int dropped;

/* Work that shows where it is and waits to be let go. */
struct gate {
    sem_t entered, go;
    atomic_int n_worked;
    bool wait, deaf; /* deaf: to the pool's wish to stop */
    _Atomic(const char *) last_worker;
    atomic_int order[ITEMS]; /* items, as they were begun */
    atomic_int n_begun, n_hung;
};

static void
work(void *it, const struct pool_worker *w, void *ctx)
{
    struct gate *g = ctx;
    int i = (int)((char *)it - item);

    seen[i]++;
    g->order[g->n_begun++ % ITEMS] = i;
    if (g->wait) {
        g->last_worker = w->name;
        sem_post(&g->entered);
        while (sem_trywait(&g->go) != 0 && (g->deaf || !*w->stopping))
            sched_yield();
    }
    g->n_worked++;
}

static bool soon(const atomic_int *value, int wanted);

/* Item i becomes item i + 1.  The worker that hung goes on just now, and must
 * not drop the item under our hands. */
static void
hung(struct pool *p, void *it, void *ctx)
{
    struct gate *g = ctx;

    g->n_hung++;
    sem_post(&g->go);
    CHECK(soon(&g->n_worked, 1));
    for (int i = 0; i < 1000; i++)
        sched_yield();
    CHECK(dropped == 0);
    CHECK(pool_push(p, SPAN("c"), (char *)it + 1));
}

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
        .hung = hung,
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
    static struct gate g = {.wait = true};
    struct pool *p = new_pool(&g, 2);
    struct hist waits, minute;

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
    pool_waits(p, &waits, &minute);
    CHECK(waits.count == 3 && waits.max > 0 && minute.count == 3);
    end(p, &g);
}

static void
stopping_ends_current_work_and_drops_what_waits(void)
{
    static struct gate g = {.wait = true};
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
    static struct gate g = {0};
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
    static struct gate g = {0};
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

static bool
entered(struct gate *g)
{
    struct timespec deadline = clock_after(PATIENCE_MS);

    return sem_clockwait(&g->entered, CLOCK_MONOTONIC, &deadline) == 0;
}

static void
a_flooded_conversation_lets_another_go_first(void)
{
    static struct gate g = {.wait = true};
    struct pool *p = new_pool(&g, ITEMS);
    int place = 0;

    CHECK(pool_resize(p, 1, NULL));
    for (int i = 0; i < 100; i++)
        CHECK(pool_push(p, SPAN("flood"), &item[i]));
    CHECK(entered(&g));
    CHECK(pool_push(p, SPAN("other"), &item[100]));
    for (int i = 0; i < 101; i++)
        sem_post(&g.go);
    CHECK(soon(&g.n_worked, 101));
    while (g.order[place] != 100)
        place++;
    CHECK(place <= 2);
    for (int i = 0, last = -1; i < 101; i++)
        if (g.order[i] != 100) {
            CHECK(g.order[i] == last + 1);
            last = g.order[i];
        }
    end(p, &g);
}

static void
a_flood_leaves_workers_for_others_and_still_asks_for_more(void)
{
    static struct gate g = {.wait = true};
    struct pool *p = new_pool(&g, ITEMS);

    for (int i = 0; i < 200; i++)
        CHECK(pool_push(p, SPAN("flood"), &item[i]));
    CHECK(pool_resize(p, 10, NULL));
    for (int i = 0; i < POOL_WINDOW_MIN; i++)
        CHECK(entered(&g));
    CHECK(pool_busy(p) < 10);
    CHECK(pool_stats(p).wanted == 10);
    CHECK(pool_push(p, SPAN("other"), &item[200]));
    while (seen[200] == 0) /* nobody of the flood has to end first */
        CHECK(entered(&g));
    CHECK(pool_stats(p).conversations == 2);
    for (int i = 0; i < 201; i++)
        sem_post(&g.go);
    CHECK(soon(&g.n_worked, 201));
    end(p, &g);
}

static void
a_hung_worker_is_replaced_and_its_item_handed_over(void)
{
    static struct gate g = {.wait = true, .deaf = true};
    struct pool *p = new_pool(&g, 10);
    int64_t deadline = clock_mono_ms() + PATIENCE_MS;

    CHECK(pool_resize(p, 1, NULL));
    CHECK(pool_push(p, SPAN("c"), &item[0]));
    CHECK(entered(&g));
    CHECK(pool_tend(p, PATIENCE_MS) == 0);
    while (pool_tend(p, HANG_MS) == 0 && clock_mono_ms() < deadline)
        sched_yield();
    CHECK(g.n_hung == 1);
    CHECK(entered(&g) && seen[1] == 1); /* on the replacement */
    CHECK(pool_stats(p).replaced == 1);
    CHECK(pool_workers(p) == 1 && pool_busy(p) == 1);
    sem_post(&g.go);
    CHECK(soon(&dropped, 2));
    while (pool_stats(p).leaving > 0 && clock_mono_ms() < deadline)
        sched_yield();
    CHECK(pool_tend(p, PATIENCE_MS) == 0 && pool_busy(p) == 0);
    CHECK(pool_workers(p) == 1);
    end(p, &g);
}

static void
a_hung_worker_is_not_called_back(void)
{
    static struct gate g = {.wait = true, .deaf = true};
    struct pool_cfg cfg = {.name = "normal",
        .queue_max = 10,
        .work = work,
        .drop = drop,
        .ctx = &g};
    int64_t deadline = clock_mono_ms() + PATIENCE_MS;
    struct pool *p;

    pool_free(new_pool(&g, 10)); /* for what else it prepares */
    p = pool_new(&cfg);
    CHECK(pool_resize(p, 1, NULL));
    CHECK(pool_push(p, SPAN("c"), &item[0]));
    CHECK(entered(&g));
    while (pool_tend(p, 0) == 0 && clock_mono_ms() < deadline)
        sched_yield();
    CHECK(pool_stats(p).leaving == 1);
    CHECK(pool_resize(p, 0, NULL) && pool_resize(p, 1, NULL));
    CHECK(pool_push(p, SPAN("c"), &item[1]));
    CHECK(entered(&g) && seen[1] == 1);
    sem_post(&g.go);
    sem_post(&g.go);
    CHECK(soon(&dropped, 2));
    end(p, &g);
}

static void
a_pool_with_a_deaf_worker_does_not_claim_to_have_stopped(void)
{
    static struct gate g = {.wait = true, .deaf = true};
    struct pool *p = new_pool(&g, 10);

    CHECK(pool_resize(p, 1, NULL));
    CHECK(pool_push(p, SPAN("c"), &item[0]));
    CHECK(entered(&g));
    CHECK(!pool_stop(p));
    sem_post(&g.go);
    CHECK(pool_stop(p) && dropped == 1);
    end(p, &g);
}

static void
restarting_and_resizing_lose_nothing(void)
{
    static struct gate g;
    struct pool *p = new_pool(&g, ITEMS);
    int64_t deadline = clock_mono_ms() + PATIENCE_MS;
    int before = threads_now();

    CHECK(pool_resize(p, 4, NULL));
    for (int i = 0; i < ITEMS; i++) {
        char key[] = {(char)('a' + i % 7), '\0'};
        CHECK(pool_push(p, span_of(key), &item[i]));
        if (i % 100 == 0)
            CHECK(pool_restart(p, NULL));
        if (i % 150 == 0)
            pool_set_max(p, (size_t)(i % 300 ? ITEMS : ITEMS + 1));
    }
    CHECK(soon(&dropped, ITEMS) && g.n_worked == ITEMS);
    for (int i = 0; i < ITEMS; i++)
        CHECK(seen[i] == 1);
    CHECK(pool_workers(p) == 4);
    while (pool_stats(p).leaving > 0 && clock_mono_ms() < deadline)
        sched_yield();
    pool_tend(p, PATIENCE_MS);
    CHECK(threads_now() == before + 4);
    end(p, &g);
}

int
main(void)
{
    RUN(a_full_pool_refuses_and_a_busy_worker_is_counted);
    RUN(stopping_ends_current_work_and_drops_what_waits);
    RUN(no_item_is_lost_while_workers_come_and_go);
    RUN(a_superfluous_worker_really_ends_and_may_come_back);
    RUN(a_flooded_conversation_lets_another_go_first);
    RUN(a_flood_leaves_workers_for_others_and_still_asks_for_more);
    RUN(a_hung_worker_is_replaced_and_its_item_handed_over);
    RUN(a_hung_worker_is_not_called_back);
    RUN(a_pool_with_a_deaf_worker_does_not_claim_to_have_stopped);
    RUN(restarting_and_resizing_lose_nothing);
    return tap_end();
}
