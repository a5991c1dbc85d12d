/* SPDX-License-Identifier: ISC */
#include "gateway/hub_impl.h"

#include <stdlib.h>

/* Sockets, and their seats in rooms. */

static void
sit(struct client *c, struct room *r)
{
    struct seat seat = {r, r->n_present};
    struct place place = {c, c->n_seats};

    PUSH(c->seats, c->n_seats, c->cap_seats, seat);
    PUSH(r->present, r->n_present, r->cap_present, place);
}

/* Give up a seat; the last ones of the client and of the room move up. */
static void
stand_up(struct client *c, size_t k)
{
    struct seat left = c->seats[k], moved;
    struct place last = left.room->present[--left.room->n_present];

    left.room->present[left.at] = last;
    last.client->seats[last.seat].at = left.at; /* may be c itself */
    moved = c->seats[--c->n_seats];
    if (k == c->n_seats)
        return;
    c->seats[k] = moved;
    moved.room->present[moved.at].seat = k;
}

struct client *
hub_client_enter(struct hub *h, struct user *u, struct sio_socket *sock)
{
    struct client *c = xcalloc(1, sizeof(*c));

    c->sock = sock;
    c->user = hub_user_ref(h, u);
    c->refs = 1;
    c->next = u->clients;
    u->clients = c;
    for (size_t i = 0; i < u->n_rooms; i++)
        sit(c, u->rooms[i].room);
    h->n_clients++;
    return c;
}

size_t
hub_clients(const struct hub *h,
    bool (*passes)(const struct client *c, void *ctx), void *ctx,
    struct client ***ret)
{
    size_t pos = 0, n = 0, cap = 0;
    struct user *u;

    *ret = NULL;
    while ((u = map_next(h->users, &pos, NULL)))
        for (struct client *c = u->clients; c; c = c->next)
            if (passes(c, ctx))
                PUSH(*ret, n, cap, hub_client_ref(c));
    return n;
}

void
hub_client_leave(struct hub *h, struct client *c)
{
    struct client **at = &c->user->clients;

    while (c->n_seats > 0)
        stand_up(c, c->n_seats - 1);
    while (*at != c)
        at = &(*at)->next;
    *at = c->next;
    hub_user_unref(h, c->user);
    c->user = NULL;
    c->sock = NULL;
    h->n_clients--;
    hub_client_unref(c);
}

struct client *
hub_client_ref(struct client *c)
{
    c->refs++;
    return c;
}

void
hub_client_unref(struct client *c)
{
    if (!c || --c->refs > 0)
        return;
    free(c->seats);
    free(c);
}

/* Where the client sits in the room; n_seats when it does not. */
static size_t
seat_in(const struct client *c, const struct room *r)
{
    size_t k = 0;

    while (k < c->n_seats && c->seats[k].room != r)
        k++;
    return k;
}

void
hub_client_join(struct client *c, struct room *r)
{
    if (seat_in(c, r) == c->n_seats)
        sit(c, r);
}

void
hub_client_part(struct client *c, struct room *r)
{
    size_t k = seat_in(c, r);

    if (k < c->n_seats)
        stand_up(c, k);
}
