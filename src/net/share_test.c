/* SPDX-License-Identifier: ISC */
#include "net/share.h"

#include <string.h>

#include "base/clock.h"
#include "base/tap.h"

enum {
    US = 100, /* of a turn */
    LONG_US = 20 * US,
    TURNS_MAX = 2000, /* no debt is larger */
};

static struct shares *shares;
static struct share *a, *b;

static void
begin(void)
{
    shares = shares_new(US);
    a = share_enter(shares, "192.0.2.1");
    b = share_enter(shares, "192.0.2.2");
}

static void
end(void)
{
    share_leave(shares, a);
    share_leave(shares, b);
    shares_free(shares);
}

/* Something dear. */
static void
work(struct share *s)
{
    struct share *was = shares_work_for(shares, s);
    int64_t end_us = clock_mono_us() + LONG_US;

    while (clock_mono_us() < end_us)
        ;
    shares_work_for(shares, was);
}

static int
turns_until_time(struct share *s)
{
    int n = 0;

    while (n < TURNS_MAX && !share_has_time(shares, s)) {
        shares_turn(shares);
        n++;
    }
    return n;
}

static void
who_is_alone_has_all_of_a_turn(void)
{
    begin();
    work(a);
    work(a);
    CHECK(share_has_time(shares, a));
    end();
}

static void
what_was_overdrawn_is_paid_in_the_turns_that_follow(void)
{
    int n;

    begin();
    work(b);
    work(a);
    CHECK(!share_has_time(shares, a));
    n = turns_until_time(a);
    CHECK(n >= LONG_US / US && n < TURNS_MAX);
    CHECK(turns_until_time(b) < TURNS_MAX);
    end();
}

static void
leaving_and_coming_back_pays_nothing(void)
{
    begin();
    work(b);
    work(a);
    share_leave(shares, a);
    a = share_enter(shares, "192.0.2.1");
    CHECK(!share_has_time(shares, a));
    share_leave(shares, a);
    for (int i = 0; i < TURNS_MAX; i++)
        shares_turn(shares);
    a = share_enter(shares, "192.0.2.1");
    CHECK(share_has_time(shares, a));
    end();
}

struct waiter {
    struct share_wait wait;
    struct share *share;
    int times; /* it wants to go */
    char name;
};

static char order[16];
static int n_order;

/* Each does one dear thing, and needs to be asked again for the next. */
static void
on_go(struct share_wait *w)
{
    struct waiter *one = (struct waiter *)w;

    CHECK(share_has_time(shares, one->share)); /* else it would wait for ever */
    order[n_order++] = one->name;
    work(one->share);
    if (--one->times > 0)
        share_wait(shares, one->share, w);
}

static void
who_waits_goes_in_the_order_of_the_address(void)
{
    struct waiter waiters[] = {{.name = '1', .times = 2},
        {.name = '2', .times = 1}, {.name = 'x', .times = 1},
        {.name = 'y', .times = 1}};

    int n_of_b;

    begin();
    work(b);
    work(a);
    n_order = 0;
    for (int i = 0; i < 4; i++) {
        waiters[i].wait.go = on_go;
        waiters[i].share = i < 2 ? a : b;
        share_wait(shares, waiters[i].share, &waiters[i].wait);
        share_wait(shares, waiters[i].share, &waiters[i].wait); /* no matter */
    }
    share_stop_waiting(shares, &waiters[3].wait);
    share_stop_waiting(shares, &waiters[3].wait);
    CHECK(shares_are_waited_for(shares));
    for (int i = 0; i < 4 * TURNS_MAX && shares_are_waited_for(shares); i++)
        shares_turn(shares);
    CHECK(!shares_are_waited_for(shares));
    order[n_order] = '\0';
    n_of_b = 0;
    for (char *at = order; *at; at++) /* between them it is a matter of time */
        if (*at == 'x') {
            n_of_b++;
            memmove(at, at + 1, strlen(at));
        }
    CHECK(n_of_b == 1 && span_eqz(span_of(order), "121"));
    end();
}

static void
without_a_limit_nobody_waits(void)
{
    shares = shares_new(0);
    a = share_enter(shares, "192.0.2.1");
    b = share_enter(shares, "192.0.2.2");
    work(a);
    work(b);
    CHECK(share_has_time(shares, a) && share_has_time(shares, b));
    end();
}

int
main(void)
{
    RUN(who_is_alone_has_all_of_a_turn);
    RUN(what_was_overdrawn_is_paid_in_the_turns_that_follow);
    RUN(leaving_and_coming_back_pays_nothing);
    RUN(who_waits_goes_in_the_order_of_the_address);
    RUN(without_a_limit_nobody_waits);
    return tap_end();
}
