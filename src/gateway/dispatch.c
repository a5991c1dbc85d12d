/* SPDX-License-Identifier: ISC */
#include "gateway/dispatch_impl.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/backoff.h"
#include "base/log.h"
#include "base/mem.h"
#include "gateway/hub.h"

bool
dispatch_has_room(const struct dispatch *d)
{
    return map_len(d->tasks) < DISPATCH_TASKS_MAX;
}

/* 1 s, 2 s, 4 s ... with up to a quarter of jitter, so that what failed
 * together does not come back together. */
int64_t
dispatch_backoff_ms(int tries)
{
    int64_t ms =
        backoff_ms(DISPATCH_RESEND_MS, DISPATCH_BACKOFF_MAX_MS, tries + 1);

    return ms + random() % (ms / 4);
}

static size_t
in_flight(const struct dispatch *d, enum lane lane)
{
    return d->sent[lane].n + d->accepted[lane].n;
}

const struct glossary *
dispatch_words(const struct dispatch *d, const struct dtask *t)
{
    const struct glossary *words =
        t->room && t->room->words ? t->room->words : d->cfg.words;

    return words->n_terms ? words : NULL;
}

static void
give_up(struct dispatch *d, struct dtask *t)
{
    static char reason[] = "the text and the glossary do not fit into a task";
    struct event e = {.error = reason};

    for (size_t i = 0; i < t->n_targets; i++)
        if (t->targets[i].state == TARGET_ASKED)
            dispatch_settle(d, t, &t->targets[i], STORE_FAILED, &e);
}

void
dispatch_wire(const struct dispatch *d, const struct dtask *t, struct task *ret)
{
    static char model_type[] = "basic";

    *ret = (struct task){.task_id = (char *)t->task_id,
        .message_id = t->message_id,
        .conversation_id = t->conversation_id,
        .sender_id = t->sender_id,
        .text = t->content,
        .source = (char *)t->source,
        .model_type = model_type,
        .revision = t->revision,
        .glossary = dispatch_words(d, t)};
    for (size_t i = 0; i < t->n_targets; i++)
        if (t->targets[i].state == TARGET_ASKED)
            ret->targets[ret->n_targets++] = (char *)t->targets[i].language;
}

/* Asked twice, it may answer with what it was before. */
static void
note_version(const struct dispatch *d, struct dtask *t, int translator)
{
    uint64_t version = d->cluster.members[translator].version;
    bool again = t->sends > 0 || t->asks > 0;

    t->version = again && version != t->version ? 0 : version;
}

/* Publish the targets that a translator owes.  False: the outbox is full. */
static bool
publish(struct dispatch *d, struct dtask *t, int translator)
{
    struct task wire;

    dispatch_wire(d, t, &wire);
    if (wire.n_targets == 0)
        return true;
    switch (d->cfg.ops->send(translator, &wire, d->cfg.ctx)) {
    case DISPATCH_SENT:
        break;
    case DISPATCH_FULL:
        return false;
    case DISPATCH_TOO_LARGE:
        give_up(d, t);
        return true;
    }
    note_version(d, t, translator);
    d->cluster.members[translator].sent++;
    d->stats.requests_sent++;
    d->stats.resent += t->sends > 0;
    return true;
}

/* A result may be lost on its way.  A translator that says which run of it
 * this is (ours) does no task twice at a time, so it can be asked again long
 * before the timeout: it has the task, or answers from its cache. */
static void
ask_again(struct dispatch *d, struct tasks *accepted, int64_t now)
{
    for (struct dtask *t = accepted->head; t; t = t->next) {
        if (t->ask_ms > now || !d->cluster.members[t->translator].session)
            continue;
        if (!publish(d, t, t->translator))
            return;
        t->ask_ms = now + (DISPATCH_ASK_MS << ++t->asks);
    }
}

/* Have a translator, and leave what it cannot translate for the next round, if
 * it can any of it. */
static int
choose(struct dispatch *d, struct dtask *t)
{
    struct span targets[STORE_LANGUAGES_MAX];
    struct cluster_want want = {span_of(t->source), targets, 0};
    bool some = false;
    int id;

    for (size_t i = 0; i < t->n_targets; i++) {
        struct target *target = &t->targets[i];
        if (target->state == TARGET_FAILED || target->state == TARGET_LATER)
            target->state = TARGET_ASKED;
        if (target->state == TARGET_ASKED)
            targets[want.n_targets++] = span_of(target->language);
    }
    id = cluster_choose(&d->cluster, &want);
    for (size_t i = 0; i < want.n_targets; i++)
        some |= cluster_can(&d->cluster, id, want.source, targets[i]);
    for (size_t i = 0; some && i < want.n_targets; i++)
        if (!cluster_can(&d->cluster, id, want.source, targets[i]))
            dtask_target(t, targets[i])->state = TARGET_LATER;
    return id;
}

/* How long until it must have said that it accepts.  One that never says so, as
 * some of the original project's, has until the timeout for all of it. */
static int64_t
answer_ms(const struct dispatch *d, struct dtask *t, int translator)
{
    int64_t ms = dispatch_backoff_ms(t->sends++);

    const struct translator *of = &d->cluster.members[translator];

    return of->session || of->accepts ? ms : d->cfg.timeout_ms;
}

/* Send what waits, as far as the window and the outbox allow.  A late answer
 * may have come while a task waited; then it needs no translator. */
static void
pump_lane(struct dispatch *d, enum lane lane, size_t window)
{
    struct dtask *t;
    int translator;

    while ((t = dtask_next(d, lane)) && in_flight(d, lane) < window) {
        if (!dtask_is_owed(t)) {
            t->due_ms = INT64_MAX;
            dtask_move(d, t, &d->delayed);
            continue;
        }
        translator = choose(d, t);
        if (!publish(d, t, translator))
            return;
        t->due_ms = dispatch_now_ms(d) + answer_ms(d, t, translator);
        dtask_start(d, t, translator);
    }
}

void
dispatch_pump(struct dispatch *d)
{
    size_t alive = cluster_alive(&d->cluster);
    size_t window = alive * d->cfg.window;

    for (int lane = 0; alive > 0 && lane < LANES; lane++)
        pump_lane(d, lane, window);
}

void
dtask_review(struct dispatch *d, struct dtask *t)
{
    bool asked = false, failed = false, settling = false, later = false;
    int failures = 0;

    for (size_t i = 0; i < t->n_targets; i++) {
        asked |= t->targets[i].state == TARGET_ASKED;
        settling |= t->targets[i].state == TARGET_SETTLING;
        later |= t->targets[i].state == TARGET_LATER;
        if (t->targets[i].state == TARGET_FAILED) {
            failed = true;
            if (t->targets[i].failures > failures)
                failures = t->targets[i].failures;
        }
    }
    if (asked || settling)
        return; /* wait for the rest: a task id is asked for once at a time */
    if (later) {
        t->sends = 0;
        dtask_wait(d, t);
    } else if (!failed) {
        dtask_end(d, t);
    } else {
        t->due_ms = dispatch_now_ms(d) + dispatch_backoff_ms(failures);
        t->sends = 0;
        dtask_move(d, t, &d->delayed);
    }
    dispatch_pump(d);
}

void
dispatch_add(struct dispatch *d, const struct dispatch_request *r)
{
    struct dtask *t = dtask_find(d, r->message_id);
    bool fresh;

    if (t && t->revision > r->revision)
        return;
    if (t && t->revision < r->revision) {
        dtask_end(d, t);
        t = NULL;
    }
    if (r->n_targets == 0 || (!t && !dispatch_has_room(d)))
        return; /* no room: it is on disk, a scan will bring it */
    fresh = !t;
    if (fresh)
        t = dtask_new(d, r);
    for (size_t i = 0; i < r->n_targets; i++)
        dtask_add_target(t, r->targets[i]);
    if (fresh)
        dispatch_recall(d, t);
    dispatch_pump(d);
}

void
dispatch_drop(struct dispatch *d, struct span message_id)
{
    struct dtask *t = dtask_find(d, message_id);

    recall_forget(d->recall, message_id);
    if (t)
        dtask_end(d, t);
}

static void
end_all(struct dispatch *d)
{
    struct dtask *t;
    size_t pos = 0;

    while ((t = map_next(d->tasks, &pos, NULL)) != NULL)
        dtask_end(d, t);
}

void
dispatch_lost(struct dispatch *d)
{
    log_warn("the lease of this gateway ran out, its translations are looked "
             "for anew tasks=%zu",
        map_len(d->tasks));
    end_all(d);
}

void
dispatch_on_peer(struct dispatch *d, const struct link_peer *p)
{
    size_t before = cluster_alive(&d->cluster);

    if (cluster_update(&d->cluster, p)) {
        log_info("translator %s ended, its tasks go on elsewhere tasks=%zu",
            p->name, d->cluster.members[p->id].outstanding);
        dtask_requeue(d, p->id);
    }
    if (before && !cluster_alive(&d->cluster))
        log_warn("no translator answers, messages go on untranslated");
    dispatch_pump(d);
}

/* Send again, at the end of its line, what is overdue. */
static void
requeue_overdue(struct dispatch *d, struct tasks *list, int64_t now)
{
    for (struct dtask *t = list->head, *next; t; t = next) {
        next = t->next;
        if (t->due_ms <= now && dtask_is_owed(t))
            dtask_wait(d, t);
    }
}

/* Once a second at most. */
static void
log_pool_full(struct dispatch *d, int64_t now)
{
    uint64_t n = d->stats.pool_full - d->pool_full_told;

    if (n == 0 || now < d->tell_pool_full_ms)
        return;
    log_warn("translation pool full refused=%llu", (unsigned long long)n);
    d->pool_full_told = d->stats.pool_full;
    d->tell_pool_full_ms = now + DISPATCH_TELL_MS;
}

void
dispatch_tick(struct dispatch *d)
{
    int64_t now = dispatch_now_ms(d);

    for (int lane = 0; lane < LANES; lane++) {
        requeue_overdue(d, &d->sent[lane], now);
        requeue_overdue(d, &d->accepted[lane], now);
        ask_again(d, &d->accepted[lane], now);
    }
    requeue_overdue(d, &d->delayed, now);
    log_pool_full(d, now);
    dispatch_pump(d);
}

/* ---- life ---- */

struct dispatch *
dispatch_new(const struct dispatch_cfg *cfg, struct err *err)
{
    struct dispatch *d = xcalloc(1, sizeof(*d));

    if (!cluster_init(&d->cluster, cfg->balance, err)) {
        free(d);
        return NULL;
    }
    d->cfg = *cfg;
    d->tasks = map_new();
    d->recall = recall_new(DISPATCH_RECALL_BYTES);
    for (int lane = 0; lane < LANES; lane++)
        d->waiting[lane] = fair_new(DISPATCH_TASKS_MAX);
    return d;
}

void
dispatch_stop(struct dispatch *d)
{
    for (int i = 0; i < LINK_PEERS_MAX; i++)
        d->cluster.members[i].alive = false;
}

void
dispatch_free(struct dispatch *d)
{
    if (!d)
        return;
    dispatch_watched(d);
    end_all(d);
    recall_free(d->recall);
    for (int lane = 0; lane < LANES; lane++)
        fair_free(d->waiting[lane]);
    map_free(d->tasks);
    cluster_fini(&d->cluster);
    free(d);
}

/* ---- what is on disk ---- */

void
dispatch_watch(struct dispatch *d)
{
    dispatch_watched(d);
    d->ended = map_new();
}

void
dispatch_watched(struct dispatch *d)
{
    map_free(d->ended);
    d->ended = NULL;
}

void
dispatch_take_up(struct dispatch *d, const struct dispatch_request *r)
{
    /* What is in memory already is under way: its rows are queued because
     * they are not settled yet; or were, when they were read. */
    if (!dtask_find(d, r->message_id) && !map_get(d->ended, r->message_id))
        dispatch_add(d, r);
}

size_t
dispatch_len(const struct dispatch *d)
{
    return map_len(d->tasks);
}

struct dispatch_stats
dispatch_stats(const struct dispatch *d)
{
    struct dispatch_stats s = d->stats;

    s.waiting = d->delayed.n + d->looking.n;
    for (int lane = 0; lane < LANES; lane++)
        s.waiting += fair_len(d->waiting[lane]);
    s.in_flight = in_flight(d, LANE_NORMAL) + in_flight(d, LANE_ANY);
    s.alive = cluster_alive(&d->cluster) > 0;
    return s;
}

const struct cluster *
dispatch_cluster(const struct dispatch *d)
{
    return &d->cluster;
}
