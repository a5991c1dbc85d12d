/* SPDX-License-Identifier: ISC */
#include "translator/translate/cache.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum {
    ENTRY_BYTES_EXPECTED = 512, /* of a chat message: one bucket for each */
    ALLOC_BYTES = 16, /* what malloc adds to a block */
    BUCKETS_MIN = 16,
};

struct entry {
    struct entry *chain; /* in its bucket */
    struct entry *older, *newer; /* by last use; NULL at the ends */
    struct cached *value;
    uint64_t hash;
    size_t key_len;
    char key[];
};

struct cache {
    size_t bytes_max, bytes, n; /* bytes: all entries and ourselves */
    size_t bytes_fixed; /* we without entries */
    uint64_t evicted;
    struct entry *oldest, *newest;
    unsigned char seed[crypto_shorthash_KEYBYTES];
    size_t n_buckets; /* a power of two */
    struct entry **buckets;
};

struct cached *
cached_new(struct span text, const char *model, const struct trust *trust)
{
    struct cached *v = xmalloc(sizeof(*v) + text.len + 1);

    atomic_init(&v->refs, 1);
    v->trust = *trust;
    snprintf(v->model, sizeof(v->model), "%s", model);
    v->len = text.len;
    if (text.len > 0)
        memcpy(v->text, text.p, text.len);
    v->text[text.len] = '\0';
    return v;
}

struct cached *
cached_ref(struct cached *v)
{
    atomic_fetch_add(&v->refs, 1);
    return v;
}

void
cached_unref(struct cached *v)
{
    if (v && atomic_fetch_sub(&v->refs, 1) == 1)
        free(v);
}

struct cache *
cache_new(size_t bytes_max)
{
    struct cache *c;
    size_t n = BUCKETS_MIN;

    if (bytes_max == 0)
        return NULL;
    while (n < bytes_max / ENTRY_BYTES_EXPECTED)
        n *= 2;
    c = xcalloc(1, sizeof(*c));
    c->bytes_max = bytes_max;
    c->n_buckets = n;
    c->buckets = xcalloc(n, sizeof(struct entry *));
    c->bytes = c->bytes_fixed = sizeof(*c) + n * sizeof(struct entry *);
    crypto_shorthash_keygen(c->seed);
    return c;
}

static size_t
weight(size_t key_len, const struct cached *v)
{
    return sizeof(struct entry) + key_len + sizeof(*v) + v->len + 1 +
           2 * ALLOC_BYTES;
}

static void
unlink_age(struct cache *c, struct entry *e)
{
    *(e->older ? &e->older->newer : &c->oldest) = e->newer;
    *(e->newer ? &e->newer->older : &c->newest) = e->older;
}

static void
make_newest(struct cache *c, struct entry *e)
{
    e->newer = NULL;
    e->older = c->newest;
    *(c->newest ? &c->newest->newer : &c->oldest) = e;
    c->newest = e;
}

/* The link that leads to the entry, or to where it would be. */
static struct entry **
find(const struct cache *c, const struct cache_key *key)
{
    struct entry **link = &c->buckets[key->hash & (c->n_buckets - 1)];

    while (*link && ((*link)->hash != key->hash ||
                        !span_eq((struct span){(*link)->key, (*link)->key_len},
                            key->bytes)))
        link = &(*link)->chain;
    return link;
}

static void
drop(struct cache *c, struct entry **link)
{
    struct entry *e = *link;

    *link = e->chain;
    unlink_age(c, e);
    c->bytes -= weight(e->key_len, e->value);
    c->n--;
    cached_unref(e->value);
    free(e);
}

static void
drop_oldest(struct cache *c)
{
    struct cache_key key = {
        .bytes = {c->oldest->key, c->oldest->key_len},
        .hash = c->oldest->hash,
    };

    drop(c, find(c, &key));
    c->evicted++;
}

void
cache_free(struct cache *c)
{
    if (!c)
        return;
    while (c->oldest)
        drop_oldest(c);
    free(c->buckets);
    free(c);
}

struct cache_key
cache_key(const struct cache *c, struct span bytes)
{
    struct cache_key key = {.bytes = bytes};

    if (c)
        crypto_shorthash((unsigned char *)&key.hash,
            (const unsigned char *)bytes.p, bytes.len, c->seed);
    return key;
}

struct cached *
cache_get(struct cache *c, const struct cache_key *key)
{
    struct entry *e = c ? *find(c, key) : NULL;

    if (!e)
        return NULL;
    unlink_age(c, e);
    make_newest(c, e);
    return cached_ref(e->value);
}

void
cache_put(struct cache *c, const struct cache_key *key, struct cached *v)
{
    size_t bytes = weight(key->bytes.len, v);
    struct entry **link, *e;

    if (!c || c->bytes_fixed + bytes > c->bytes_max)
        return;
    link = find(c, key);
    if (*link)
        drop(c, link);
    while (c->bytes + bytes > c->bytes_max)
        drop_oldest(c);
    e = xmalloc(sizeof(*e) + key->bytes.len);
    *e = (struct entry){
        .value = cached_ref(v), .hash = key->hash, .key_len = key->bytes.len};
    memcpy(e->key, key->bytes.p, key->bytes.len);
    link = find(c, key);
    e->chain = *link;
    *link = e;
    make_newest(c, e);
    c->bytes += bytes;
    c->n++;
}

struct cache_stats
cache_stats(const struct cache *c)
{
    if (!c)
        return (struct cache_stats){0};
    return (struct cache_stats){
        .entries = c->n,
        .bytes = c->bytes,
        .bytes_max = c->bytes_max,
        .evicted = c->evicted,
    };
}
