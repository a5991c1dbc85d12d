/* SPDX-License-Identifier: ISC */
#include "gateway/load_impl.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "gateway/seen.h"
#include "gateway/words.h"

struct room_reading {
    struct reading r;
    struct store_room row; /* its glossary is words */
    char *words;
};

/* On the reader thread. */
static void
keep(const struct store_room *row, void *ctx)
{
    struct room_reading *r = ctx;

    free(r->words);
    r->row = *row;
    r->words = row->glossary.json.p ? span_dup(row->glossary.json) : NULL;
    r->row.glossary.json = span_of(r->words);
}

static bool
room_run(struct store *s, struct store_job *job, struct err *err)
{
    struct room_reading *r = (struct room_reading *)job;

    return store_room_get(s, span_of(r->r.id), keep, r, err);
}

static struct room *
take_in(struct gateway *g, const struct store_room *row)
{
    struct room *room = hub_room_put(g->hub, row);
    struct err err;

    if (row->glossary.json.p &&
        !words_set_room(
            g->words, room, row->glossary.version, row->glossary.json, &err))
        log_warn("glossary of a conversation not used id=%s: %s", room->id,
            err.text);
    return room;
}

/* The waiters refer to the room as they like; without any it goes again. */
static void
tell(struct room_reading *r, struct room *room)
{
    struct hub *hub = r->r.load->g->hub;
    const struct err err = r->r.op.job.err;
    struct waiter *w;

    while ((w = load_take(&r->r))) {
        w->then.room(room, &err, w->ctx);
        free(w);
    }
    hub_room_unref(hub, room);
    free(r->words);
    free(r);
}

static void
room_finish(struct op *op)
{
    struct room_reading *r = (struct room_reading *)op;
    struct load *l = r->r.load;
    struct room *room = NULL;

    if (op->job.ok && r->row.offset < r->r.noted) {
        load_again(&r->r);
    } else {
        load_end(&r->r);
        if (op->job.ok)
            room = take_in(l->g, &r->row);
        tell(r, room);
    }
    load_next(l);
}

void
load_room(struct load *l, struct span id,
    void (*then)(struct room *r, const struct err *err, void *ctx), void *ctx)
{
    struct room *here = hub_room(l->g->hub, id);
    struct room_reading *r;

    if (here) {
        then(here, NULL, ctx);
        return;
    }
    r = map_get(l->rooms, id);
    if (r) {
        load_wait(&r->r, ctx)->then.room = then;
        return;
    }
    r = xcalloc(1, sizeof(*r));
    r->r.op.job.run = room_run;
    r->r.op.finish = room_finish;
    load_begin(l, l->rooms, id, &r->r);
    load_wait(&r->r, ctx)->then.room = then;
}

/* ---- the public room ---- */

static void
take_public(const struct store_room *row, void *ctx)
{
    struct gateway *g = ctx;

    g->hub->any = take_in(g, row);
}

bool
load_public(struct load *l, struct err *err)
{
    struct gateway *g = l->g;
    struct store_options reader = {.read_only = true};
    struct store *s = store_open(g->cfg->database_url, &reader, err);
    struct store_readers readers[STORE_LANGUAGES_MAX];
    int64_t since_ms = seen_since_ms(g->seen);
    int64_t guests_since_ms = seen_guests_since_ms();
    size_t n;
    bool ok =
        s && store_room_get(s, SPAN(STORE_ANY), take_public, g, err) &&
        store_recent_readers(s, since_ms, guests_since_ms, readers, &n, err);

    store_close(s);
    if (ok)
        hub_recount(g->hub, since_ms, guests_since_ms, readers, n);
    return ok;
}
