/* SPDX-License-Identifier: ISC */
#include "gateway/hub_impl.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wire/glossary.h"

struct hub *
hub_new(void)
{
    struct hub *h = xcalloc(1, sizeof(*h));

    h->users = map_new();
    h->rooms = map_new();
    TAILQ_INIT(&h->idle);
    return h;
}

static void
room_free(struct room *r)
{
    free(r->title);
    free(r->description);
    free(r->readers);
    free(r->present);
    glossary_unref(r->own_words);
    glossary_unref(r->words);
    free(r);
}

static void
user_free(struct user *u)
{
    free(u->username);
    free(u->display_name);
    free(u->rooms);
    free(u);
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
    while ((u = map_next(h->users, &pos, NULL)) != NULL)
        user_free(u);
    pos = 0;
    while ((r = map_next(h->rooms, &pos, NULL)) != NULL)
        room_free(r);
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

/* ---- coming and going ---- */

static void
replace(char **field, const char *value)
{
    free(*field);
    *field = xstrdup(value);
}

void
hub_user_renew(struct user *u, const struct store_person *p)
{
    replace(&u->username, p->user.username);
    replace(&u->display_name, p->user.display_name);
    memcpy(u->picture, p->user.picture, sizeof(u->picture));
    u->guest = p->user.guest;
    u->visitor = p->user.visitor;
    u->admin = p->user.admin;
    u->bot = p->user.bot;
}

struct user *
hub_user_put(struct hub *h, const struct store_person *p)
{
    struct user *u = xcalloc(1, sizeof(*u));

    assert(!hub_user(h, span_of(p->user.id)));
    snprintf(u->id, sizeof(u->id), "%s", p->user.id);
    snprintf(u->language, sizeof(u->language), "%s", p->user.language);
    snprintf(u->writing, sizeof(u->writing), "%s", p->user.writing);
    hub_user_renew(u, p);
    u->seen_saved_ms = p->seen_ms;
    u->recent = hub_is_recent(h, u);
    u->offset = p->offset;
    u->refs = 1;
    map_put(h->users, span_of(u->id), u);
    return u;
}

void
hub_user_upgrade(struct user *u, const char *username, const char *display_name)
{
    replace(&u->username, username);
    replace(&u->display_name, display_name);
    u->guest = u->visitor = false;
}

void
hub_room_set(struct room *r, const struct store_conversation *c)
{
    replace(&r->title, c->title);
    replace(&r->description, c->description);
    memcpy(r->picture, c->picture, sizeof(r->picture));
    r->archived = c->archived;
    r->read_only = c->read_only;
    r->untranslated = c->untranslated;
    r->slow_s = c->slow_s;
    r->retention_days = c->retention_days;
}

static void
count(struct room *r, const struct store_room *row)
{
    r->n_members = (size_t)row->n_members;
    r->last_seq = row->conversation.last_seq;
    r->counted = row->offset;
    for (size_t i = 0; i < row->n_readers; i++)
        hub_count_readers(r, row->readers[i].language, row->readers[i].n);
}

void
hub_room_renew(struct room *r, const struct store_room *row)
{
    int64_t last_seq = r->last_seq; /* what was shown, not what there is */

    hub_room_set(r, &row->conversation);
    if (!r->public) /* whose readers are those who are here */
        r->n_readers = 0;
    count(r, row);
    r->last_seq = last_seq;
}

struct room *
hub_room_put(struct hub *h, const struct store_room *row)
{
    const struct store_conversation *c = &row->conversation;
    struct room *r = xcalloc(1, sizeof(*r));

    assert(!hub_room(h, span_of(c->id)));
    snprintf(r->id, sizeof(r->id), "%s", c->id);
    snprintf(r->type, sizeof(r->type), "%s", c->type);
    r->public = strcmp(c->type, "global") == 0;
    r->created_ms = c->created_ms;
    hub_room_set(r, c);
    r->offset = row->offset;
    count(r, row);
    r->refs = 1;
    map_put(h->rooms, span_of(r->id), r);
    return r;
}

bool
room_is_direct(const struct room *r)
{
    return strcmp(r->type, "direct") == 0;
}

struct room *
hub_room_ref(struct room *r)
{
    if (r)
        r->refs++;
    return r;
}

void
hub_room_unref(struct hub *h, struct room *r)
{
    if (!r || --r->refs > 0)
        return;
    assert(r->n_present == 0);
    map_remove(h->rooms, span_of(r->id));
    room_free(r);
}

/* Nobody refers to the user: their rooms may go. */
static void
let_go(struct hub *h, struct user *u)
{
    for (size_t i = 0; i < u->n_rooms; i++)
        hub_room_unref(h, u->rooms[i].room);
    user_free(u);
}

static void
leave_idle(struct hub *h, struct user *u)
{
    TAILQ_REMOVE(&h->idle, u, idle);
    h->n_idle--;
    h->n_idle_seats -= u->n_rooms;
}

struct user *
hub_user_ref(struct hub *h, struct user *u)
{
    if (u->refs++ == 0)
        leave_idle(h, u);
    return u;
}

void
hub_user_unref(struct hub *h, struct user *u)
{
    if (!u || --u->refs > 0)
        return;
    if (u->dropped) {
        let_go(h, u);
        return;
    }
    TAILQ_INSERT_HEAD(&h->idle, u, idle);
    h->n_idle++;
    h->n_idle_seats += u->n_rooms;
    while (h->n_idle > HUB_IDLE_USERS_MAX ||
           (h->n_idle_seats > HUB_IDLE_SEATS_MAX && h->n_idle > 1))
        hub_user_drop(h, TAILQ_LAST(&h->idle, idle_users));
}

void
hub_user_drop(struct hub *h, struct user *u)
{
    if (u->dropped)
        return;
    u->dropped = true;
    map_remove(h->users, span_of(u->id));
    if (u->refs > 0)
        return;
    leave_idle(h, u);
    let_go(h, u);
}
