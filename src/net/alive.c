/* SPDX-License-Identifier: ISC */
#include "net/alive.h"

#include "base/notify.h"

enum { SIGNS_PER_WAIT = 3, MS_PER_S = 1000 };

static void
on_time(struct ev_loop *ev, ev_timer *timer, int events)
{
    (void)ev;
    (void)timer;
    (void)events;
    notify_send("WATCHDOG=1");
}

void
alive_start(struct alive *a, struct loop *l)
{
    double every = notify_watchdog_ms() / (double)(SIGNS_PER_WAIT * MS_PER_S);

    ev_timer_init(&a->timer, on_time, every, every);
    if (every > 0)
        ev_timer_start(loop_ev(l), &a->timer);
    notify_send("READY=1");
}

void
alive_stop(struct alive *a, struct loop *l)
{
    ev_timer_stop(loop_ev(l), &a->timer);
    notify_send("STOPPING=1");
}
