/* SPDX-License-Identifier: ISC */
#include "gateway/dispatch_impl.h"

#include <string.h>

#include "gateway/name.h"
#include "text/lang.h"
#include "wire/answer.h"

/* What translators say. */

static void
on_accepted(struct dispatch *d, struct dtask *t)
{
    int64_t now = dispatch_now_ms(d);

    d->cluster.members[t->translator].accepts = true;
    if (t->in != &d->sent[t->lane])
        return;
    t->due_ms = now + d->cfg.timeout_ms;
    t->asks = 0;
    t->ask_ms = now + DISPATCH_ASK_MS;
    dtask_move(d, t, &d->accepted[t->lane]);
}

/* The task an event is about, or NULL when it is of an older revision or long
 * done.  Ours echo our ids, and say which run of themselves they are.  One that
 * does not (the original project's) is believed as long as the message was
 * never edited. */
static struct dtask *
task_of(const struct dispatch *d, const struct event *e)
{
    struct dtask *t =
        e->message_id ? dtask_find(d, span_of(e->message_id)) : NULL;

    if (!t)
        return NULL;
    if (e->task_id && strcmp(e->task_id, t->task_id) == 0)
        return t;
    if (d->cluster.members[t->translator].session)
        return NULL;
    if (e->revision ? e->revision == t->revision : t->revision == 1)
        return t;
    return NULL;
}

/* False when nobody waits for the target: it was told before. */
static bool
fail_target(struct dispatch *d, struct dtask *t, struct target *target,
    const struct event *e)
{
    if (target->state != TARGET_ASKED)
        return false;
    if (++target->failures >= DISPATCH_ATTEMPTS_MAX ||
        (e->error && event_is_final(e->error))) {
        d->stats.failed++;
        dispatch_settle(d, t, target, STORE_FAILED, e);
    } else {
        target->state = TARGET_FAILED;
    }
    return true;
}

/* The language that the error names, or all. */
static void
on_target_error(struct dispatch *d, struct dtask *t, const struct event *e)
{
    bool failed = false;

    for (size_t i = 0; i < t->n_targets; i++)
        if (!e->target || strcmp(t->targets[i].language, e->target) == 0)
            failed |= fail_target(d, t, &t->targets[i], e);
    if (failed)
        dtask_review(d, t);
}

static bool
is_pool_full(const struct event *e)
{
    return e->type == EVENT_ERROR && !e->target && e->error &&
           strstr(e->error, "pool full");
}

static void
on_error(struct dispatch *d, struct dtask *t, const struct event *e)
{
    if (!is_pool_full(e)) {
        on_target_error(d, t, e);
        return;
    }
    /* The whole task was refused: nothing is wrong with it, only with now. */
    d->stats.pool_full++;
    t->due_ms = dispatch_now_ms(d) + dispatch_backoff_ms(t->sends);
    dtask_move(d, t, &d->delayed);
    dispatch_pump(d);
}

/* A translation that cannot be one of the message is a failure.  Else its text
 * is cleaned in its place. */
static bool
is_acceptable(const struct dtask *t, const struct event *e)
{
    struct span content = span_of(t->content);

    if (e->type != EVENT_COMPLETED)
        return true;
    if (!answer_fits(span_of(e->text).len, content.len))
        return false;
    answer_clean(e->text, content);
    return !text_is_blank(span_of(e->text));
}

static void
on_outcome(struct dispatch *d, struct dtask *t, const struct event *e)
{
    enum store_state state =
        e->type == EVENT_COMPLETED ? STORE_READY : STORE_SKIPPED;
    struct target *target =
        e->target ? dtask_target(t, span_of(e->target)) : NULL;

    if (e->type == EVENT_SKIPPED && !e->target) {
        for (size_t i = 0; i < t->n_targets; i++)
            if (t->targets[i].state == TARGET_ASKED)
                dispatch_settle(d, t, &t->targets[i], state, e);
    } else if (!target || target->state == TARGET_SETTLING ||
               target->state == TARGET_DONE) {
        d->stats.duplicates++;
        return;
    } else {
        dispatch_settle(d, t, target, state, e);
    }
    if (state == STORE_READY) {
        d->stats.results++;
        d->stats.processing_s_total += e->processing_s;
    } else {
        d->stats.skipped++;
    }
}

void
dispatch_on_event(struct dispatch *d, const struct event *e)
{
    static char unfit[] = "translation refused: of an impossible length";
    struct dtask *t;

    t = task_of(d, e);
    if (!t) {
        d->stats.duplicates += e->type == EVENT_COMPLETED;
        /* The original project's names no task: it is asked for again. */
        d->stats.pool_full += is_pool_full(e);
        return;
    }
    switch (e->type) {
    case EVENT_ACCEPTED:
        on_accepted(d, t);
        break;
    case EVENT_ERROR:
        on_error(d, t, e);
        break;
    case EVENT_COMPLETED:
    case EVENT_SKIPPED:
        if (is_acceptable(t, e)) {
            on_outcome(d, t, e);
        } else {
            struct event refused = *e;
            refused.error = unfit;
            on_target_error(d, t, &refused);
        }
        break;
    case EVENT_PONG:
    case EVENT_UNKNOWN:
        break;
    }
}

/* ---- outcomes ---- */

void
dispatch_settle(struct dispatch *d, struct dtask *t, struct target *target,
    enum store_state state, const struct event *e)
{
    const char *text = state == STORE_READY ? e->text : e->error;
    const char *source = e->source && lang_find(span_of(e->source))
                             ? e->source
                             : t->source; /* it may say what is no language */
    struct store_translation row = {
        .message_id = span_of(t->message_id),
        .conversation_id = span_of(t->conversation_id),
        .language = span_of(target->language),
        .revision = t->revision,
        .state = state,
        .source = span_of(source),
        .model = span_of(e->model ? e->model : ""),
        .cached = e->cached,
        .confidence = e->confidence,
    };

    if (state == STORE_READY)
        row.text = span_of(text ? text : "unknown");
    else
        row.reason = span_of(text ? text : "unknown");
    if (state == STORE_READY && e->quality == QUALITY_ROUGH)
        row.doubt = span_of(e->doubt ? e->doubt : "unsure");
    row.version = state == STORE_READY
                      ? (int64_t)dispatch_version_made(d, t, e->session)
                      : 0;
    if (row.version)
        dispatch_remember(d, t, &row);
    target->state = TARGET_SETTLING;
    d->cfg.ops->settle(&row, t->born_us, d->cfg.ctx);
}

void
dispatch_settled(
    struct dispatch *d, const struct store_translation *row, bool ok)
{
    struct dtask *t = dtask_find(d, row->message_id);
    struct target *target = t && t->revision == row->revision
                                ? dtask_target(t, row->language)
                                : NULL;

    if (!target || target->state != TARGET_SETTLING)
        return; /* the task may be gone by now, or be another */
    target->state = ok ? TARGET_DONE : TARGET_FAILED;
    dtask_review(d, t);
}
