/* SPDX-License-Identifier: ISC */
#include "gateway/ledger_impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "gateway/op.h"
#include "gateway/preview.h"
#include "gateway/telemetry.h"
#include "trace/trace.h"

/* ---- outcomes ---- */

/* One on its way to the database, and by the log to its readers. */
struct settle {
    struct op op;
    struct gateway *g;
    struct store_translation row; /* spans into tail */
    bool settled;
    int64_t born_us; /* the task */
    char room[sizeof(((struct room *)0)->id)]; /* the message's */
    char tail[];
};

static bool
settle_run(struct store *s, struct store_job *job, struct err *err)
{
    struct settle *w = (struct settle *)job;

    return store_translation_settle(s, &w->row, &w->settled, err);
}

static void
note_piece(const struct settle *w)
{
    const struct store_translation *row = &w->row;
    struct trace *trace = w->g->trace;
    struct trace_span piece = {.name = "message.translation",
        .start_us = w->born_us,
        .end_us = clock_mono_us(),
        .failed = row->state == STORE_FAILED};

    if (!trace_begin(trace, row->message_id, piece.trace))
        return;
    trace_send_id(piece.trace, piece.parent);
    trace_translation_id(piece.trace, row->revision, row->language, piece.id);
    trace_attribute(&piece, "meeshy.source", row->source);
    trace_attribute(&piece, "meeshy.target", row->language);
    trace_attribute(&piece, "meeshy.quality",
        row->state == STORE_READY ? row->doubt.p ? SPAN("rough") : SPAN("sure")
                                  : SPAN("none"));
    trace_add(trace, &piece);
}

/* A complaint about a translation names its message; the reason is ours or an
 * engine's and never a text of people's. */
static void
note_outcome(const struct settle *w)
{
    const struct store_translation *row = &w->row;
    struct gateway *g = w->g;

    if (row->state == STORE_READY)
        telemetry_translation(g->telemetry, row->source, row->language,
            row->doubt.p ? TELEMETRY_ROUGH : TELEMETRY_SURE,
            clock_mono_us() - w->born_us);
    else if (row->state == STORE_FAILED)
        telemetry_translation(g->telemetry, row->source, row->language,
            TELEMETRY_FAILED, clock_mono_us() - w->born_us);
    if (row->state == STORE_FAILED && audit_has_room(&g->audit))
        log_warn("translation failed message=%.*s source=%.*s target=%.*s "
                 "reason=\"%.*s\"",
            SPAN_ARG(row->message_id), SPAN_ARG(row->source),
            SPAN_ARG(row->language), SPAN_ARG(row->reason));
}

static void
settle_finish(struct op *op)
{
    struct settle *w = (struct settle *)op;

    if (!op->job.ok) {
        w->g->count.errors++;
        log_warn("translation not saved, will be asked for again: %s",
            op->job.err.text);
    }
    if (w->settled) {
        note_outcome(w);
        note_piece(w);
    }
    dispatch_settled(w->g->dispatch, &w->row, op->job.ok);
    free(w);
}

enum { ROW_SPANS = 8 };

static void
spans_of(struct store_translation *row, struct span *out[ROW_SPANS])
{
    struct span *all[ROW_SPANS] = {&row->message_id, &row->conversation_id,
        &row->language, &row->text, &row->reason, &row->doubt, &row->source,
        &row->model};

    memcpy(out, all, sizeof(all));
}

/* A copy with its strings behind it. */
static struct settle *
settle_new(const struct store_translation *row)
{
    struct store_translation shape = *row;
    struct span *spans[ROW_SPANS];
    struct settle *w;
    size_t bytes = 0;
    char *at;

    spans_of(&shape, spans);
    for (int i = 0; i < ROW_SPANS; i++)
        bytes += spans[i]->len;
    w = xcalloc(1, sizeof(*w) + bytes);
    w->row = shape;
    at = w->tail;
    spans_of(&w->row, spans);
    for (int i = 0; i < ROW_SPANS; i++)
        *spans[i] = span_stash(&at, *spans[i]);
    return w;
}

static void
settle(const struct store_translation *row, int64_t born_us, void *ctx)
{
    struct ledger *l = ctx;
    struct settle *w;

    if (preview_settle(l->g->previews, row))
        return;
    w = settle_new(row);
    w->op.job.run = settle_run;
    w->op.finish = settle_finish;
    w->g = l->g;
    w->born_us = born_us;
    w->row.updated_ms = clock_wall_ms();
    snprintf(w->room, sizeof(w->room), "%.*s", SPAN_ARG(row->conversation_id));
    if (w->room[0])
        w->op.job.room = w->room;
    op_write(l->g->writer, &w->op);
}

/* ---- the link and the clock ---- */

static enum dispatch_sent
send_task(int translator, const struct task *t, void *ctx)
{
    struct ledger *l = ctx;
    struct task stamped = *t;
    enum dispatch_sent sent;
    struct buf frame = {0};

    if (translator == DISPATCH_DATABASE)
        return ledger_look(l, t);
    stamped.timestamp_ms = clock_wall_ms();
    task_format(&frame, &stamped);
    if (frame.len <= TASK_FRAME_BYTES_MAX &&
        link_send(l->g->link, translator, frame.p, frame.len))
        return DISPATCH_SENT; /* it has the frame */
    sent =
        frame.len <= TASK_FRAME_BYTES_MAX ? DISPATCH_FULL : DISPATCH_TOO_LARGE;
    buf_free(&frame);
    return sent;
}

static int64_t
now_us(void *ctx)
{
    (void)ctx;
    return clock_mono_us();
}

static const struct dispatch_ops ops = {now_us, send_task, settle};

static void
on_tick(struct ev_loop *ev, ev_timer *timer, int events)
{
    struct ledger *l = timer->data;
    bool room = dispatch_len(l->g->dispatch) < DISPATCH_TASKS_MAX / 2;

    (void)ev;
    (void)events;
    dispatch_tick(l->g->dispatch);
    ledger_lease_tick(l);
    if (l->holding && !l->scanning &&
        (clock_mono_ms() >= l->scan_at_ms || (l->scan_more && room)))
        ledger_scan(l);
}

/* ---- life ---- */

struct ledger *
ledger_new(struct gateway *g, struct err *err)
{
    struct ledger *l = xcalloc(1, sizeof(*l));
    struct dispatch_cfg cfg = {.ops = &ops,
        .ctx = l,
        .hub = g->hub,
        .words = g->words,
        .balance = g->cfg->translator_balance,
        .timeout_ms = (int64_t)g->cfg->translation_timeout_s * 1000,
        .window = (size_t)g->cfg->translation_window};

    l->g = g;
    l->shared = config_is_shared(g->cfg);
    g->dispatch = dispatch_new(&cfg, err);
    if (g->dispatch)
        return l;
    free(l);
    return NULL;
}

void
ledger_start(struct ledger *l)
{
    ev_timer_init(
        &l->tick, on_tick, LEDGER_TICK_MS / 1000.0, LEDGER_TICK_MS / 1000.0);
    l->tick.data = l;
    ev_timer_start(loop_ev(l->g->loop), &l->tick);
    ledger_lease_tick(l);
}

void
ledger_stop(struct ledger *l)
{
    ev_timer_stop(loop_ev(l->g->loop), &l->tick);
    dispatch_stop(l->g->dispatch);
    ledger_let_go(l);
}

void
ledger_free(struct ledger *l)
{
    if (!l)
        return;
    if (ev_is_active(&l->tick))
        ev_timer_stop(loop_ev(l->g->loop), &l->tick);
    ledger_end_turn(l);
    dispatch_free(l->g->dispatch);
    l->g->dispatch = NULL;
    free(l);
}
