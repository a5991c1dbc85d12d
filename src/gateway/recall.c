/* SPDX-License-Identifier: ISC */
#include "gateway/recall.h"

#include <assert.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "base/map.h"
#include "base/mem.h"

enum {
    PLACE_BYTES = 64, /* hash, version, target */
    OVERHEAD = 2 * PLACE_BYTES, /* of the maps, for each */
};

struct entry {
    TAILQ_ENTRY(entry) used; /* last used first */
    struct entry *next; /* of the same message */
    char place[PLACE_BYTES];
    size_t place_len, bytes;
    struct recalled is; /* spans into tail */
    struct span message_id;
    char tail[];
};

struct recall {
    struct map *places; /* entries */
    struct map *messages; /* the first entry of each */
    TAILQ_HEAD(entries, entry) used;
    size_t bytes, bytes_max;
};

struct recall_key
recall_key(struct span text, struct span language)
{
    crypto_generichash_state state;
    struct recall_key key;

    crypto_generichash_init(&state, NULL, 0, sizeof(key.hash));
    crypto_generichash_update(
        &state, (const unsigned char *)language.p, language.len);
    crypto_generichash_update(&state, (const unsigned char *)"", 1);
    crypto_generichash_update(&state, (const unsigned char *)text.p, text.len);
    crypto_generichash_final(&state, key.hash, sizeof(key.hash));
    return key;
}

struct recall *
recall_new(size_t bytes_max)
{
    struct recall *r = xcalloc(1, sizeof(*r));

    r->places = map_new();
    r->messages = map_new();
    r->bytes_max = bytes_max;
    TAILQ_INIT(&r->used);
    return r;
}

static struct span
place_of(const struct recall_key *key, struct span target, uint64_t version,
    char ret[PLACE_BYTES])
{
    size_t n = 0;

    assert(RECALL_KEY_BYTES + sizeof(version) + target.len <= PLACE_BYTES);
    memcpy(ret, key->hash, RECALL_KEY_BYTES);
    n += RECALL_KEY_BYTES;
    memcpy(ret + n, &version, sizeof(version));
    n += sizeof(version);
    memcpy(ret + n, target.p, target.len);
    return (struct span){ret, n + target.len};
}

static void
unlink_message(struct recall *r, struct entry *e)
{
    struct entry *first = map_get(r->messages, e->message_id), *at = first;

    if (first != e) {
        while (at->next != e)
            at = at->next;
        at->next = e->next;
    } else if (e->next) {
        map_put(r->messages, e->message_id, e->next);
    } else {
        map_remove(r->messages, e->message_id);
    }
}

static void
drop(struct recall *r, struct entry *e)
{
    unlink_message(r, e);
    map_remove(r->places, (struct span){e->place, e->place_len});
    TAILQ_REMOVE(&r->used, e, used);
    r->bytes -= e->bytes;
    free(e);
}

void
recall_free(struct recall *r)
{
    if (!r)
        return;
    while (!TAILQ_EMPTY(&r->used))
        drop(r, TAILQ_FIRST(&r->used));
    map_free(r->places);
    map_free(r->messages);
    free(r);
}

bool
recall_get(struct recall *r, const struct recall_key *key, struct span target,
    uint64_t version, struct recalled *ret)
{
    char place[PLACE_BYTES];
    struct entry *e = map_get(r->places, place_of(key, target, version, place));

    if (!e)
        return false;
    TAILQ_REMOVE(&r->used, e, used);
    TAILQ_INSERT_HEAD(&r->used, e, used);
    *ret = e->is;
    return true;
}

static struct entry *
entry_new(struct span message_id, const struct recalled *t)
{
    size_t bytes = sizeof(struct entry) + t->text.len + t->source.len +
                   t->model.len + t->doubt.len + message_id.len;
    struct entry *e = xmalloc(bytes);
    char *at = e->tail;

    memset(e, 0, sizeof(*e));
    e->bytes = bytes + OVERHEAD;
    e->is = (struct recalled){.text = span_stash(&at, t->text),
        .source = span_stash(&at, t->source),
        .model = span_stash(&at, t->model),
        .doubt = span_stash(&at, t->doubt),
        .confidence = t->confidence};
    e->message_id = span_stash(&at, message_id);
    return e;
}

void
recall_put(struct recall *r, const struct recall_key *key, struct span target,
    uint64_t version, struct span message_id, const struct recalled *t)
{
    struct entry *e = entry_new(message_id, t), *old;
    struct span place = place_of(key, target, version, e->place);

    e->place_len = place.len;
    if (e->bytes > r->bytes_max) {
        free(e);
        return;
    }
    old = map_get(r->places, place);
    if (old)
        drop(r, old);
    while (r->bytes + e->bytes > r->bytes_max)
        drop(r, TAILQ_LAST(&r->used, entries));
    map_put(r->places, place, e);
    e->next = map_put(r->messages, e->message_id, e);
    TAILQ_INSERT_HEAD(&r->used, e, used);
    r->bytes += e->bytes;
}

void
recall_forget(struct recall *r, struct span message_id)
{
    struct entry *e;

    while ((e = map_get(r->messages, message_id)))
        drop(r, e);
}

size_t
recall_bytes(const struct recall *r)
{
    return r->bytes;
}
