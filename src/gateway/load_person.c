/* SPDX-License-Identifier: ISC */
#include "gateway/load_impl.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

/* First the person and the ids of their rooms, then the rooms that are not in
 * the hub.  Only who has all of them is here. */

struct seat_row {
    char room_id[65];
    enum chat_role role;
    int64_t muted_until_ms;
    struct room *room; /* a reference, when it is there */
};

struct person_reading {
    struct reading r;
    struct store_person row;
    struct seat_row *seats;
    size_t n, cap;
    size_t missing; /* rooms, and one while they are asked for */
    struct err err; /* why one of them could not be read */
};

/* On the reader thread. */
static void
keep(const struct store_seat *row, void *ctx)
{
    struct person_reading *p = ctx;
    struct seat_row *seat;

    if (chat_role_parse(row->role) <= CHAT_OUTSIDE)
        return;
    if (p->n == p->cap) {
        p->cap = p->cap ? 2 * p->cap : 8;
        p->seats = xrealloc(p->seats, p->cap * sizeof(p->seats[0]));
    }
    seat = &p->seats[p->n++];
    *seat = (struct seat_row){.role = chat_role_parse(row->role),
        .muted_until_ms = row->muted_until_ms};
    snprintf(seat->room_id, sizeof(seat->room_id), "%.*s",
        SPAN_ARG(row->conversation_id));
}

static bool
person_run(struct store *s, struct store_job *job, struct err *err)
{
    struct person_reading *p = (struct person_reading *)job;

    p->n = 0;
    return store_person_get(s, span_of(p->r.id), &p->row, keep, p, err);
}

static void
drop_rooms(struct person_reading *p)
{
    struct hub *hub = p->r.load->g->hub;

    for (size_t i = 0; i < p->n; i++)
        hub_room_unref(hub, p->seats[i].room);
    p->n = 0;
}

static void
tell(struct person_reading *p, struct user *u, const struct err *err)
{
    struct hub *hub = p->r.load->g->hub;
    struct waiter *w;

    while ((w = load_take(&p->r))) {
        w->then.user(u, err, w->ctx);
        free(w);
    }
    hub_user_unref(hub, u);
    free(p->seats);
    free(p);
}

static void
complete(struct person_reading *p)
{
    struct hub *hub = p->r.load->g->hub;
    struct user *u = NULL;

    if (p->err.kind == FAIL_NONE && p->row.offset < p->r.noted) {
        drop_rooms(p);
        load_again(&p->r);
        return;
    }
    load_end(&p->r);
    if (p->err.kind == FAIL_NONE) {
        u = hub_user_put(hub, &p->row);
        for (size_t i = 0; i < p->n; i++) {
            struct seat_row *seat = &p->seats[i];
            hub_member_add(seat->room, u, seat->role);
            hub_member_mute(seat->room, u, seat->muted_until_ms);
        }
    }
    drop_rooms(p);
    tell(p, u, &p->err);
}

struct seat_wait {
    struct person_reading *p;
    size_t i;
};

static void
on_room(struct room *room, const struct err *err, void *ctx)
{
    struct seat_wait *w = ctx;
    struct person_reading *p = w->p;

    if (room)
        p->seats[w->i].room = hub_room_ref(room);
    else
        p->err = *err;
    free(w);
    if (--p->missing == 0)
        complete(p);
}

static void
ask_for_rooms(struct person_reading *p)
{
    struct load *l = p->r.load;
    size_t n = p->n;

    p->missing = n + 1;
    for (size_t i = 0; i < n; i++) {
        struct seat_wait *w = xcalloc(1, sizeof(*w));
        *w = (struct seat_wait){p, i};
        load_room(l, span_of(p->seats[i].room_id), on_room, w);
    }
    if (--p->missing == 0)
        complete(p);
}

static void
person_finish(struct op *op)
{
    struct person_reading *p = (struct person_reading *)op;
    struct load *l = p->r.load;

    p->err = op->job.ok ? (struct err){0} : op->job.err;
    if (!op->job.ok)
        p->n = 0;
    ask_for_rooms(p);
    load_next(l);
}

void
load_person(struct load *l, struct span id,
    void (*then)(struct user *u, const struct err *err, void *ctx), void *ctx)
{
    struct user *here = hub_user(l->g->hub, id);
    struct person_reading *p;

    if (here) {
        then(here, NULL, ctx);
        return;
    }
    p = map_get(l->people, id);
    if (p) {
        load_wait(&p->r, ctx)->then.user = then;
        return;
    }
    p = xcalloc(1, sizeof(*p));
    p->r.op.job.run = person_run;
    p->r.op.finish = person_finish;
    load_begin(l, l->people, id, &p->r);
    load_wait(&p->r, ctx)->then.user = then;
}
