/* SPDX-License-Identifier: ISC */
#include "gateway/load_impl.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

struct load *
load_new(struct gateway *g)
{
    struct load *l = xcalloc(1, sizeof(*l));

    l->g = g;
    l->rooms = map_new();
    l->people = map_new();
    TAILQ_INIT(&l->queue);
    return l;
}

void
load_free(struct load *l)
{
    if (!l)
        return;
    assert(map_len(l->rooms) == 0 && map_len(l->people) == 0);
    map_free(l->rooms);
    map_free(l->people);
    free(l);
}

/* As many as may be under way.  When the gateway stops each is refused at once,
 * from in here; the outermost call goes on with the next. */
static void
start(struct load *l)
{
    struct reading *r;

    if (l->starting)
        return;
    l->starting = true;
    while (l->under_way < LOADS_MAX && (r = TAILQ_FIRST(&l->queue))) {
        TAILQ_REMOVE(&l->queue, r, order);
        l->under_way++;
        op_read(l->g->writer, &r->op);
    }
    l->starting = false;
}

void
load_next(struct load *l)
{
    l->under_way--;
    start(l);
}

void
load_again(struct reading *r)
{
    TAILQ_INSERT_TAIL(&r->load->queue, r, order);
    start(r->load);
}

void
load_begin(struct load *l, struct map *in, struct span id, struct reading *r)
{
    r->load = l;
    r->in = in;
    snprintf(r->id, sizeof(r->id), "%.*s", SPAN_ARG(id));
    STAILQ_INIT(&r->waiters);
    map_put(in, id, r);
    load_again(r);
}

void
load_end(struct reading *r)
{
    map_remove(r->in, span_of(r->id));
}

struct waiter *
load_wait(struct reading *r, void *ctx)
{
    struct waiter *w = xcalloc(1, sizeof(*w));

    w->ctx = ctx;
    STAILQ_INSERT_TAIL(&r->waiters, w, next);
    return w;
}

struct waiter *
load_take(struct reading *r)
{
    struct waiter *w = STAILQ_FIRST(&r->waiters);

    if (w)
        STAILQ_REMOVE_HEAD(&r->waiters, next);
    return w;
}

static void
note(struct map *in, struct span id, int64_t offset)
{
    struct reading *r = map_get(in, id);

    if (r && offset > r->noted)
        r->noted = offset;
}

void
load_note_at(struct load *l, bool person, struct span id, int64_t offset)
{
    note(person ? l->people : l->rooms, id, offset);
}

void
load_note(struct load *l, const struct store_event *e)
{
    if (e->own_stream)
        note(l->people, e->user_id, e->offset);
    else
        note(l->rooms, e->conversation_id, e->offset);
}
