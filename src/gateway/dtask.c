/* SPDX-License-Identifier: ISC */
#include "gateway/dispatch_impl.h"

#include <assert.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "gateway/hub.h"

static void
append(struct tasks *list, struct dtask *t)
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
unlist(struct dtask *t)
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
leave(struct dispatch *d, struct dtask *t)
{
    if (t->waits)
        fair_remove(d->waiting[t->lane], t->waits);
    else if (t->in)
        unlist(t);
    t->waits = NULL;
}

/* Is it at a translator? */
static bool
is_out(const struct dispatch *d, const struct dtask *t)
{
    return t->in == &d->sent[t->lane] || t->in == &d->accepted[t->lane];
}

void
dtask_move(struct dispatch *d, struct dtask *t, struct tasks *to)
{
    size_t *outstanding = &d->cluster.members[t->translator].outstanding;

    *outstanding -= is_out(d, t);
    leave(d, t);
    append(to, t);
    *outstanding += is_out(d, t);
}

void
dtask_wait(struct dispatch *d, struct dtask *t)
{
    d->cluster.members[t->translator].outstanding -= is_out(d, t);
    leave(d, t);
    t->waits =
        fair_push(d->waiting[t->lane], span_of(t->turn), t, dispatch_now_us(d));
    assert(t->waits); /* there is room for all tasks */
}

struct dtask *
dtask_next(const struct dispatch *d, enum lane lane)
{
    return fair_peek(d->waiting[lane]);
}

void
dtask_start(struct dispatch *d, struct dtask *t, int translator)
{
    struct fair_now now = {.us = dispatch_now_us(d), .busy_max = INT_MAX};
    struct fair_turn turn;
    bool ok = fair_pop(d->waiting[t->lane], &now, &turn);

    assert(ok && turn.item == t);
    (void)ok;
    fair_done(d->waiting[t->lane], &turn);
    t->waits = NULL;
    t->translator = translator;
    dtask_move(d, t, &d->sent[t->lane]);
}

static void
requeue_list(struct dispatch *d, struct tasks *list, int translator)
{
    for (struct dtask *t = list->head, *next; t; t = next) {
        next = t->next;
        if (t->translator != translator)
            continue;
        dtask_wait(d, t);
        t->sends = 0;
    }
}

void
dtask_requeue(struct dispatch *d, int translator)
{
    for (int lane = 0; lane < LANES; lane++) {
        struct tasks later = {0};
        struct dtask *t;

        while ((t = fair_take(d->waiting[lane]))) {
            t->waits = NULL;
            append(&later, t);
        }
        /* Accepted tasks were sent before those that are not. */
        requeue_list(d, &d->accepted[lane], translator);
        requeue_list(d, &d->sent[lane], translator);
        while ((t = later.head))
            dtask_wait(d, t);
    }
}

void
dtask_end(struct dispatch *d, struct dtask *t)
{
    map_remove(d->tasks, span_of(t->message_id));
    if (d->ended)
        map_put(d->ended, span_of(t->message_id), d);
    d->cluster.members[t->translator].outstanding -= is_out(d, t);
    leave(d, t);
    hub_room_unref(d->cfg.hub, t->room);
    free(t->message_id);
    free(t->conversation_id);
    free(t->sender_id);
    free(t->turn);
    free(t->content);
    free(t->targets);
    free(t);
}

struct dtask *
dtask_find(const struct dispatch *d, struct span message_id)
{
    return map_get(d->tasks, message_id);
}

struct target *
dtask_target(struct dtask *t, struct span language)
{
    for (size_t i = 0; i < t->n_targets; i++)
        if (span_eqz(language, t->targets[i].language))
            return &t->targets[i];
    return NULL;
}

void
dtask_add_target(struct dtask *t, struct span language)
{
    struct target *target = dtask_target(t, language);

    if (target) {
        if (target->state == TARGET_DONE)
            target->state = TARGET_LATER; /* asked for again */
        return;
    }
    if (t->n_targets == STORE_LANGUAGES_MAX)
        return; /* stays queued on disk; the next scan brings it */
    t->targets =
        xrealloc(t->targets, (t->n_targets + 1) * sizeof(t->targets[0]));
    target = &t->targets[t->n_targets++];
    /* A task under way asks for it in its next round. */
    *target = (struct target){.state = t->sends ? TARGET_LATER : TARGET_ASKED};
    snprintf(
        target->language, sizeof(target->language), "%.*s", SPAN_ARG(language));
}

/* Conversation and sender have their turn together: whoever floods a room
 * delays another in it by one. */
static char *
turn_of(const struct dispatch_request *r)
{
    struct buf b = {0};

    buf_adds(&b, r->conversation_id);
    buf_addc(&b, '\n');
    buf_adds(&b, r->sender_id);
    buf_addc(&b, '\0');
    return b.p;
}

struct dtask *
dtask_new(struct dispatch *d, const struct dispatch_request *r)
{
    struct dtask *t = xcalloc(1, sizeof(*t));

    snprintf(t->task_id, sizeof(t->task_id), "%.*s.%d", SPAN_ARG(r->message_id),
        r->revision);
    t->message_id = span_dup(r->message_id);
    t->conversation_id = span_dup(r->conversation_id);
    t->room = hub_room_ref(hub_room(d->cfg.hub, r->conversation_id));
    t->sender_id = span_dup(r->sender_id);
    t->turn = turn_of(r);
    t->content = span_dup(r->content);
    snprintf(t->source, sizeof(t->source), "%.*s", SPAN_ARG(r->source));
    t->revision = r->revision;
    t->born_us = dispatch_now_us(d);
    t->lane = span_eqz(r->conversation_id, STORE_ANY) ? LANE_ANY : LANE_NORMAL;
    map_put(d->tasks, r->message_id, t);
    dtask_wait(d, t);
    return t;
}

bool
dtask_is_owed(const struct dtask *t)
{
    for (size_t i = 0; i < t->n_targets; i++)
        if (t->targets[i].state == TARGET_ASKED ||
            t->targets[i].state == TARGET_LATER ||
            t->targets[i].state == TARGET_FAILED)
            return true;
    return false;
}
