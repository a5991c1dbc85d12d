/* SPDX-License-Identifier: ISC */
#include "gateway/xlat_task.h"

#include <assert.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "gateway/gateway.h"

static void
append(struct tasks *list, struct xtask *t)
{
    t->in = list;
    t->next = NULL;
    t->prev = list->tail;
    if (list->tail)
        list->tail->next = t;
    else
        list->head = t;
    list->tail = t;
    list->n++;
}

static void
unlist(struct xtask *t)
{
    struct tasks *list = t->in;

    if (t->prev)
        t->prev->next = t->next;
    else
        list->head = t->next;
    if (t->next)
        t->next->prev = t->prev;
    else
        list->tail = t->prev;
    list->n--;
    t->in = NULL;
}

/* Take a task out of where it is. */
static void
leave(struct xlat *x, struct xtask *t)
{
    if (t->waits)
        fair_remove(x->waiting[t->lane], t->waits);
    else if (t->in)
        unlist(t);
    t->waits = NULL;
}

/* Is it at a translator? */
static bool
is_out(const struct xlat *x, const struct xtask *t)
{
    return t->in == &x->sent[t->lane] || t->in == &x->accepted[t->lane];
}

void
xtask_move(struct xlat *x, struct xtask *t, struct tasks *to)
{
    size_t *outstanding = &x->cluster.members[t->translator].outstanding;

    *outstanding -= is_out(x, t);
    leave(x, t);
    append(to, t);
    *outstanding += is_out(x, t);
}

void
xtask_wait(struct xlat *x, struct xtask *t)
{
    x->cluster.members[t->translator].outstanding -= is_out(x, t);
    leave(x, t);
    t->waits = fair_push(
        x->waiting[t->lane], span_of(t->conversation_id), t, clock_mono_us());
    assert(t->waits); /* there is room for all tasks */
}

struct xtask *
xtask_next(const struct xlat *x, enum lane lane)
{
    return fair_peek(x->waiting[lane]);
}

void
xtask_start(struct xlat *x, struct xtask *t, int translator)
{
    struct fair_now now = {.us = clock_mono_us(), .busy_max = INT_MAX};
    struct fair_turn turn;
    bool ok = fair_pop(x->waiting[t->lane], &now, &turn);

    assert(ok && turn.item == t);
    (void)ok;
    fair_done(x->waiting[t->lane], &turn);
    t->waits = NULL;
    t->translator = translator;
    xtask_move(x, t, &x->sent[t->lane]);
}

static void
requeue_list(struct xlat *x, struct tasks *list, int translator)
{
    for (struct xtask *t = list->head, *next; t; t = next) {
        next = t->next;
        if (t->translator != translator)
            continue;
        xtask_wait(x, t);
        t->sends = 0;
    }
}

void
xtask_requeue(struct xlat *x, int translator)
{
    for (int lane = 0; lane < LANES; lane++) {
        struct tasks later = {0};
        struct xtask *t;

        while ((t = fair_take(x->waiting[lane]))) {
            t->waits = NULL;
            append(&later, t);
        }
        /* Accepted tasks were sent before those that are not. */
        requeue_list(x, &x->accepted[lane], translator);
        requeue_list(x, &x->sent[lane], translator);
        while ((t = later.head))
            xtask_wait(x, t);
    }
}

void
xtask_end(struct xlat *x, struct xtask *t)
{
    map_remove(x->tasks, span_of(t->message_id));
    if (x->scanning)
        map_put(x->ended, span_of(t->message_id), x);
    x->cluster.members[t->translator].outstanding -= is_out(x, t);
    leave(x, t);
    free(t->message_id);
    free(t->conversation_id);
    free(t->content);
    free(t->targets);
    free(t);
}

struct xtask *
xtask_find(const struct xlat *x, struct span message_id)
{
    return map_get(x->tasks, message_id);
}

struct target *
xtask_target(struct xtask *t, struct span language)
{
    for (size_t i = 0; i < t->n_targets; i++)
        if (span_eqz(language, t->targets[i].language))
            return &t->targets[i];
    return NULL;
}

void
xtask_add_target(struct xtask *t, struct span language)
{
    struct target *target = xtask_target(t, language);

    if (target) {
        if (target->state == TARGET_DONE)
            target->state = TARGET_FAILED; /* asked for again */
        return;
    }
    if (t->n_targets == STORE_LANGUAGES_MAX)
        return; /* stays queued on disk; the next scan brings it */
    t->targets =
        xrealloc(t->targets, (t->n_targets + 1) * sizeof(t->targets[0]));
    target = &t->targets[t->n_targets++];
    /* A task under way asks for it in its next round. */
    *target = (struct target){.state = t->sends ? TARGET_FAILED : TARGET_ASKED};
    snprintf(
        target->language, sizeof(target->language), "%.*s", SPAN_ARG(language));
}

struct xtask *
xtask_new(struct xlat *x, const struct xlat_request *r)
{
    struct xtask *t = xcalloc(1, sizeof(*t));

    id_new(t->task_id);
    t->message_id = span_dup(r->message_id);
    t->conversation_id = span_dup(r->conversation_id);
    t->content = span_dup(r->content);
    snprintf(t->source, sizeof(t->source), "%.*s", SPAN_ARG(r->source));
    t->revision = r->revision;
    t->lane = span_eqz(r->conversation_id, STORE_ANY) ? LANE_ANY : LANE_NORMAL;
    map_put(x->tasks, r->message_id, t);
    xtask_wait(x, t);
    return t;
}

bool
xtask_is_owed(const struct xtask *t)
{
    for (size_t i = 0; i < t->n_targets; i++)
        if (t->targets[i].state == TARGET_ASKED ||
            t->targets[i].state == TARGET_FAILED)
            return true;
    return false;
}
