/* SPDX-License-Identifier: ISC */
#ifndef TRANSLATOR_CACHE_H
#define TRANSLATOR_CACHE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "wire/quality.h"

/*
 * cache - translations in memory, by everything that they depend on.  When the
 * bytes run out, what was asked for least recently leaves.
 *
 * Keys are kept and compared whole: no two texts ever share a translation.
 *
 * Not locked: the owner is.  Only cache_key and the references of a cached may
 * be used outside of its lock.
 */
struct cache;

/* How far a translation may be trusted. */
struct trust {
    double confidence; /* 0..1 */
    enum quality quality;
    char doubt[24]; /* why it is only rough, "lost negation"; "" when sure */
};

/* A translation, constant and counted. */
struct cached {
    atomic_int refs;
    struct trust trust;
    char model[64];
    size_t len;
    char text[]; /* NUL-terminated */
};

struct cached *cached_new(
    struct span text, const char *model, const struct trust *trust);
struct cached *cached_ref(struct cached *v);
void cached_unref(struct cached *v); /* NULL is fine */

/* At most bytes_max bytes for keys, values and all bookkeeping.  NULL is a
 * cache that keeps nothing, as is one of 0 bytes. */
struct cache *cache_new(size_t bytes_max);
void cache_free(struct cache *c); /* NULL is fine */

/* The bytes of a key, borrowed, and their hash: seeded, so that nobody can
 * choose texts that collide and make us slow. */
struct cache_key {
    struct span bytes;
    uint64_t hash;
};
struct cache_key cache_key(const struct cache *c, struct span bytes);

/* The translation, with a reference for the caller, or NULL. */
struct cached *cache_get(struct cache *c, const struct cache_key *key);

/* Keep the translation, with a reference, in place of one with the same key.
 * What would not fit at all is left out. */
void cache_put(struct cache *c, const struct cache_key *key, struct cached *v);

struct cache_stats {
    size_t entries, bytes, bytes_max;
    uint64_t evicted;
};
struct cache_stats cache_stats(const struct cache *c);

#endif
