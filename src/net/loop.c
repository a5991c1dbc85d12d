/* SPDX-License-Identifier: ISC */
#include "net/loop.h"

#include <assert.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/mem.h"

struct hook {
    void (*fn)(void *ctx);
    void *ctx;
};

/* DESIGN: the inbox is a lock-free stack, newest first, that the loop takes as
 * a whole and reverses; taking all at once leaves no ABA problem.  ev_async is
 * cheap when a wake-up is already pending. */
struct loop {
    struct ev_loop *ev; /* owned */
    ev_async wake;
    ev_prepare before_sleep;
    ev_signal on_term, on_int;
    _Atomic(struct loop_msg *) inbox;
    atomic_bool stopping;
    bool (*stops)(int signal, void *ctx); /* NULL: yes */
    void *stops_ctx;
    int n_hooks;
    struct hook hooks[LOOP_HOOKS_MAX];
};

void
loop_drain(struct loop *l)
{
    struct loop_msg *msg = atomic_exchange(&l->inbox, NULL), *oldest = NULL;

    while (msg) {
        struct loop_msg *next = msg->next;
        msg->next = oldest;
        oldest = msg;
        msg = next;
    }
    while (oldest) {
        msg = oldest;
        oldest = msg->next;
        msg->run(msg);
    }
}

static void
on_wake(struct ev_loop *ev, ev_async *w, int revents)
{
    struct loop *l = w->data;

    (void)revents;
    loop_drain(l);
    if (atomic_load(&l->stopping))
        ev_break(ev, EVBREAK_ALL);
}

static void
on_prepare(struct ev_loop *ev, ev_prepare *w, int revents)
{
    struct loop *l = w->data;

    (void)ev;
    (void)revents;
    for (int i = 0; i < l->n_hooks; i++)
        l->hooks[i].fn(l->hooks[i].ctx);
}

static void
on_signal(struct ev_loop *ev, ev_signal *w, int revents)
{
    struct loop *l = w->data;

    (void)ev;
    (void)revents;
    if (!l->stops || l->stops(w->signum, l->stops_ctx))
        loop_stop(l);
}

struct loop *
loop_new(struct err *err)
{
    struct loop *l = xcalloc(1, sizeof(*l));

    l->ev = ev_loop_new(EVBACKEND_EPOLL | EVFLAG_NOENV);
    if (!l->ev) {
        err_set(err, FAIL_SYSTEM, "no epoll event loop: %m");
        free(l);
        return NULL;
    }
    ev_async_init(&l->wake, on_wake);
    ev_prepare_init(&l->before_sleep, on_prepare);
    ev_signal_init(&l->on_term, on_signal, SIGTERM);
    ev_signal_init(&l->on_int, on_signal, SIGINT);
    l->wake.data = l->before_sleep.data = l;
    l->on_term.data = l->on_int.data = l;
    /* Last of all that happens in a turn. */
    ev_set_priority(&l->before_sleep, EV_MINPRI);
    ev_async_start(l->ev, &l->wake);
    ev_prepare_start(l->ev, &l->before_sleep);
    return l;
}

void
loop_free(struct loop *l)
{
    if (!l)
        return;
    assert(!atomic_load(&l->inbox)); /* else loop_drain was forgotten */
    ev_async_stop(l->ev, &l->wake);
    ev_prepare_stop(l->ev, &l->before_sleep);
    ev_loop_destroy(l->ev);
    free(l);
}

struct ev_loop *
loop_ev(struct loop *l)
{
    return l->ev;
}

void
loop_ask(struct loop *l, bool (*stops)(int signal, void *ctx), void *ctx)
{
    l->stops = stops;
    l->stops_ctx = ctx;
}

void
loop_catch_signals(struct loop *l)
{
    ev_signal_start(l->ev, &l->on_term);
    ev_signal_start(l->ev, &l->on_int);
}

void
loop_run(struct loop *l, bool handle_signals)
{
    if (handle_signals)
        loop_catch_signals(l);
    ev_run(l->ev, 0);
    if (handle_signals) {
        ev_signal_stop(l->ev, &l->on_term);
        ev_signal_stop(l->ev, &l->on_int);
    }
    atomic_store(&l->stopping, false);
}

void
loop_stop(struct loop *l)
{
    atomic_store(&l->stopping, true);
    ev_async_send(l->ev, &l->wake);
}

void
loop_post(struct loop *l, struct loop_msg *msg)
{
    loop_post_chain(l, msg, msg);
}

void
loop_post_chain(struct loop *l, struct loop_msg *first, struct loop_msg *last)
{
    struct loop_msg *newest = NULL, *msg = first, *head;

    last->next = NULL;
    while (msg) {
        struct loop_msg *next = msg->next;
        msg->next = newest;
        newest = msg;
        msg = next;
    }
    head = atomic_load(&l->inbox);
    do
        first->next = head;
    while (!atomic_compare_exchange_weak(&l->inbox, &head, newest));
    ev_async_send(l->ev, &l->wake);
}

void
loop_before_sleep(struct loop *l, void (*fn)(void *ctx), void *ctx)
{
    assert(l->n_hooks < LOOP_HOOKS_MAX);
    l->hooks[l->n_hooks++] = (struct hook){fn, ctx};
}
