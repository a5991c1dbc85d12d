/* SPDX-License-Identifier: ISC */
#include "translator/translate/translate_impl.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/mem.h"
#include "text/lang.h"

enum { PAIR_KEY_BYTES = 2 * LANG_CODE_BYTES };

/* With the lock held. */
static struct pair *
add_pair(struct translate *t, struct span key, const char *source,
    const char *target, const struct route *route)
{
    struct pair *p = xcalloc(1, sizeof(*p));

    p->route = *route;
    snprintf(p->stats.source, sizeof(p->stats.source), "%s", source);
    snprintf(p->stats.target, sizeof(p->stats.target), "%s", target);
    map_put(t->pairs, key, p);
    return p;
}

struct pair *
translate_pair(struct translate *t, const char *source, const char *target,
    struct route *route)
{
    char key[PAIR_KEY_BYTES];
    struct span k = {key, 0};
    struct pair *p;

    k.len = (size_t)snprintf(key, sizeof(key), "%s-%s", source, target);
    pthread_mutex_lock(&t->lock);
    p = map_get(t->pairs, k);
    if (p && p->route.version == router_version(t->router)) {
        *route = p->route;
    } else if (p || map_len(t->pairs) < TRANSLATE_PAIRS_MAX) {
        *route = route_find(t->router, source, target);
        if (p)
            p->route = *route;
        else if (route->found)
            p = add_pair(t, k, source, target, route);
    }
    pthread_mutex_unlock(&t->lock);
    return p && route->found ? p : NULL;
}

struct translate_stats
translate_stats(const struct translate *t)
{
    pthread_mutex_t *lock = (pthread_mutex_t *)&t->lock;
    struct translate_stats s;
    struct cache_stats c;

    pthread_mutex_lock(lock);
    s = t->stats;
    s.latency_us = t->latency_us.all;
    recent_minute(&t->latency_us, clock_mono_ms(), &s.latency_minute_us);
    c = cache_stats(t->cache);
    pthread_mutex_unlock(lock);
    s.cache_entries = c.entries;
    s.cache_bytes = c.bytes;
    s.cache_bytes_max = c.bytes_max;
    s.evicted = c.evicted;
    s.redis_up = t->redis && redis_up(t->redis);
    return s;
}

size_t
translate_pairs(
    const struct translate *t, struct translate_pair *ret, size_t max)
{
    pthread_mutex_t *lock = (pthread_mutex_t *)&t->lock;
    const struct pair *p;
    size_t pos = 0, n = 0;

    pthread_mutex_lock(lock);
    while ((p = map_next(t->pairs, &pos, NULL))) {
        if (n < max)
            ret[n] = p->stats;
        n++;
    }
    pthread_mutex_unlock(lock);
    return n;
}
