/* SPDX-License-Identifier: ISC */
#include "gateway/hub_impl.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "text/lang.h"

/* Who is in which room, and what its members read. */

void
hub_count_readers(struct room *r, const char *language, int64_t n)
{
    struct readers one = {.n = (size_t)n};

    for (size_t i = 0; i < r->n_readers; i++) {
        struct readers *at = &r->readers[i];
        if (strcmp(at->language, language) != 0)
            continue;
        if ((int64_t)at->n + n > 0)
            at->n += (size_t)n;
        else
            *at = r->readers[--r->n_readers];
        return;
    }
    if (n <= 0)
        return;
    snprintf(one.language, sizeof(one.language), "%s", language);
    PUSH(r->readers, r->n_readers, r->cap_readers, one);
}

void
hub_count_members(struct room *r, const char *language, int n)
{
    r->n_members += (size_t)n;
    hub_count_readers(r, language, n);
}

static struct membership *
membership_of(const struct room *r, const struct user *u)
{
    for (size_t i = 0; i < u->n_rooms; i++)
        if (u->rooms[i].room == r)
            return &u->rooms[i];
    return NULL;
}

enum chat_role
hub_role(const struct room *r, const struct user *u)
{
    const struct membership *m = membership_of(r, u);

    return m ? m->role : CHAT_OUTSIDE;
}

int64_t
hub_muted_until(const struct room *r, const struct user *u)
{
    const struct membership *m = membership_of(r, u);

    return m ? m->muted_until_ms : 0;
}

bool
hub_slow_take(const struct room *r, struct user *u, int64_t now_us)
{
    struct membership *m = membership_of(r, u);
    struct limit limit = {1, 1};

    if (!m || r->slow_s == 0)
        return true;
    limit.per_second = 1.0 / r->slow_s;
    return bucket_take(&m->said, limit, now_us);
}

void
hub_member_mute(struct room *r, struct user *u, int64_t until_ms)
{
    struct membership *m = membership_of(r, u);

    if (m)
        m->muted_until_ms = until_ms;
}

void
hub_member_add(struct room *r, struct user *u, enum chat_role role)
{
    struct membership added = {.room = r, .role = role},
                      *known = membership_of(r, u);

    assert(u->refs > 0); /* of the idle, seats are counted */
    if (known) {
        known->role = role;
        return;
    }
    hub_room_ref(r);
    PUSH(u->rooms, u->n_rooms, u->cap_rooms, added);
    for (struct client *c = u->clients; c; c = c->next)
        hub_client_join(c, r);
}

void
hub_member_remove(struct hub *h, struct room *r, struct user *u)
{
    struct membership *m = membership_of(r, u);

    assert(u->refs > 0);
    if (!m)
        return;
    *m = u->rooms[--u->n_rooms];
    for (struct client *c = u->clients; c; c = c->next)
        hub_client_part(c, r);
    hub_room_unref(h, r);
}

void
hub_set_writing(struct user *u, struct span language)
{
    snprintf(u->writing, sizeof(u->writing), "%.*s", SPAN_ARG(language));
}

void
hub_set_language(struct hub *h, struct user *u, struct span language)
{
    bool reads_any = u->recent && h->any;

    if (reads_any)
        hub_count_readers(h->any, u->language, -1);
    snprintf(u->language, sizeof(u->language), "%.*s", SPAN_ARG(language));
    if (reads_any)
        hub_count_readers(h->any, u->language, 1);
}

static bool
is_read(const struct room *r, const char *language)
{
    for (size_t i = 0; i < r->n_readers; i++)
        if (strcmp(r->readers[i].language, language) == 0)
            return true;
    return false;
}

/* Of guests only the commonest languages were counted. */
bool
hub_is_recent(const struct hub *h, const struct user *u)
{
    if (u->guest)
        return h->any && u->seen_saved_ms >= h->guests_since_ms &&
               is_read(h->any, u->language);
    return !u->bot && u->seen_saved_ms >= h->since_ms;
}

void
hub_seen(struct hub *h, struct user *u)
{
    if (u->recent || u->uncounted || u->bot || !h->any)
        return;
    u->recent = true;
    hub_count_readers(h->any, u->language, 1);
}

/* Who has a socket reads the public room, however long ago they came. */
static void
count_connected(struct hub *h)
{
    struct user *u;
    size_t pos = 0;

    while ((u = map_next(h->users, &pos, NULL)) != NULL) {
        u->recent = hub_is_recent(h, u);
        if (u->clients)
            hub_seen(h, u);
    }
}

void
hub_recount(struct hub *h, int64_t since_ms, int64_t guests_since_ms,
    const struct store_readers *readers, size_t n)
{
    struct user *u;
    size_t pos = 0;

    h->since_ms = since_ms;
    h->guests_since_ms = guests_since_ms;
    h->any->n_readers = 0;
    for (size_t i = 0; i < n; i++)
        hub_count_readers(h->any, readers[i].language, readers[i].n);
    count_connected(h);
    /* What was counted may be a moment older than what is known here. */
    while ((u = map_next(h->users, &pos, NULL)) != NULL)
        if (u->recent && !is_read(h->any, u->language))
            hub_count_readers(h->any, u->language, 1);
}

size_t
hub_targets(
    const struct room *r, struct span source, struct span *out, size_t max)
{
    size_t n = 0;

    if (r->untranslated)
        return 0;
    for (size_t i = 0; i < r->n_readers && n < max; i++) {
        struct span language = span_of(r->readers[i].language);
        if (!lang_same(language, source))
            out[n++] = language;
    }
    return n;
}
