/* SPDX-License-Identifier: ISC */
#include "gateway/retention.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "gateway/gateway.h"
#include "gateway/op.h"

_Static_assert(
    (int)RETENTION_AT_ONCE <= (int)STORE_EXPIRE_MAX, "the store takes so many");

/* One round over all rooms. */
struct round {
    struct op op;
    struct retention *in;
    struct store_retention rule;
    int64_t cursor;
    bool more;
    int n;
    char ids[RETENTION_AT_ONCE][ID_BYTES];
    long long erased; /* in all of the round */
};

struct retention {
    struct gateway *g;
    ev_timer timer;
    struct round *round; /* under way */
    bool again; /* once more, from the start, after it */
};

static void
on_gone(struct span message_id, void *ctx)
{
    struct round *w = ctx;

    snprintf(w->ids[w->n++], ID_BYTES, "%.*s", SPAN_ARG(message_id));
}

static bool
round_run(struct store *s, struct store_job *job, struct err *err)
{
    struct round *w = (struct round *)job;

    w->n = 0;
    return store_messages_expire(
        s, &w->rule, &w->cursor, on_gone, w, &w->more, err);
}

static void
round_end(struct round *w)
{
    struct retention *r = w->in;

    if (w->erased)
        log_info(
            "retention erased messages=%lld days=%d", w->erased, w->rule.days);
    free(w);
    if (!r) /* it ended meanwhile */
        return;
    r->round = NULL;
    if (r->again)
        retention_soon(r);
}

static void round_finish(struct op *op);

static void
round_go(struct round *w, struct gateway *g)
{
    op_set(&w->op, round_run, round_finish);
    op_write(g->writer, &w->op);
}

static void
round_finish(struct op *op)
{
    struct round *w = (struct round *)op;
    struct gateway *g = w->in ? w->in->g : NULL;

    if (!op->job.ok)
        log_warn("old messages not erased: %s", op->job.err.text);
    if (!op->job.ok || !g) {
        round_end(w);
        return;
    }
    for (int i = 0; i < w->n; i++)
        dispatch_drop(g->dispatch, span_of(w->ids[i]));
    w->erased += w->n;
    if (w->more)
        round_go(w, g);
    else
        round_end(w);
}

void
retention_soon(struct retention *r)
{
    struct round *w;

    r->again = r->round != NULL;
    if (r->round)
        return;
    w = r->round = xcalloc(1, sizeof(*w));
    w->in = r;
    w->rule = (struct store_retention){.days = r->g->cfg->retention_days,
        .limit = RETENTION_AT_ONCE,
        .now_ms = clock_wall_ms()};
    round_go(w, r->g);
}

static void
on_timer(struct ev_loop *ev, ev_timer *timer, int events)
{
    struct retention *r = timer->data;

    (void)ev;
    (void)events;
    if (!r->round)
        retention_soon(r);
}

struct retention *
retention_new(struct gateway *g)
{
    struct retention *r = xcalloc(1, sizeof(*r));

    r->g = g;
    ev_timer_init(&r->timer, on_timer, 0, RETENTION_LOOK_S);
    r->timer.data = r;
    return r;
}

void
retention_start(struct retention *r)
{
    ev_timer_start(loop_ev(r->g->loop), &r->timer);
}

void
retention_free(struct retention *r)
{
    if (!r)
        return;
    ev_timer_stop(loop_ev(r->g->loop), &r->timer);
    if (r->round)
        r->round->in = NULL;
    free(r);
}
