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
    struct seen *seen;
    struct user *user; /* a reference */
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
    hub_user_unref(w->seen->g->hub, w->user);
    free(w);
}

void
seen_user(struct seen *s, struct user *u)
{
    int64_t now_ms = clock_wall_ms();
    struct save *w;

    if (u->bot) /* reads on demand, where many do */
        return;
    if (!u->guest || u->clients) /* a guest only while they are here */
        hub_seen(s->g->hub, u);
    if (now_ms - u->seen_saved_ms < SAVE_MS)
        return;
    u->seen_saved_ms = now_ms;
    w = xcalloc(1, sizeof(*w));
    w->op.job.run = save_run;
    w->op.finish = save_finish;
    w->seen = s;
    w->user = hub_user_ref(s->g->hub, u);
    w->seen_ms = now_ms;
    op_write(s->g->writer, &w->op);
}

int64_t
seen_since_ms(const struct seen *s)
{
    return clock_wall_ms() - s->g->cfg->reader_days * day_ms;
}

int64_t
seen_guests_since_ms(void)
{
    return clock_wall_ms() - day_ms;
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

/* ---- who reads the public room ---- */

struct recount {
    struct op op;
    struct gateway *g;
    int64_t since_ms;
    struct store_readers readers[STORE_LANGUAGES_MAX];
    size_t n;
};

static bool
recount_run(struct store *s, struct store_job *job, struct err *err)
{
    struct recount *r = (struct recount *)job;

    return store_recent_readers(
        s, r->since_ms, INT64_MAX, r->readers, &r->n, err);
}

static void
recount_finish(struct op *op)
{
    struct recount *r = (struct recount *)op;

    if (op->job.ok)
        hub_recount(r->g->hub, r->since_ms, INT64_MAX, r->readers, r->n);
    else
        log_warn(
            "readers of the public room not counted: %s", op->job.err.text);
    free(r);
}

static void
recount(struct seen *s)
{
    struct recount *r = xcalloc(1, sizeof(*r));

    r->op.job.run = recount_run;
    r->op.finish = recount_finish;
    r->g = s->g;
    r->since_ms = seen_since_ms(s);
    op_read(s->g->writer, &r->op);
}

/* ---- old rows of the log ---- */

enum { COMPACT_STREAMS = 100 }; /* in one operation */

struct compact {
    struct op op;
    struct gateway *g;
    int64_t before_ms, cursor;
    bool more;
};

static bool
compact_run(struct store *s, struct store_job *job, struct err *err)
{
    struct compact *c = (struct compact *)job;

    return store_compact(
        s, c->before_ms, &c->cursor, COMPACT_STREAMS, &c->more, err);
}

static void
compact_finish(struct op *op)
{
    struct compact *c = (struct compact *)op;

    if (!op->job.ok)
        log_warn("old rows of the log not dropped: %s", op->job.err.text);
    if (op->job.ok && c->more)
        op_write(c->g->writer, op);
    else
        free(c);
}

static void
compact_log(struct gateway *g)
{
    struct compact *c = xcalloc(1, sizeof(*c));

    c->op.job.run = compact_run;
    c->op.finish = compact_finish;
    c->g = g;
    c->before_ms = clock_wall_ms() - g->cfg->log_days * day_ms;
    op_write(g->writer, &c->op);
}

/* ---- guests who came for nothing ---- */

enum { GUESTS_AT_ONCE = 50 };

struct leaving {
    struct op op;
    struct gateway *g;
    int64_t before_ms;
    bool more;
};

static bool
leaving_run(struct store *s, struct store_job *job, struct err *err)
{
    struct leaving *w = (struct leaving *)job;

    return store_guests_expire(
        s, w->before_ms, clock_wall_ms(), GUESTS_AT_ONCE, &w->more, err);
}

static void
leaving_finish(struct op *op)
{
    struct leaving *w = (struct leaving *)op;

    if (!op->job.ok)
        log_warn("guests who are gone not dropped: %s", op->job.err.text);
    if (op->job.ok && w->more)
        op_write(w->g->writer, op);
    else
        free(w);
}

static void
drop_guests(struct gateway *g)
{
    struct leaving *w = xcalloc(1, sizeof(*w));

    w->op.job.run = leaving_run;
    w->op.finish = leaving_finish;
    w->g = g;
    w->before_ms = clock_wall_ms() - g->cfg->guest_days * day_ms;
    op_write(g->writer, &w->op);
}

static void
on_tick(struct ev_loop *ev, ev_timer *timer, int events)
{
    struct seen *s = timer->data;
    struct op *op = xcalloc(1, sizeof(*op));

    (void)ev;
    (void)events;
    recount(s);
    op->job.run = expire_run;
    op->finish = expire_finish;
    op_write(s->g->writer, op);
    compact_log(s->g);
    drop_guests(s->g);
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
