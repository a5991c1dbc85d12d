/* SPDX-License-Identifier: ISC */
#include "gateway/seen.h"

#include <ev.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "gateway/gateway.h"
#include "gateway/op.h"

enum {
    HOUR_S = 3600,
    SAVE_MS = HOUR_S * 1000, /* how old what is on disk may be */
};

static const int64_t day_ms = 24 * HOUR_S * 1000;

struct seen {
    struct gateway *g;
    ev_timer tick;
};

struct save {
    struct op op;
    struct user *user;
    int64_t seen_ms;
};

static bool
save_run(struct store *s, struct store_job *job, struct err *err)
{
    struct save *w = (struct save *)job;

    return store_user_seen(s, span_of(w->user->id), w->seen_ms, err);
}

static void
save_finish(struct op *op)
{
    struct save *w = (struct save *)op;

    if (!op->job.ok)
        w->user->seen_saved_ms = 0; /* the next time */
    free(w);
}

void
seen_user(struct seen *s, struct user *u)
{
    int64_t now_ms = clock_wall_ms();
    struct save *w;

    hub_seen(u, now_ms);
    if (now_ms - u->seen_saved_ms < SAVE_MS)
        return;
    u->seen_saved_ms = now_ms;
    w = xcalloc(1, sizeof(*w));
    w->op.job.run = save_run;
    w->op.finish = save_finish;
    w->user = u;
    w->seen_ms = now_ms;
    op_write(s->g->writer, &w->op);
}

int64_t
seen_since_ms(const struct seen *s)
{
    return clock_wall_ms() - s->g->cfg->reader_days * day_ms;
}

static bool
expire_run(struct store *s, struct store_job *job, struct err *err)
{
    (void)job;
    return store_sessions_expire(s, clock_wall_ms(), err);
}

static void
expire_finish(struct op *op)
{
    if (!op->job.ok)
        log_warn("expired sessions not dropped: %s", op->job.err.text);
    free(op);
}

static void
on_tick(struct ev_loop *ev, ev_timer *timer, int events)
{
    struct seen *s = timer->data;
    struct op *op = xcalloc(1, sizeof(*op));
    size_t n = hub_forget_readers(s->g->hub, seen_since_ms(s));

    (void)ev;
    (void)events;
    if (n > 0)
        log_info("the public room is no longer translated for users=%zu", n);
    op->job.run = expire_run;
    op->finish = expire_finish;
    op_write(s->g->writer, op);
}

struct seen *
seen_new(struct gateway *g)
{
    struct seen *s = xcalloc(1, sizeof(*s));

    s->g = g;
    return s;
}

void
seen_start(struct seen *s)
{
    ev_timer_init(&s->tick, on_tick, HOUR_S, HOUR_S);
    s->tick.data = s;
    ev_timer_start(loop_ev(s->g->loop), &s->tick);
}

void
seen_free(struct seen *s)
{
    if (!s)
        return;
    if (ev_is_active(&s->tick))
        ev_timer_stop(loop_ev(s->g->loop), &s->tick);
    free(s);
}
