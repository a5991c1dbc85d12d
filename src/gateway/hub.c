/* SPDX-License-Identifier: ISC */
#include "gateway/hub.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "wire/glossary.h"

/* Append to a growing array of pointers or structs. */
#define PUSH(array, n, cap, item)                                              \
    do {                                                                       \
        if ((n) == (cap)) {                                                    \
            (cap) = (cap) ? (cap)*2 : 4;                                       \
            (array) = xrealloc((array), (cap) * sizeof((array)[0]));           \
        }                                                                      \
        (array)[(n)++] = (item);                                               \
    } while (0)

struct hub *
hub_new(void)
{
    struct hub *h = xcalloc(1, sizeof(*h));

    h->users = map_new();
    h->rooms = map_new();
    return h;
}

void
hub_free(struct hub *h)
{
    size_t pos = 0;
    struct user *u;
    struct room *r;

    if (!h)
        return;
    assert(h->n_clients == 0);
    while ((u = map_next(h->users, &pos, NULL)) != NULL) {
        free(u->username);
        free(u->display_name);
        free(u->rooms);
        free(u);
    }
    pos = 0;
    while ((r = map_next(h->rooms, &pos, NULL)) != NULL) {
        free(r->title);
        free(r->readers);
        free(r->present);
        glossary_unref(r->own_words);
        glossary_unref(r->words);
        free(r);
    }
    map_free(h->users);
    map_free(h->rooms);
    free(h);
}

struct user *
hub_user(const struct hub *h, struct span id)
{
    return map_get(h->users, id);
}

struct room *
hub_room(const struct hub *h, struct span id)
{
    return map_get(h->rooms, id);
}

static void
replace(char **field, const char *value)
{
    char *copy = xstrdup(value);

    free(*field);
    *field = copy;
}

struct user *
hub_user_put(struct hub *h, const char *id, const char *username,
    const char *display_name, const char *language, bool guest)
{
    struct user *u = hub_user(h, span_of(id));

    if (!u) {
        u = xcalloc(1, sizeof(*u));
        snprintf(u->id, sizeof(u->id), "%s", id);
        map_put(h->users, span_of(u->id), u);
    }
    replace(&u->username, username);
    replace(&u->display_name, display_name);
    u->guest = guest;
    hub_set_language(u, span_of(language));
    return u;
}

struct room *
hub_room_put(struct hub *h, const struct store_conversation *c)
{
    struct room *r = hub_room(h, span_of(c->id));

    if (!r) {
        r = xcalloc(1, sizeof(*r));
        snprintf(r->id, sizeof(r->id), "%s", c->id);
        snprintf(r->type, sizeof(r->type), "%s", c->type);
        r->public = strcmp(c->type, "global") == 0;
        r->created_ms = c->created_ms;
        map_put(h->rooms, span_of(r->id), r);
    }
    replace(&r->title, c->title);
    return r;
}

/* Does the room need translations for this member? */
static bool
reads(const struct room *r, const struct user *u)
{
    return u->recent || !r->public;
}

static void
readers_add(struct room *r, const struct user *u)
{
    const char *language = u->language;
    struct readers one = {.n = 1};

    if (!reads(r, u))
        return;
    for (size_t i = 0; i < r->n_readers; i++) {
        if (strcmp(r->readers[i].language, language) == 0) {
            r->readers[i].n++;
            return;
        }
    }
    snprintf(one.language, sizeof(one.language), "%s", language);
    PUSH(r->readers, r->n_readers, r->cap_readers, one);
}

static void
readers_remove(struct room *r, const struct user *u)
{
    const char *language = u->language;

    if (!reads(r, u))
        return;
    for (size_t i = 0; i < r->n_readers; i++) {
        if (strcmp(r->readers[i].language, language) != 0)
            continue;
        if (--r->readers[i].n == 0)
            r->readers[i] = r->readers[--r->n_readers];
        return;
    }
    assert(!"a language without readers");
}

bool
hub_is_member(const struct room *r, const struct user *u)
{
    for (size_t i = 0; i < u->n_rooms; i++)
        if (u->rooms[i] == r)
            return true;
    return false;
}

void
hub_member_add(struct room *r, struct user *u)
{
    if (hub_is_member(r, u))
        return;
    PUSH(u->rooms, u->n_rooms, u->cap_rooms, r);
    r->n_members++;
    readers_add(r, u);
    for (struct client *c = u->clients; c; c = c->next)
        hub_client_join(c, r);
}

void
hub_member_remove(struct room *r, struct user *u)
{
    for (size_t i = 0; i < u->n_rooms; i++) {
        if (u->rooms[i] != r)
            continue;
        u->rooms[i] = u->rooms[--u->n_rooms];
        r->n_members--;
        readers_remove(r, u);
        for (struct client *c = u->clients; c; c = c->next)
            hub_client_part(c, r);
        return;
    }
}

void
hub_set_language(struct user *u, struct span language)
{
    for (size_t i = 0; i < u->n_rooms; i++)
        readers_remove(u->rooms[i], u);
    snprintf(u->language, sizeof(u->language), "%.*s", SPAN_ARG(language));
    for (size_t i = 0; i < u->n_rooms; i++)
        readers_add(u->rooms[i], u);
}

static void
set_recent(struct user *u, bool recent)
{
    if (u->recent == recent)
        return;
    for (size_t i = 0; i < u->n_rooms; i++)
        readers_remove(u->rooms[i], u);
    u->recent = recent;
    for (size_t i = 0; i < u->n_rooms; i++)
        readers_add(u->rooms[i], u);
}

void
hub_seen(struct user *u, int64_t now_ms)
{
    u->seen_ms = now_ms;
    set_recent(u, true);
}

size_t
hub_forget_readers(struct hub *h, int64_t since_ms)
{
    struct user *u;
    size_t pos = 0, n = 0;

    while ((u = map_next(h->users, &pos, NULL)) != NULL) {
        if (!u->recent || u->clients || u->seen_ms >= since_ms)
            continue;
        set_recent(u, false);
        n++;
    }
    return n;
}

void
hub_set_display_name(struct user *u, struct span name)
{
    free(u->display_name);
    u->display_name = span_dup(name);
}

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
    c->user = u;
    c->refs = 1;
    c->next = u->clients;
    u->clients = c;
    for (size_t i = 0; i < u->n_rooms; i++)
        sit(c, u->rooms[i]);
    h->n_clients++;
    return c;
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

size_t
hub_targets(
    const struct room *r, struct span source, struct span *out, size_t max)
{
    size_t n = 0;

    for (size_t i = 0; i < r->n_readers && n < max; i++) {
        struct span language = span_of(r->readers[i].language);
        if (!span_eq(language, source))
            out[n++] = language;
    }
    return n;
}
