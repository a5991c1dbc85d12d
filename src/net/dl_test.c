/* SPDX-License-Identifier: ISC */
#include "net/dl.h"

#include <stddef.h>

#include "base/tap.h"

static void
nodes_expire_in_order_when_they_are_due(void)
{
    struct dl_node a = {0}, b = {0};
    struct dl l;

    dl_init(&l, 100);
    CHECK(dl_next(&l) == INT64_MAX && !dl_expire(&l, 1000000));
    dl_start(&l, &a, 0);
    dl_start(&l, &b, 10);
    CHECK(dl_next(&l) == 100 && !dl_expire(&l, 99));
    CHECK(dl_expire(&l, 100) == &a && dl_next(&l) == 110);
    CHECK(!dl_expire(&l, 109) && dl_expire(&l, 500) == &b);
    CHECK(dl_next(&l) == INT64_MAX);
}

static void
a_node_runs_in_one_list_at_a_time(void)
{
    struct dl_node a = {0}, b = {0};
    struct dl l, other;

    dl_init(&l, 100);
    dl_init(&other, 5);
    dl_start(&l, &a, 0);
    dl_start(&l, &b, 0);
    dl_start(&other, &a, 50);
    CHECK(dl_next(&other) == 55 && dl_expire(&l, 100) == &b);
    CHECK(!dl_expire(&l, 1000));
    dl_start(&l, &b, 200);
    dl_start(&l, &b, 300); /* again: from now */
    CHECK(dl_next(&l) == 400);
    dl_stop(&b);
    dl_stop(&b); /* twice is fine */
    CHECK(dl_next(&l) == INT64_MAX);
    dl_start_at(&l, &b, 7);
    CHECK(dl_next(&l) == 7 && dl_expire(&l, 7) == &b);
    dl_stop(&a);
}

int
main(void)
{
    RUN(nodes_expire_in_order_when_they_are_due);
    RUN(a_node_runs_in_one_list_at_a_time);
    return tap_end();
}
