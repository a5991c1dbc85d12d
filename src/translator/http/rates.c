/* SPDX-License-Identifier: ISC */
#include "translator/http/rates.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/map.h"
#include "base/mem.h"

enum { KEY_BYTES = 2 * ENGINE_LANG_BYTES };

/* The last looks, in a ring: the one before looks[next] is the newest, and
 * looks[next] itself, once all are made, the oldest. */
struct rates {
    int64_t at_ms[RATES_STEPS];
    size_t next, n;
    struct map *pairs; /* "en-es" to struct counts */
};

struct counts {
    uint64_t ok[RATES_STEPS]; /* a pair begins with zeros, which are true */
};

struct rates *
rates_new(int64_t now_ms)
{
    struct rates *r = xcalloc(1, sizeof(*r));

    r->pairs = map_new();
    rates_look(r, NULL, 0, now_ms);
    return r;
}

void
rates_free(struct rates *r)
{
    if (!r)
        return;
    map_free_all(r->pairs, free);
    free(r);
}

static struct span
key_of(const struct translate_pair *p, char key[KEY_BYTES])
{
    int n = snprintf(key, KEY_BYTES, "%s-%s", p->source, p->target);

    return (struct span){key, (size_t)n};
}

void
rates_look(struct rates *r, const struct translate_pair *pairs, size_t n,
    int64_t now_ms)
{
    char key[KEY_BYTES];

    for (size_t i = 0; i < n && i < TRANSLATE_PAIRS_MAX; i++) {
        struct span k = key_of(&pairs[i], key);
        struct counts *c = map_get(r->pairs, k);
        if (!c) {
            c = xcalloc(1, sizeof(*c));
            map_put(r->pairs, k, c);
        }
        c->ok[r->next] = pairs[i].ok;
    }
    r->at_ms[r->next] = now_ms;
    r->next = (r->next + 1) % RATES_STEPS;
    if (r->n < RATES_STEPS)
        r->n++;
}

double
rates_of(
    const struct rates *r, const struct translate_pair *pair, int64_t now_ms)
{
    size_t oldest = r->n < RATES_STEPS ? 0 : r->next;
    int64_t span_ms = now_ms - r->at_ms[oldest];
    char key[KEY_BYTES];
    const struct counts *c = map_get(r->pairs, key_of(pair, key));
    uint64_t before = c ? c->ok[oldest] : 0;

    return span_ms > 0 ? (double)(pair->ok - before) * 1e3 / (double)span_ms
                       : 0;
}
