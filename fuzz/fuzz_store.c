/* SPDX-License-Identifier: ISC */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/id.h"
#include "store/store.h"

/*
 * Operations of the store in any order, in batches that are committed or rolled
 * back, on a database in memory.  Beside it an account is kept of what must be
 * there: how many messages a room has and which are gone.  Numbers and offsets
 * have no holes.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ROOMS = 2, PEOPLE = 3, MESSAGES_MAX = 200, MS = 1700000000 };

static char rooms[ROOMS][ID_BYTES]; /* of this input: it has its own */
static const char *const people[PEOPLE] = {"ann", "bob", "cyd"};

struct said {
    char id[ID_BYTES];
    int room, author, revision;
    bool gone;
};

/* What must be there. */
struct account {
    int n, of_room[ROOMS];
    struct said said[MESSAGES_MAX];
    int64_t offsets[ROOMS]; /* of the last event */
};

static struct store *store;
static struct account now, committed;
static bool in_batch;
static int64_t clock_ms;
static unsigned n_client; /* before its ids: they are unique for ever */

static void
open_store(void)
{
    store = store_open("sqlite::memory:", NULL, NULL);
    assert(store);
    for (int i = 0; i < PEOPLE; i++) {
        struct store_user u = {.created_ms = MS};
        snprintf(u.id, sizeof(u.id), "%s", people[i]);
        snprintf(u.username, sizeof(u.username), "%s", people[i]);
        snprintf(u.display_name, sizeof(u.display_name), "%s", people[i]);
        snprintf(u.language, sizeof(u.language), i ? "fr" : "en");
        assert(store_user_add(store, &u, NULL));
    }
}

static void
begin(void)
{
    if (!store)
        open_store();
    for (int i = 0; i < ROOMS; i++) {
        struct store_conversation c = {
            .type = "group", .title = "Room", .created_by = "ann"};
        struct span members[] = {SPAN("ann"), SPAN("bob"), SPAN("cyd")};
        c.created_ms = MS;
        id_new(rooms[i]);
        memcpy(c.id, rooms[i], sizeof(rooms[i]));
        assert(store_conversation_add(store, &c, members, PEOPLE, NULL));
    }
    store_events_free(store_take_events(store));
    memset(&now, 0, sizeof(now));
    n_client++;
    committed = now;
    in_batch = false;
    clock_ms = MS;
}

static int
room_of(struct span id)
{
    for (int i = 0; i < ROOMS; i++)
        if (span_eqz(id, rooms[i]))
            return i;
    return -1;
}

/* Offsets of a room follow each other. */
static void
follow(void)
{
    struct store_event *first = store_take_events(store);

    for (struct store_event *e = first; e; e = e->next) {
        int room = e->conversation_id.p ? room_of(e->conversation_id) : -1;
        if (room < 0 || e->kind == STORE_MEMBER_ADDED ||
            e->kind == STORE_MEMBER_REMOVED)
            continue;
        if (now.offsets[room])
            assert(e->offset == now.offsets[room] + 1);
        now.offsets[room] = e->offset;
    }
    store_events_free(first);
    if (!in_batch)
        committed = now;
}

static void
add(unsigned arg, struct span text)
{
    int room = (int)(arg & 1), author = (int)(arg >> 1) % PEOPLE;
    struct said *s = &now.said[now.n];
    struct span targets[] = {SPAN("fr"), SPAN("en"), SPAN("de")}; /* arg & 3 */
    char client[24], id[ID_BYTES], saved[ID_BYTES];
    bool duplicate;
    int64_t seq;
    struct store_message m = {.conversation_id = span_of(rooms[room]),
        .sender_id = span_of(people[author]),
        .content = text,
        .language = SPAN("en"),
        .type = SPAN("text"),
        .created_ms = ++clock_ms};

    if (now.n == MESSAGES_MAX)
        return;
    id_new(id);
    m.id = span_of(id);
    snprintf(client, sizeof(client), "%u-%u", n_client, arg >> 4);
    if (arg & 8)
        m.client_message_id = span_of(client);
    if (arg & 4 && now.n)
        m.reply_to = span_of(now.said[arg % (unsigned)now.n].id);
    if (!store_message_add(
            store, &m, targets, arg & 3, saved, &seq, &duplicate, NULL))
        return;
    if (duplicate) {
        assert(seq <= now.of_room[0] || seq <= now.of_room[1]);
        return;
    }
    assert(strcmp(saved, id) == 0);
    assert(seq == ++now.of_room[room]);
    *s = (struct said){.room = room, .author = author, .revision = 1};
    memcpy(s->id, id, sizeof(s->id));
    now.n++;
}

static void
edit(struct said *s, unsigned arg, struct span text)
{
    int who = (int)arg % PEOPLE, revision = 0;
    struct span targets[] = {SPAN("fr")};
    bool ok = store_message_edit(store, span_of(s->id), span_of(people[who]),
        text, SPAN("en"), NULL, targets, 1, ++clock_ms, &revision, NULL);

    assert(ok == (who == s->author && !s->gone));
    if (ok)
        assert(revision == ++s->revision);
}

static void
erase(struct said *s, unsigned arg)
{
    int who = (int)arg % PEOPLE;
    bool ok = store_message_delete(
        store, span_of(s->id), span_of(people[who]), ++clock_ms, NULL);

    assert(ok == (who == s->author && !s->gone));
    s->gone |= ok;
}

static void
on_found(const struct store_message *m, void *ctx)
{
    const struct said *s = ctx;

    assert(span_eqz(m->id, s->id));
    assert((m->deleted_ms != 0) == s->gone);
    assert(m->revision == s->revision || s->gone);
    assert(!s->gone || m->content.len == 0);
}

struct counted {
    int n;
    int64_t seq;
};

static void
on_row(const struct store_message *m, void *ctx)
{
    struct counted *c = ctx;

    assert(m->seq == c->seq + 1); /* none is missing */
    c->seq = m->seq;
    c->n++;
}

static void
check(void)
{
    for (int i = 0; i < now.n; i++)
        assert(store_message_get(store, span_of(now.said[i].id), NULL, on_found,
            &now.said[i], NULL));
    for (int i = 0; i < ROOMS; i++) {
        struct counted c = {0};
        assert(store_history(store, span_of(rooms[i]), 0, 0, MESSAGES_MAX + 1,
            NULL, on_row, &c, NULL));
        assert(c.n == now.of_room[i]);
    }
}

static void
change(unsigned op, unsigned arg, struct span text)
{
    struct said *s = now.n ? &now.said[arg % (unsigned)now.n] : NULL;
    bool changed;

    if (op < 4 || !s)
        add(arg, text);
    else if (op < 7)
        edit(s, arg >> 4, text);
    else if (op < 9)
        erase(s, arg >> 4);
    else if (op < 11)
        store_reaction_set(store, span_of(s->id), span_of(people[arg % PEOPLE]),
            SPAN("\xf0\x9f\x91\x8d"), arg & 16, ++clock_ms, &changed, NULL);
    else
        store_pin_set(
            store, span_of(s->id), arg & 16, ++clock_ms, &changed, NULL);
    follow();
}

static void
end_batch(bool keep)
{
    if (!in_batch)
        return;
    in_batch = false;
    if (keep) {
        assert(store_commit(store, NULL));
        committed = now;
    } else {
        store_rollback(store);
        now = committed;
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    begin();
    for (size_t i = 0; i + 2 < size; i += 3) {
        unsigned op = data[i] & 15;
        size_t left = size - i - 2, n = data[i] >> 4;
        struct span text = {(const char *)data + i + 2, n < left ? n : left};

        if (!utf8_valid(text))
            text = SPAN("text");
        if (op == 15 && !in_batch)
            in_batch = store_begin(store, NULL);
        else if (op == 15)
            end_batch(true);
        else if (op == 14)
            end_batch(false);
        else if (op == 13 && !in_batch)
            check();
        else
            change(op, data[i + 1], text);
    }
    end_batch(true);
    check();
    return 0;
}
