/* SPDX-License-Identifier: ISC */
#include "translator/http/desk.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"

/* A request may be done before translate_submit returns, on our own thread,
 * or later on another.  Whoever comes second, we or done(), takes care of the
 * item: at once, which is what makes cached translations cheap, or by a
 * message to the loop. */
enum { SUBMITTING, SUBMITTED, DONE };

struct desk {
    struct desk_cfg cfg;
    TAILQ_HEAD(, desk_order) queue; /* of orders with items to be sent */
    struct dl deadlines; /* of all orders that are not over */
    ev_timer timer; /* for the first of them */
    bool sending, closed;
    struct desk_stats stats;
};

static void on_timer(struct ev_loop *ev, ev_timer *w, int revents);

struct desk *
desk_new(const struct desk_cfg *cfg)
{
    struct desk *d = xcalloc(1, sizeof(*d));

    d->cfg = *cfg;
    TAILQ_INIT(&d->queue);
    dl_init(&d->deadlines, cfg->deadline_ms);
    ev_timer_init(&d->timer, on_timer, 0.0, 0.0);
    d->timer.data = d;
    return d;
}

static struct desk_order *
order_of(struct dl_node *n)
{
    return (
        struct desk_order *)((char *)n - offsetof(struct desk_order, deadline));
}

/* Wake up for the order that is due first.  Orders share one duration, so a
 * timer that runs is never too late for a new one. */
static void
set_timer(struct desk *d)
{
    struct ev_loop *ev = loop_ev(d->cfg.loop);
    int64_t due_ms = dl_next(&d->deadlines), now_ms = clock_mono_ms();

    if (due_ms == INT64_MAX || ev_is_active(&d->timer))
        return;
    ev_now_update(ev);
    ev_timer_set(&d->timer,
        due_ms > now_ms ? (double)(due_ms - now_ms) / 1e3 : 0.0, 0.0);
    ev_timer_start(ev, &d->timer);
}

/* Nothing of the order is out any more. */
static bool
is_home(const struct desk_order *o)
{
    return o->n_back == o->n_sent;
}

/* Answer the order, and let it go if nothing of it is out. */
static void
finish(struct desk_order *o, const struct err *err)
{
    struct desk *d = o->desk;

    if (o->queued) {
        TAILQ_REMOVE(&d->queue, o, link);
        d->stats.waiting -= o->n - o->n_sent;
        o->queued = false;
    }
    dl_stop(&o->deadline);
    o->over = true;
    d->stats.orders--;
    o->done(o, err);
    if (is_home(o))
        o->drop(o);
}

/* An item has come back. */
static void
take_back(struct desk_item *item)
{
    struct desk_order *o = item->order;

    item->back = true;
    o->n_back++;
    o->desk->stats.in_flight--;
    if (o->over) {
        if (is_home(o))
            o->drop(o);
    } else if (o->n_back == o->n) {
        finish(o, NULL);
    }
}

static void send_items(struct desk *d);

static void
on_back(struct loop_msg *msg)
{
    struct desk_item *item =
        (struct desk_item *)((char *)msg - offsetof(struct desk_item, msg));
    struct desk *d = item->order->desk;

    take_back(item);
    send_items(d);
}

static void
on_done(struct translate_request *r)
{
    struct desk_item *item = r->user;

    item->took_us = clock_mono_us() - item->took_us;
    if (atomic_exchange(&item->state, DONE) == SUBMITTED)
        loop_post(item->order->desk->cfg.loop, &item->msg);
}

static void
send_item(struct desk *d, struct desk_item *item)
{
    int64_t left_ms = item->order->deadline.due_ms - clock_mono_ms();

    if (item->optional)
        left_ms -= left_ms / 4;

    d->stats.in_flight++;
    item->request.done = on_done;
    item->request.background = true;
    item->request.user = item;
    item->request.deadline_ms = left_ms > 1 ? (int)left_ms : 1;
    item->took_us = clock_mono_us();
    atomic_store(&item->state, SUBMITTING);
    translate_submit(d->cfg.translate, &item->request);
    if (atomic_exchange(&item->state, SUBMITTED) == DONE)
        take_back(item);
}

/* Send what may be sent: one item of each order in turn.  A taker whose order
 * is done at once may come with the next: not from within. */
static void
send_items(struct desk *d)
{
    struct desk_order *o;

    if (d->sending)
        return;
    d->sending = true;
    while (d->stats.in_flight < d->cfg.in_flight_max &&
           (o = TAILQ_FIRST(&d->queue))) {
        struct desk_item *item = &o->items[o->n_sent++];
        TAILQ_REMOVE(&d->queue, o, link);
        d->stats.waiting--;
        o->queued = o->n_sent < o->n;
        if (o->queued)
            TAILQ_INSERT_TAIL(&d->queue, o, link);
        send_item(d, item);
    }
    d->sending = false;
}

static void
on_timer(struct ev_loop *ev, ev_timer *w, int revents)
{
    static const struct err late = {FAIL_BUSY, "the translation took too long"};
    struct desk *d = w->data;
    struct dl_node *n;

    (void)ev;
    (void)revents;
    while ((n = dl_expire(&d->deadlines, clock_mono_ms()))) {
        d->stats.late++;
        finish(order_of(n), &late);
    }
    set_timer(d);
}

bool
desk_take(struct desk *d, struct desk_order *o, struct err *err)
{
    if (o->n > d->cfg.waiting_max)
        return err_set(err, FAIL_TOO_LARGE, "%zu texts exceed limit (%zu)",
            o->n, d->cfg.waiting_max);
    if (d->closed || d->stats.waiting + o->n > d->cfg.waiting_max) {
        d->stats.refused++;
        return err_set(err, FAIL_BUSY,
            d->closed ? "the translator stops"
                      : "too many translations wait: try again later");
    }
    o->desk = d;
    o->n_sent = o->n_back = 0;
    o->over = false;
    o->queued = true;
    for (size_t i = 0; i < o->n; i++) {
        o->items[i].order = o;
        o->items[i].msg.run = on_back;
        o->items[i].back = false;
    }
    d->stats.orders++;
    d->stats.waiting += o->n;
    TAILQ_INSERT_TAIL(&d->queue, o, link);
    dl_start(&d->deadlines, &o->deadline, clock_mono_ms());
    set_timer(d);
    send_items(d);
    return true;
}

struct desk_stats
desk_stats(const struct desk *d)
{
    struct desk_stats s = d->stats;

    s.in_flight_max = d->cfg.in_flight_max;
    s.waiting_max = d->cfg.waiting_max;
    return s;
}

void
desk_close(struct desk *d)
{
    static const struct err stops = {FAIL_BUSY, "the translator stops"};
    struct dl_node *n;

    d->closed = true;
    while ((n = dl_expire(&d->deadlines, INT64_MAX - 1)))
        finish(order_of(n), &stops);
    ev_timer_stop(loop_ev(d->cfg.loop), &d->timer);
}

bool
desk_free(struct desk *d)
{
    if (d && d->stats.in_flight > 0)
        return false;
    free(d);
    return true;
}
