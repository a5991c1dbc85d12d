/* SPDX-License-Identifier: ISC */
#include "base/bq.h"

#include <pthread.h>

#include "base/tap.h"

static char item[100]; /* the queue never looks inside: any address will do */
static atomic_int seen[100];

static void
full_queue_refuses_and_keeps_order(void)
{
    struct bq *q = bq_new(2);
    void *got = NULL;

    CHECK(bq_push(q, &item[0], BQ_NOWAIT) == BQ_OK);
    CHECK(bq_push(q, &item[1], BQ_NOWAIT) == BQ_OK);
    CHECK(bq_push(q, &item[2], BQ_NOWAIT) == BQ_TIMEOUT);
    CHECK(bq_push(q, &item[2], 1) == BQ_TIMEOUT);
    CHECK(bq_pop(q, &got, BQ_NOWAIT) == BQ_OK && got == &item[0]);
    CHECK(bq_push(q, &item[2], BQ_NOWAIT) == BQ_OK); /* wraps around */
    CHECK(bq_pop(q, &got, BQ_NOWAIT) == BQ_OK && got == &item[1]);
    CHECK(bq_pop(q, &got, BQ_NOWAIT) == BQ_OK && got == &item[2]);
    CHECK(bq_pop(q, &got, 1) == BQ_TIMEOUT && got == &item[2]);
    bq_free(q);
}

static void
close_drains_before_it_reports_closed(void)
{
    struct bq *q = bq_new(2);
    void *got = NULL;

    CHECK(bq_push(q, &item[0], BQ_NOWAIT) == BQ_OK);
    bq_close(q);
    CHECK(bq_push(q, &item[1], BQ_FOREVER) == BQ_CLOSED);
    CHECK(bq_pop(q, &got, BQ_FOREVER) == BQ_OK && got == &item[0]);
    CHECK(bq_pop(q, &got, BQ_FOREVER) == BQ_CLOSED);
    bq_free(q);
}

static void
a_batch_takes_what_waits_and_no_more(void)
{
    struct bq *q = bq_new(4);
    void *got[3];
    enum bq_rc rc;

    for (int i = 0; i < 4; i++)
        bq_push(q, &item[i], BQ_NOWAIT);
    CHECK(bq_pop_many(q, got, 3, BQ_FOREVER, &rc) == 3 && rc == BQ_OK);
    CHECK(got[0] == &item[0] && got[1] == &item[1] && got[2] == &item[2]);
    CHECK(bq_pop_many(q, got, 3, BQ_FOREVER, &rc) == 1 && rc == BQ_OK);
    CHECK(got[0] == &item[3]);
    CHECK(bq_pop_many(q, got, 3, BQ_NOWAIT, &rc) == 0 && rc == BQ_TIMEOUT);
    bq_close(q);
    CHECK(bq_pop_many(q, got, 3, BQ_FOREVER, &rc) == 0 && rc == BQ_CLOSED);
    bq_free(q);
}

static void
pushing_many_takes_what_fits_in_order(void)
{
    void *items[] = {&item[0], &item[1], &item[2], &item[3]};
    struct bq *q = bq_new(3);
    void *got[4];
    enum bq_rc rc;

    CHECK(bq_push_many(q, items, 0) == 0);
    CHECK(bq_push_many(q, items, 2) == 2);
    CHECK(bq_pop(q, &got[0], BQ_NOWAIT) == BQ_OK && got[0] == &item[0]);
    CHECK(bq_push_many(q, &items[2], 2) == 2); /* wraps around */
    CHECK(bq_push_many(q, items, 1) == 0);
    CHECK(bq_pop_many(q, got, 4, BQ_NOWAIT, &rc) == 3 && rc == BQ_OK);
    CHECK(got[0] == &item[1] && got[1] == &item[2] && got[2] == &item[3]);
    CHECK(bq_push_many(q, items, 4) == 3);
    CHECK(bq_pop_many(q, got, 4, BQ_NOWAIT, &rc) == 3 && got[2] == &item[2]);
    bq_close(q);
    CHECK(bq_push_many(q, items, 1) == 0);
    bq_free(q);
}

static void *
pop_until_closed(void *q)
{
    void *got[2];
    enum bq_rc rc;
    size_t n;

    while ((n = bq_pop_many(q, got, 2, BQ_FOREVER, &rc)) > 0)
        while (n-- > 0)
            seen[(char *)got[n] - item]++;
    return NULL;
}

/* A queue of two between producers and workers makes both sides block all the
 * time.  Each item must arrive exactly once and close must wake all. */
static void
workers_get_each_item_once_and_stop_on_close(void)
{
    struct bq *q = bq_new(2);
    pthread_t worker[3];

    for (int i = 0; i < 3; i++)
        CHECK(pthread_create(&worker[i], NULL, pop_until_closed, q) == 0);
    for (int i = 0; i < 100; i++) {
        void *one = &item[i];
        if (bq_push_many(q, &one, 1) == 0)
            CHECK(bq_push(q, one, BQ_FOREVER) == BQ_OK);
    }
    bq_close(q);
    for (int i = 0; i < 3; i++)
        pthread_join(worker[i], NULL);
    for (int i = 0; i < 100; i++)
        CHECK(seen[i] == 1);
    bq_free(q);
}

int
main(void)
{
    RUN(full_queue_refuses_and_keeps_order);
    RUN(close_drains_before_it_reports_closed);
    RUN(a_batch_takes_what_waits_and_no_more);
    RUN(pushing_many_takes_what_fits_in_order);
    RUN(workers_get_each_item_once_and_stop_on_close);
    return tap_end();
}
