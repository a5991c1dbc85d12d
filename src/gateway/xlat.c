/* SPDX-License-Identifier: ISC */
#include "gateway/xlat_task.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "gateway/gateway.h"

bool
xlat_has_room(const struct xlat *x)
{
    return map_len(x->tasks) < XLAT_TASKS_MAX;
}

/* 1 s, 2 s, 4 s ... with up to a quarter of jitter, so that what failed
 * together does not come back together. */
static int64_t
backoff_ms(int tries)
{
    int64_t ms = XLAT_RESEND_MS;

    while (tries-- > 0 && ms < XLAT_BACKOFF_MAX_MS)
        ms *= 2;
    if (ms > XLAT_BACKOFF_MAX_MS)
        ms = XLAT_BACKOFF_MAX_MS;
    return ms + random() % (ms / 4);
}

static size_t
in_flight(const struct xlat *x, enum lane lane)
{
    return x->sent[lane].n + x->accepted[lane].n;
}

static const struct glossary *
words_of(const struct xlat *x, const struct xtask *t)
{
    const struct room *room = hub_room(x->g->hub, span_of(t->conversation_id));
    const struct glossary *words =
        room && room->words ? room->words : x->g->words;

    return words->n_terms ? words : NULL;
}

/* Publish the targets that a translator owes.  False: the outbox is full. */
static bool
publish(struct xlat *x, struct xtask *t, int translator)
{
    static char model_type[] = "basic";
    struct task wire = {.task_id = t->task_id,
        .message_id = t->message_id,
        .conversation_id = t->conversation_id,
        .text = t->content,
        .source = t->source,
        .model_type = model_type,
        .revision = t->revision,
        .timestamp_ms = clock_wall_ms(),
        .glossary = words_of(x, t)};
    struct buf frame = {0};

    for (size_t i = 0; i < t->n_targets; i++)
        if (t->targets[i].state == TARGET_ASKED)
            wire.targets[wire.n_targets++] = t->targets[i].language;
    if (wire.n_targets == 0)
        return true;
    task_format(&frame, &wire);
    if (!link_send(x->g->link, translator, frame.p, frame.len)) {
        buf_free(&frame);
        return false;
    }
    x->cluster.members[translator].sent++;
    x->stats.requests_sent++;
    x->stats.resent += t->sends > 0;
    return true;
}

/* A result may be lost on its way.  A translator that says which run of it
 * this is (ours) does no task twice at a time, so it can be asked again long
 * before the timeout: it has the task, or answers from its cache. */
static void
ask_again(struct xlat *x, struct tasks *accepted, int64_t now)
{
    for (struct xtask *t = accepted->head; t; t = t->next) {
        if (t->ask_ms > now || !x->cluster.members[t->translator].session)
            continue;
        if (!publish(x, t, t->translator))
            return;
        t->ask_ms = now + (XLAT_ASK_MS << ++t->asks);
    }
}

static void
on_accepted(struct xlat *x, struct xtask *t)
{
    int64_t now = clock_mono_ms();

    if (t->in != &x->sent[t->lane])
        return;
    t->due_ms = now + (int64_t)x->g->cfg->translation_timeout_s * 1000;
    t->asks = 0;
    t->ask_ms = now + XLAT_ASK_MS;
    xtask_move(x, t, &x->accepted[t->lane]);
}

/* Send what waits, as far as the window and the outbox allow.  A late answer
 * may have come while a task waited; then it needs no translator. */
static void
pump_lane(struct xlat *x, enum lane lane, size_t window)
{
    struct xtask *t;
    int translator;

    while ((t = xtask_next(x, lane)) && in_flight(x, lane) < window) {
        if (!xtask_is_owed(t)) {
            t->due_ms = INT64_MAX;
            xtask_move(x, t, &x->delayed);
            continue;
        }
        for (size_t i = 0; i < t->n_targets; i++)
            if (t->targets[i].state == TARGET_FAILED)
                t->targets[i].state = TARGET_ASKED;
        translator = cluster_choose(&x->cluster);
        if (!publish(x, t, translator))
            return;
        t->due_ms = clock_mono_ms() + backoff_ms(t->sends++);
        xtask_start(x, t, translator);
    }
}

static void
pump(struct xlat *x)
{
    size_t alive = cluster_alive(&x->cluster);
    size_t window = alive * (size_t)x->g->cfg->translation_window;

    for (int lane = 0; alive > 0 && lane < LANES; lane++)
        pump_lane(x, lane, window);
}

void
xtask_review(struct xlat *x, struct xtask *t)
{
    bool asked = false, failed = false, settling = false;
    int failures = 0;

    for (size_t i = 0; i < t->n_targets; i++) {
        asked |= t->targets[i].state == TARGET_ASKED;
        settling |= t->targets[i].state == TARGET_SETTLING;
        if (t->targets[i].state == TARGET_FAILED) {
            failed = true;
            if (t->targets[i].failures > failures)
                failures = t->targets[i].failures;
        }
    }
    if (asked || settling)
        return; /* wait for the rest: a task id is asked for once at a time */
    if (!failed) {
        xtask_end(x, t);
    } else {
        t->due_ms = clock_mono_ms() + backoff_ms(failures);
        t->sends = 0;
        xtask_move(x, t, &x->delayed);
    }
    pump(x);
}

void
xlat_add(struct xlat *x, const struct xlat_request *r)
{
    struct xtask *t = xtask_find(x, r->message_id);

    if (t && t->revision > r->revision)
        return;
    if (t && t->revision < r->revision) {
        xtask_end(x, t);
        t = NULL;
    }
    if (r->n_targets == 0 || (!t && !xlat_has_room(x)))
        return; /* no room: it is on disk, a scan will bring it */
    if (!t)
        t = xtask_new(x, r);
    for (size_t i = 0; i < r->n_targets; i++)
        xtask_add_target(t, r->targets[i]);
    pump(x);
}

void
xlat_drop(struct xlat *x, struct span message_id)
{
    struct xtask *t = xtask_find(x, message_id);

    if (t)
        xtask_end(x, t);
}

void
xlat_on_peer(struct xlat *x, const struct link_peer *p)
{
    size_t before = cluster_alive(&x->cluster);

    if (cluster_update(&x->cluster, p)) {
        log_info("translator %s ended, its tasks go on elsewhere tasks=%zu",
            p->name, x->cluster.members[p->id].outstanding);
        xtask_requeue(x, p->id);
    }
    if (before && !cluster_alive(&x->cluster))
        log_warn("no translator answers, messages go on untranslated");
    pump(x);
}

/* The task an event is about, or NULL when it is of an older revision or long
 * done.  A translator that does not echo our ids (the original project's) is
 * believed as long as the message was never edited. */
static struct xtask *
task_of(const struct xlat *x, const struct event *e)
{
    struct xtask *t =
        e->message_id ? xtask_find(x, span_of(e->message_id)) : NULL;

    if (!t)
        return NULL;
    if (e->task_id && strcmp(e->task_id, t->task_id) == 0)
        return t;
    if (e->revision ? e->revision == t->revision : t->revision == 1)
        return t;
    return NULL;
}

/* Errors that asking again cannot mend. */
static bool
is_permanent(const char *reason)
{
    return span_starts(span_of(reason), SPAN("unsupported")) ||
           span_starts(span_of(reason), SPAN("text too long"));
}

/* False when nobody waits for the target: it was told before. */
static bool
fail_target(struct xlat *x, struct xtask *t, struct target *target,
    const struct event *e)
{
    if (target->state != TARGET_ASKED)
        return false;
    if (++target->failures >= XLAT_ATTEMPTS_MAX || is_permanent(e->error)) {
        x->stats.failed++;
        xlat_settle(x, t, target, STORE_FAILED, e);
    } else {
        target->state = TARGET_FAILED;
    }
    return true;
}

/* The language that the error names, or all. */
static void
on_target_error(struct xlat *x, struct xtask *t, const struct event *e)
{
    bool failed = false;

    for (size_t i = 0; i < t->n_targets; i++)
        if (!e->target || strcmp(t->targets[i].language, e->target) == 0)
            failed |= fail_target(x, t, &t->targets[i], e);
    if (failed)
        xtask_review(x, t);
}

static void
on_error(struct xlat *x, struct xtask *t, const struct event *e)
{
    if (e->target || !e->error || !strstr(e->error, "pool full")) {
        on_target_error(x, t, e);
        return;
    }
    /* The whole task was refused: nothing is wrong with it, only with now. */
    x->stats.pool_full++;
    t->due_ms = clock_mono_ms() + backoff_ms(t->sends);
    xtask_move(x, t, &x->delayed);
    pump(x);
}

static void
on_outcome(struct xlat *x, struct xtask *t, const struct event *e)
{
    enum store_state state =
        e->type == EVENT_COMPLETED ? STORE_READY : STORE_SKIPPED;
    struct target *target =
        e->target ? xtask_target(t, span_of(e->target)) : NULL;

    if (e->type == EVENT_SKIPPED && !e->target) {
        for (size_t i = 0; i < t->n_targets; i++)
            if (t->targets[i].state == TARGET_ASKED)
                xlat_settle(x, t, &t->targets[i], state, e);
    } else if (!target || target->state == TARGET_SETTLING ||
               target->state == TARGET_DONE) {
        x->stats.duplicates++;
        return;
    } else {
        xlat_settle(x, t, target, state, e);
    }
    if (state == STORE_READY) {
        x->stats.results++;
        x->stats.processing_s_total += e->processing_s;
    } else {
        x->stats.skipped++;
    }
}

void
xlat_on_event(struct xlat *x, const struct event *e)
{
    struct xtask *t;

    t = task_of(x, e);
    if (!t) {
        x->stats.duplicates += e->type == EVENT_COMPLETED;
        return;
    }
    switch (e->type) {
    case EVENT_ACCEPTED:
        on_accepted(x, t);
        break;
    case EVENT_ERROR:
        on_error(x, t, e);
        break;
    case EVENT_COMPLETED:
    case EVENT_SKIPPED:
        on_outcome(x, t, e);
        break;
    case EVENT_PONG:
    case EVENT_UNKNOWN:
        break;
    }
}

/* Send again, at the end of its conversation's line, what is overdue. */
static void
requeue_overdue(struct xlat *x, struct tasks *list, int64_t now)
{
    for (struct xtask *t = list->head, *next; t; t = next) {
        next = t->next;
        if (t->due_ms <= now && xtask_is_owed(t))
            xtask_wait(x, t);
    }
}

static void
on_tick(struct ev_loop *ev, ev_timer *timer, int events)
{
    struct xlat *x = timer->data;
    int64_t now = clock_mono_ms();

    (void)ev;
    (void)events;
    for (int lane = 0; lane < LANES; lane++) {
        requeue_overdue(x, &x->sent[lane], now);
        requeue_overdue(x, &x->accepted[lane], now);
        ask_again(x, &x->accepted[lane], now);
    }
    requeue_overdue(x, &x->delayed, now);
    pump(x);
    if (!x->scanning &&
        (now >= x->scan_at_ms ||
            (x->scan_more && map_len(x->tasks) < XLAT_TASKS_MAX / 2)))
        xlat_scan(x);
}

struct xlat *
xlat_new(struct gateway *g, struct err *err)
{
    struct xlat *x = xcalloc(1, sizeof(*x));

    if (!cluster_init(&x->cluster, g->cfg->translator_balance, err)) {
        free(x);
        return NULL;
    }

    x->g = g;
    x->tasks = map_new();
    x->ended = map_new();
    for (int lane = 0; lane < LANES; lane++)
        x->waiting[lane] = fair_new(XLAT_TASKS_MAX);
    return x;
}

void
xlat_start(struct xlat *x)
{
    ev_timer_init(
        &x->tick, on_tick, XLAT_TICK_MS / 1000.0, XLAT_TICK_MS / 1000.0);
    x->tick.data = x;
    ev_timer_start(loop_ev(x->g->loop), &x->tick);
    xlat_scan(x);
}

void
xlat_stop(struct xlat *x)
{
    ev_timer_stop(loop_ev(x->g->loop), &x->tick);
    for (int i = 0; i < LINK_PEERS_MAX; i++)
        x->cluster.members[i].alive = false;
}

void
xlat_free(struct xlat *x)
{
    struct xtask *t;
    size_t pos = 0;

    if (!x)
        return;
    ev_timer_stop(loop_ev(x->g->loop), &x->tick);
    while ((t = map_next(x->tasks, &pos, NULL)) != NULL)
        xtask_end(x, t);
    for (int lane = 0; lane < LANES; lane++)
        fair_free(x->waiting[lane]);
    map_free(x->tasks);
    map_free(x->ended);
    cluster_fini(&x->cluster);
    free(x);
}

struct xlat_stats
xlat_stats(const struct xlat *x)
{
    struct xlat_stats s = x->stats;

    s.waiting = x->delayed.n;
    for (int lane = 0; lane < LANES; lane++)
        s.waiting += fair_len(x->waiting[lane]);
    s.in_flight = in_flight(x, LANE_NORMAL) + in_flight(x, LANE_ANY);
    s.alive = cluster_alive(&x->cluster) > 0;
    return s;
}

const struct cluster *
xlat_cluster(const struct xlat *x)
{
    return &x->cluster;
}
