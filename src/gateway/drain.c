/* SPDX-License-Identifier: ISC */
#include "gateway/drain.h"

#include <signal.h>

#include "base/clock.h"
#include "base/log.h"
#include "gateway/gateway.h"
#include "gateway/others.h"

static size_t
connections(const struct drain *d)
{
    return (size_t)sio_server_counts(d->g->sio).connections;
}

/* So many each time that all have gone at the end. */
static size_t
share(const struct drain *d, int64_t now_ms)
{
    int64_t ticks = (d->ends_at_ms - now_ms) / DRAIN_TICK_MS - 1;
    size_t n = connections(d);

    return ticks > 1 ? (n + (size_t)ticks - 1) / (size_t)ticks : n;
}

static void
move_some(struct drain *d, int64_t now_ms)
{
    struct sio_frame *goodbye =
        sio_frame_event("/", "server:moving", SPAN("{}"));

    sio_server_move(d->g->sio, share(d, now_ms), goodbye, "moving");
    sio_frame_unref(goodbye);
}

static void
on_tick(struct ev_loop *ev, ev_timer *timer, int events)
{
    struct drain *d = timer->data;
    int64_t now_ms = clock_mono_ms();

    (void)ev;
    (void)events;
    if (now_ms < d->moves_at_ms)
        return;
    move_some(d, now_ms);
    if (d->leaves && (connections(d) == 0 || now_ms >= d->ends_at_ms))
        loop_stop(d->g->loop);
}

static bool
on_signal(int signal, void *ctx)
{
    struct drain *d = ctx;

    if (signal != SIGTERM || d->leaves || d->g->cfg->drain_s == 0 ||
        others_stats(d->g->others).peers == 0)
        return true;
    drain_begin(d);
    d->leaves = true;
    return false;
}

void
drain_init(struct drain *d, struct gateway *g)
{
    d->g = g;
    ev_timer_init(
        &d->tick, on_tick, DRAIN_TICK_MS / 1000.0, DRAIN_TICK_MS / 1000.0);
    d->tick.data = d;
    loop_ask(g->loop, on_signal, d);
}

void
drain_begin(struct drain *d)
{
    int64_t now_ms = clock_mono_ms(), ms = (int64_t)d->g->cfg->drain_s * 1000;

    if (d->on)
        return;
    d->on = true;
    d->moves_at_ms =
        now_ms + (ms / 2 < DRAIN_NOTICE_MS ? ms / 2 : DRAIN_NOTICE_MS);
    d->ends_at_ms = now_ms + ms;
    ev_timer_start(loop_ev(d->g->loop), &d->tick);
    log_info("draining connections=%zu seconds=%d", connections(d),
        d->g->cfg->drain_s);
}

void
drain_end(struct drain *d)
{
    if (!d->on || d->leaves)
        return;
    d->on = false;
    ev_timer_stop(loop_ev(d->g->loop), &d->tick);
}

bool
drain_moves(const struct drain *d)
{
    return d->on && clock_mono_ms() >= d->moves_at_ms;
}
