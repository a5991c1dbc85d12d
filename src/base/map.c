/* SPDX-License-Identifier: ISC */
#include "base/map.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/mem.h"

enum { CAP_MIN = 16 }; /* a power of two, as every capacity */

/* value NULL and key NULL: never used; value NULL and key TOMB: removed. */
struct slot {
    uint64_t hash;
    char *key;
    size_t key_len;
    void *value;
};

struct map {
    struct slot *slots;
    size_t cap, len, used; /* used counts live entries and tombs */
    uint64_t seed;
};

static char tomb[1];

struct map *
map_new(void)
{
    struct map *m = xcalloc(1, sizeof(*m));

    if (getrandom(&m->seed, sizeof(m->seed), 0) != sizeof(m->seed))
        abort();
    m->cap = CAP_MIN;
    m->slots = xcalloc(m->cap, sizeof(m->slots[0]));
    return m;
}

void
map_free(struct map *m)
{
    if (!m)
        return;
    for (size_t i = 0; i < m->cap; i++)
        if (m->slots[i].key != tomb)
            free(m->slots[i].key);
    free(m->slots);
    free(m);
}

/* The slot of key, or NULL. */
static struct slot *
find(const struct map *m, struct span key, uint64_t hash)
{
    for (size_t i = hash & (m->cap - 1);; i = (i + 1) & (m->cap - 1)) {
        struct slot *s = &m->slots[i];
        if (!s->key)
            return NULL;
        if (s->value && s->hash == hash && s->key_len == key.len &&
            memcmp(s->key, key.p, key.len) == 0)
            return s;
    }
}

void *
map_get(const struct map *m, struct span key)
{
    struct slot *s = find(m, key, span_hash(m->seed, key));

    return s ? s->value : NULL;
}

static void
place(struct map *m, struct slot entry)
{
    size_t i = entry.hash & (m->cap - 1);

    while (m->slots[i].value)
        i = (i + 1) & (m->cap - 1);
    m->used += !m->slots[i].key;
    m->slots[i] = entry;
    m->len++;
}

/* Rebuild without tombs, twice as large when more than half is live. */
static void
rebuild(struct map *m)
{
    struct slot *old = m->slots;
    size_t n = m->cap;

    if (m->len * 2 > m->cap)
        m->cap *= 2;
    m->slots = xcalloc(m->cap, sizeof(m->slots[0]));
    m->len = m->used = 0;
    for (size_t i = 0; i < n; i++)
        if (old[i].value)
            place(m, old[i]);
    free(old);
}

void *
map_put(struct map *m, struct span key, void *value)
{
    uint64_t hash = span_hash(m->seed, key);
    struct slot *s = find(m, key, hash);

    assert(value);
    if (s) {
        void *before = s->value;
        s->value = value;
        return before;
    }
    if ((m->used + 1) * 4 > m->cap * 3)
        rebuild(m);
    place(m, (struct slot){hash, xstrndup(key.p, key.len), key.len, value});
    return NULL;
}

void *
map_remove(struct map *m, struct span key)
{
    struct slot *s = find(m, key, span_hash(m->seed, key));
    void *value;

    if (!s)
        return NULL;
    value = s->value;
    free(s->key);
    *s = (struct slot){.key = tomb};
    m->len--;
    return value;
}

size_t
map_len(const struct map *m)
{
    return m->len;
}

void *
map_next(const struct map *m, size_t *pos, struct span *key_out)
{
    while (*pos < m->cap) {
        struct slot *s = &m->slots[(*pos)++];
        if (s->value) {
            if (key_out)
                *key_out = (struct span){s->key, s->key_len};
            return s->value;
        }
    }
    return NULL;
}

void
map_free_all(struct map *m, void (*drop)(void *value))
{
    size_t pos = 0;
    void *value;

    while (m && (value = map_next(m, &pos, NULL)))
        drop(value);
    map_free(m);
}
