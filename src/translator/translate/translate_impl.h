/* SPDX-License-Identifier: ISC */
#ifndef TRANSLATOR_TRANSLATE_IMPL_H
#define TRANSLATOR_TRANSLATE_IMPL_H

#include <pthread.h>

#include "base/map.h"
#include "translator/translate/infer.h"
#include "translator/translate/lexicon.h"
#include "translator/translate/redis.h"
#include "translator/translate/route.h"

/* The inside of translate, shared by translate.c and translate_pairs.c. */

/* Guarded by the lock. */
struct pair {
    struct route route;
    struct translate_pair stats;
};

struct translate {
    struct router *router;
    bool gate;
    struct offer *offer;
    struct current *memory; /* NULL: none */
    struct lexicon *lexicon;
    struct redis *redis; /* NULL: none */
    pthread_t watcher;
    bool watched; /* the watcher runs */
    atomic_bool stopping;

    pthread_mutex_t lock; /* guards all that follows; held for moments */
    pthread_cond_t wake;
    bool watcher_sleeps; /* until the first share comes */
    struct map *pairs; /* "en-es" to struct pair; a pair never goes */
    struct cache *cache; /* NULL: none */
    struct map *shared; /* key to struct share, of those that may be shared */
    struct share *shares;
    struct recent latency_us;
    struct translate_stats stats;
};

/* An inference and who waits for it.  It is its callbacks', and the list of
 * those who wait is the lock's. */
struct share {
    struct translate *t;
    struct share *prev, *next;
    struct translate_request *waiting;
    bool keep; /* others may join, and the caches have it */
    struct route route;
    struct words *words;
    struct infer infer;
    struct redis_get get;
    struct cache_key key; /* of bytes[] */
    char source[ENGINE_LANG_BYTES], target[ENGINE_LANG_BYTES];
    char bytes[]; /* the text last */
};

/* How source becomes target, looked for again when engines have changed, and
 * what is counted of it; NULL when no path exists. */
struct pair *translate_pair(struct translate *t, const char *source,
    const char *target, struct route *route);

#endif
