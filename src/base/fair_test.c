/* SPDX-License-Identifier: ISC */
#include "base/fair.h"

#include <stdio.h>
#include <string.h>

#include "base/tap.h"

enum { ITEMS = 4000, KEYS = 500 };

static char item[ITEMS]; /* the queue never looks inside */

static struct span
key(int i)
{
    static char text[20];

    snprintf(text, sizeof(text), "room-%d", i);
    return span_of(text);
}

/* At a time, with many workers. */
static struct fair_now
at(int64_t us)
{
    return (struct fair_now){.us = us, .busy_max = 1000};
}

static int
index_of(const struct fair_turn *t)
{
    return (int)((char *)t->item - item);
}

/* Pop at a time and be done at once; -1 when nothing may leave. */
static int
pass(struct fair *f, int64_t us)
{
    struct fair_now now = at(us);
    struct fair_turn t;

    if (!fair_pop(f, &now, &t))
        return -1;
    fair_done(f, &t);
    return index_of(&t);
}

static void
one_key_alone_is_first_in_first_out_and_unhindered(void)
{
    struct fair *f = fair_new(100);
    struct fair_turn turns[100];
    struct fair_now now = at(0);

    for (int i = 0; i < 100; i++)
        CHECK(fair_push(f, SPAN("a"), &item[i], 0));
    CHECK(fair_len(f) == 100 && fair_keys(f) == 1);
    for (int i = 0; i < 100; i++)
        CHECK(fair_pop(f, &now, &turns[i]) && index_of(&turns[i]) == i);
    CHECK(fair_len(f) == 0 && fair_keys(f) == 1 && !fair_ready(f));
    for (int i = 0; i < 100; i++)
        fair_done(f, &turns[i]);
    CHECK(fair_keys(f) == 0);
    fair_free(f);
}

static void
keys_take_turns_and_each_keeps_its_order(void)
{
    static const int order[] = {0, 5, 6, 1, 7, 2, 8, 3, 4};
    struct fair *f = fair_new(100);

    for (int i = 0; i < 5; i++)
        CHECK(fair_push(f, SPAN("flood"), &item[i], 0));
    CHECK(fair_push(f, SPAN("b"), &item[5], 0));
    for (int i = 6; i < 9; i++)
        CHECK(fair_push(f, SPAN("c"), &item[i], 0));
    for (size_t i = 0; i < 9; i++)
        CHECK(pass(f, 0) == order[i]);
    CHECK(pass(f, 0) == -1);
    fair_free(f);
}

/* A room that was heard of, but waits for nothing, costs nobody anything. */
static void
whoever_has_nothing_under_way_holds_nobody_up(void)
{
    struct fair *f = fair_new(100);
    struct fair_turn turns[FAIR_BACKLOG + 10];
    struct fair_now now = at(0);

    CHECK(fair_push(f, SPAN("b"), &item[99], 0));
    CHECK(pass(f, 0) == 99);
    for (int i = 0; i < FAIR_BACKLOG + 10; i++)
        CHECK(fair_push(f, SPAN("flood"), &item[i], 0));
    for (int i = 0; i < FAIR_BACKLOG + 10; i++)
        CHECK(fair_pop(f, &now, &turns[i]) && index_of(&turns[i]) == i);
    for (int i = 0; i < FAIR_BACKLOG + 10; i++)
        fair_done(f, &turns[i]);
    fair_free(f);
}

static void
a_backlog_lets_others_pass(void)
{
    struct fair *f = fair_new(100);
    struct fair_now now = at(0);
    struct fair_turn flood, other, none;

    for (int i = 0; i < FAIR_BACKLOG + 5; i++)
        CHECK(fair_push(f, SPAN("flood"), &item[i], 0));
    CHECK(fair_push(f, SPAN("b"), &item[50], 0));
    CHECK(fair_pop(f, &now, &flood) && fair_pop(f, &now, &other));
    fair_done(f, &flood);
    CHECK(!fair_pop(f, &now, &none)); /* the other's is still worked on ... */
    CHECK(fair_due_us(f) == FAIR_PACE_US);
    fair_done(f, &other); /* ... and then not */
    CHECK(fair_ready(f) && fair_due_us(f) == INT64_MAX);
    CHECK(pass(f, 0) == 1);

    CHECK(fair_push(f, SPAN("b"), &item[51], 0));
    CHECK(fair_pop(f, &now, &flood) && index_of(&flood) == 2);
    CHECK(fair_pop(f, &now, &other) && index_of(&other) == 51);
    fair_done(f, &flood);
    now.us = FAIR_PACE_US;
    CHECK(fair_pop(f, &now, &flood)); /* it has waited long enough */
    CHECK(index_of(&flood) == 3 && !fair_pop(f, &now, &none));
    fair_done(f, &flood);
    fair_done(f, &other);
    while (fair_take(f))
        ;
    fair_free(f);
}

static void
without_a_backlog_nobody_waits_for_another(void)
{
    struct fair *f = fair_new(100);
    struct fair_now now = at(0);
    struct fair_turn a, b;

    for (int i = 0; i < FAIR_BACKLOG; i++)
        CHECK(fair_push(f, SPAN("a"), &item[i], 0));
    CHECK(fair_push(f, SPAN("b"), &item[50], 0));
    CHECK(fair_pop(f, &now, &a) && fair_pop(f, &now, &b));
    fair_done(f, &a);
    CHECK(fair_pop(f, &now, &a) && index_of(&a) == 1);
    /* One that comes to have a backlog is no more let pass. */
    for (int i = 0; i < FAIR_BACKLOG; i++)
        CHECK(fair_push(f, SPAN("b"), &item[51 + i % 9], 0));
    for (int i = 0; i < 10; i++)
        CHECK(fair_push(f, SPAN("a"), &item[i], 0));
    fair_done(f, &a);
    CHECK(fair_pop(f, &now, &a) && index_of(&a) == 2);
    fair_done(f, &a);
    fair_done(f, &b);
    while (fair_take(f))
        ;
    fair_free(f);
}

static void
keys_that_let_others_pass_go_on_in_the_order_of_their_turns(void)
{
    struct fair *f = fair_new(200);
    struct fair_now now = at(0);
    struct fair_turn light, a, b, none;

    for (int i = 0; i < 2 * FAIR_BACKLOG; i++) {
        CHECK(fair_push(f, SPAN("a"), &item[i], 0));
        CHECK(fair_push(f, SPAN("b"), &item[100 + i], 0));
    }
    CHECK(fair_pop(f, &now, &a) && index_of(&a) == 0);
    now.us = 5000;
    CHECK(fair_pop(f, &now, &b) && index_of(&b) == 100);
    CHECK(fair_push(f, SPAN("c"), &item[3000], now.us));
    fair_done(f, &a);
    fair_done(f, &b);
    CHECK(pass(f, now.us) == 1 && pass(f, now.us) == 101);
    CHECK(fair_pop(f, &now, &light) && index_of(&light) == 3000);
    CHECK(!fair_pop(f, &now, &none));
    CHECK(fair_due_us(f) == now.us + FAIR_PACE_US);
    now.us = fair_due_us(f);
    CHECK(pass(f, now.us) == 2 && pass(f, now.us) == 102);
    CHECK(pass(f, now.us) == -1);
    fair_done(f, &light);
    CHECK(pass(f, now.us) == 3 && pass(f, now.us) == 103);
    while (fair_take(f))
        ;
    fair_free(f);
}

static void
a_key_has_no_more_than_its_share_of_workers(void)
{
    struct fair *f = fair_new(100);
    struct fair_now now = at(0);
    struct fair_turn turns[2], none;

    now.busy_max = 2;
    for (int i = 0; i < 5; i++)
        CHECK(fair_push(f, SPAN("flood"), &item[i], 0));
    CHECK(fair_pop(f, &now, &turns[0]) && fair_pop(f, &now, &turns[1]));
    CHECK(!fair_pop(f, &now, &none) && fair_due_us(f) == INT64_MAX);
    CHECK(fair_push(f, SPAN("b"), &item[50], 0));
    CHECK(pass(f, 0) == 50);
    CHECK(!fair_pop(f, &now, &none));
    fair_done(f, &turns[0]);
    CHECK(fair_pop(f, &now, &turns[0]) && index_of(&turns[0]) == 2);
    now.busy_max = 3; /* there are more workers */
    fair_done(f, &turns[0]);
    CHECK(fair_pop(f, &now, &turns[0]) && index_of(&turns[0]) == 3);
    fair_done(f, &turns[0]);
    fair_done(f, &turns[1]);
    CHECK(pass(f, 0) == 4);
    fair_free(f);
}

static void
the_bound_holds_for_all_keys_together_and_may_change(void)
{
    struct fair *f = fair_new(3);

    CHECK(fair_push(f, key(0), &item[0], 10));
    CHECK(fair_push(f, key(1), &item[1], 20));
    CHECK(fair_push(f, key(2), &item[2], 30));
    CHECK(!fair_push(f, key(3), &item[3], 40));
    CHECK(!fair_push(f, key(0), &item[3], 40));
    CHECK(fair_keys(f) == 3 && fair_oldest_us(f) == 10);
    CHECK(pass(f, 50) == 0 && fair_oldest_us(f) == 20);
    CHECK(fair_push(f, key(3), &item[3], 60));
    fair_set_max(f, 2);
    CHECK(fair_len(f) == 3 && fair_max(f) == 2);
    CHECK(pass(f, 70) == 1);
    CHECK(!fair_push(f, key(4), &item[4], 80));
    fair_set_max(f, 10);
    CHECK(fair_push(f, key(4), &item[4], 80));
    CHECK(pass(f, 90) == 2 && pass(f, 90) == 3 && pass(f, 90) == 4);
    CHECK(fair_oldest_us(f) == 0 && fair_keys(f) == 0);
    fair_free(f);
}

static void
what_is_taken_is_the_oldest_of_all(void)
{
    struct fair *f = fair_new(10);
    struct fair_now now = at(0);
    struct fair_turn t;

    CHECK(fair_push(f, key(0), &item[0], 0));
    CHECK(fair_push(f, key(0), &item[1], 0));
    CHECK(fair_push(f, key(1), &item[2], 0));
    CHECK(fair_push(f, key(0), &item[3], 0));
    CHECK(fair_pop(f, &now, &t));
    CHECK(fair_take(f) == &item[1] && fair_take(f) == &item[2]);
    CHECK(fair_take(f) == &item[3] && !fair_take(f));
    CHECK(fair_keys(f) == 1); /* item 0 is being worked on */
    fair_done(f, &t);
    CHECK(fair_keys(f) == 0);
    fair_free(f);
}

/* Rings, lists and maps that are reused again and again, by a fixed random
 * walk, against the plain rules. */
static void
what_is_removed_leaves_the_others_in_their_order(void)
{
    struct fair *f = fair_new(100);
    struct fair_entry *e[6];

    for (int i = 0; i < 6; i++)
        CHECK(e[i] = fair_push(f, i < 4 ? SPAN("a") : key(i), &item[i], 0));
    fair_remove(f, e[2]); /* in the middle, */
    fair_remove(f, e[0]); /* the first, */
    fair_remove(f, e[4]); /* and the only one of its key */
    CHECK(fair_len(f) == 3 && fair_keys(f) == 2);
    CHECK(pass(f, 0) == 1 && pass(f, 0) == 5 && pass(f, 0) == 3);
    CHECK(fair_keys(f) == 0 && fair_oldest_us(f) == 0);
    fair_free(f);
}

static void
what_is_looked_at_comes_next(void)
{
    struct fair *f = fair_new(100);

    CHECK(!fair_peek(f));
    for (int i = 0; i < 20; i++)
        CHECK(fair_push(f, key(i % 3 ? 0 : i), &item[i], 0));
    for (void *next; (next = fair_peek(f));)
        CHECK(&item[pass(f, 0)] == next);
    CHECK(fair_len(f) == 0);
    fair_free(f);
}

static void
many_keys_keep_order_and_nothing_gets_lost(void)
{
    static int key_of[ITEMS], last[KEYS];
    struct fair *f = fair_new(100);
    struct fair_turn turns[50];
    int n_turns = 0, pushed = 0, popped = 0;
    unsigned random = 1;
    int64_t us = 0;

    memset(last, -1, sizeof(last));
    while (popped < ITEMS || n_turns > 0) {
        struct fair_now now = at(us += 500);
        random = random * 1103515245 + 12345;
        unsigned what = random >> 16 & 3;
        if (what == 0 && n_turns > 0) {
            fair_done(f, &turns[--n_turns]);
        } else if (what == 1 && n_turns < 50 &&
                   fair_pop(f, &now, &turns[n_turns])) {
            int i = index_of(&turns[n_turns++]);
            CHECK(i > last[key_of[i]]);
            last[key_of[i]] = i;
            popped++;
        } else if (what > 1 && pushed < ITEMS) {
            key_of[pushed] = (int)(random >> 20) % (pushed < 2000 ? KEYS : 3);
            if (fair_push(f, key(key_of[pushed]), &item[pushed], us))
                pushed++;
            else
                CHECK(fair_len(f) == 100);
        }
    }
    CHECK(pushed == ITEMS && fair_len(f) == 0 && fair_keys(f) == 0);
    fair_free(f);
}

int
main(void)
{
    RUN(one_key_alone_is_first_in_first_out_and_unhindered);
    RUN(keys_take_turns_and_each_keeps_its_order);
    RUN(whoever_has_nothing_under_way_holds_nobody_up);
    RUN(a_backlog_lets_others_pass);
    RUN(without_a_backlog_nobody_waits_for_another);
    RUN(keys_that_let_others_pass_go_on_in_the_order_of_their_turns);
    RUN(a_key_has_no_more_than_its_share_of_workers);
    RUN(the_bound_holds_for_all_keys_together_and_may_change);
    RUN(what_is_taken_is_the_oldest_of_all);
    RUN(what_is_removed_leaves_the_others_in_their_order);
    RUN(what_is_looked_at_comes_next);
    RUN(many_keys_keep_order_and_nothing_gets_lost);
    return tap_end();
}
