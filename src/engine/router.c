/* SPDX-License-Identifier: ISC */
#include "engine/router_impl.h"

#include <assert.h>
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"
#include "text/lang.h"

struct edge {
    struct engine *engine;
    size_t pair; /* of the engine */
    size_t from, to; /* languages */
    double cost;
};

/* Built once and then only read, by whoever holds a reference. */
struct graph {
    size_t refs; /* guarded by router.lock */
    uint64_t version;
    char langs[ROUTER_LANGS_MAX][ENGINE_LANG_BYTES];
    size_t n_langs;
    struct edge *edges; /* owned */
    size_t n_edges;
};

/* An engine says that it changed on any thread, a request may look for a path
 * at the same time: the lock is held for a moment, to take or replace a
 * reference.  Engines are asked under the other one, so that of two changes
 * the later one has the last word. */
struct router {
    struct engine *engines[ROUTER_ENGINES_MAX];
    uint64_t versions[ROUTER_ENGINES_MAX]; /* guarded by building */
    size_t n_engines;
    pthread_mutex_t building;
    atomic_bool closing; /* ask no engine any more; set under building */
    atomic_size_t entered; /* calls of router_enter without router_leave */
    pthread_mutex_t lock; /* guards graph */
    struct graph *graph;
    atomic_uint_fast64_t version; /* the graph's */
};

/* The cheapest ways from one language to all others.  cost[h][l] is that of
 * the best path of at most h hops to l, whose last edge is via[h][l]. */
struct ways {
    double cost[ROUTER_HOPS_MAX + 1][ROUTER_LANGS_MAX];
    size_t via[ROUTER_HOPS_MAX + 1][ROUTER_LANGS_MAX];
};

enum { ENTERED_LOOK_NS = 100 * 1000 };

static const size_t no_edge = (size_t)-1;

/* ---- the graph ---- */

/* FNV-1a: nobody chooses what goes in. */
static uint64_t
mix(uint64_t hash, const void *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        hash = (hash ^ ((const unsigned char *)bytes)[i]) * 0x100000001b3;
    return hash;
}

/* The index of a language, or n_langs. */
static size_t
find_lang(const struct graph *g, const char *code)
{
    size_t i = 0;

    while (i < g->n_langs && strcmp(g->langs[i], code) != 0)
        i++;
    return i;
}

static bool
intern_lang(struct graph *g, const char *code, size_t *ret)
{
    *ret = find_lang(g, code);
    if (*ret == ROUTER_LANGS_MAX)
        return false;
    if (*ret == g->n_langs)
        snprintf(g->langs[g->n_langs++], ENGINE_LANG_BYTES, "%s", code);
    return true;
}

static void
add_edges(struct graph *g, struct engine *e)
{
    const struct engine_pair *pairs;
    size_t n = e->ops->pairs(e, &pairs);

    g->edges = xrealloc(g->edges, (g->n_edges + n + 1) * sizeof(*g->edges));
    for (size_t i = 0; i < n; i++) {
        struct edge *edge = &g->edges[g->n_edges];

        assert(pairs[i].cost > 0); /* else a path might run in circles */
        if (e->ops->offers && !e->ops->offers(e, i))
            continue;
        *edge = (struct edge){.engine = e, .pair = i, .cost = pairs[i].cost};
        if (intern_lang(g, pairs[i].source, &edge->from) &&
            intern_lang(g, pairs[i].target, &edge->to))
            g->n_edges++;
        else
            log_warn("too many languages, pair left out pair=%s-%s",
                pairs[i].source, pairs[i].target);
    }
}

static uint64_t
graph_version(const struct router *r, const struct graph *g)
{
    uint64_t hash = 0xcbf29ce484222325;

    for (size_t i = 0; i < r->n_engines; i++) {
        const char *name = r->engines[i]->ops->name;

        hash = mix(hash, name, strlen(name) + 1);
        hash = mix(hash, &r->versions[i], sizeof(r->versions[i]));
    }
    for (size_t i = 0; i < g->n_edges; i++) {
        const struct edge *e = &g->edges[i];

        hash = mix(hash, g->langs[e->from], strlen(g->langs[e->from]) + 1);
        hash = mix(hash, g->langs[e->to], strlen(g->langs[e->to]) + 1);
        hash = mix(hash, &e->cost, sizeof(e->cost));
    }
    return hash;
}

static struct graph *
hold(const struct router *r)
{
    pthread_mutex_t *lock = (pthread_mutex_t *)&r->lock;
    struct graph *g;

    pthread_mutex_lock(lock);
    g = r->graph;
    g->refs++;
    pthread_mutex_unlock(lock);
    return g;
}

static void
release(const struct router *r, struct graph *g)
{
    pthread_mutex_t *lock = (pthread_mutex_t *)&r->lock;
    bool last;

    pthread_mutex_lock(lock);
    last = --g->refs == 0;
    pthread_mutex_unlock(lock);
    if (last) {
        free(g->edges);
        free(g);
    }
}

/* With the building lock held. */
static void
rebuild(struct router *r)
{
    struct graph *g = xcalloc(1, sizeof(*g)), *old;

    g->refs = 1;
    for (size_t i = 0; i < r->n_engines; i++)
        add_edges(g, r->engines[i]);
    g->version = graph_version(r, g);

    pthread_mutex_lock(&r->lock);
    old = r->graph;
    r->graph = g;
    atomic_store(&r->version, g->version);
    pthread_mutex_unlock(&r->lock);
    release(r, old);
}

static uint64_t
version_of(const struct engine *e)
{
    return e->ops->version ? e->ops->version(e) : 0;
}

/* Some engine with a watch has changed. */
static void
on_change(void *ctx)
{
    struct router *r = ctx;

    pthread_mutex_lock(&r->building);
    for (size_t i = 0; i < r->n_engines && !r->closing; i++)
        if (r->engines[i]->ops->watch)
            r->versions[i] = version_of(r->engines[i]);
    if (!r->closing)
        rebuild(r);
    pthread_mutex_unlock(&r->building);
}

struct router *
router_new(void)
{
    struct router *r = xcalloc(1, sizeof(*r));

    pthread_mutex_init(&r->building, NULL);
    pthread_mutex_init(&r->lock, NULL);
    r->graph = xcalloc(1, sizeof(*r->graph));
    r->graph->refs = 1;
    return r;
}

void
router_add(struct router *r, struct engine *e)
{
    assert(r->n_engines < ROUTER_ENGINES_MAX);
    pthread_mutex_lock(&r->building);
    r->engines[r->n_engines++] = e;
    pthread_mutex_unlock(&r->building);
    if (e->ops->watch)
        e->ops->watch(e, on_change, r);
    pthread_mutex_lock(&r->building);
    r->versions[r->n_engines - 1] = version_of(e);
    rebuild(r);
    pthread_mutex_unlock(&r->building);
}

void
router_free(struct router *r)
{
    if (!r)
        return;
    pthread_mutex_lock(&r->building);
    r->closing = true;
    pthread_mutex_unlock(&r->building);
    while (atomic_load(&r->entered) > 0)
        nanosleep(&(struct timespec){0, ENTERED_LOOK_NS}, NULL);
    for (size_t i = 0; i < r->n_engines; i++)
        r->engines[i]->ops->close(r->engines[i]);
    release(r, r->graph);
    pthread_mutex_destroy(&r->building);
    pthread_mutex_destroy(&r->lock);
    free(r);
}

bool
router_enter(struct router *r)
{
    atomic_fetch_add(&r->entered, 1);
    if (!atomic_load(&r->closing))
        return true;
    router_leave(r);
    return false;
}

void
router_leave(struct router *r)
{
    atomic_fetch_sub(&r->entered, 1);
}

/* ---- paths ---- */

/* Bellman-Ford, one round per hop: with a bound on hops Dijkstra would need
 * (language, hops) as its nodes, and the graph has a hundred edges.  The edge
 * without, or no_edge, is not used. */
static void
find_ways(const struct graph *g, size_t from, size_t without, struct ways *w)
{
    for (size_t l = 0; l < g->n_langs; l++) {
        w->cost[0][l] = l == from ? 0 : INFINITY;
        w->via[0][l] = no_edge;
    }
    for (size_t h = 1; h <= ROUTER_HOPS_MAX; h++) {
        memcpy(w->cost[h], w->cost[h - 1], g->n_langs * sizeof(double));
        for (size_t l = 0; l < g->n_langs; l++)
            w->via[h][l] = no_edge;
        for (size_t i = 0; i < g->n_edges; i++) {
            const struct edge *e = &g->edges[i];
            double cost = w->cost[h - 1][e->from] + e->cost;

            if (i != without && cost < w->cost[h][e->to]) {
                w->cost[h][e->to] = cost;
                w->via[h][e->to] = i;
            }
        }
    }
}

/* Name the path: "apertium:fr-ca-en", "neural:fr-en+apertium:en-gl". */
static void
make_label(const struct graph *g, struct router_path *path,
    const struct edge *const *edges)
{
    struct buf label = {0};

    for (size_t i = 0; i < path->n; i++) {
        const struct edge *e = edges[i];

        if (i == 0 || e->engine != edges[i - 1]->engine)
            buf_addf(&label, "%s%s:%s", i > 0 ? "+" : "", e->engine->ops->name,
                g->langs[e->from]);
        buf_addf(&label, "-%s", g->langs[e->to]);
    }
    snprintf(
        path->label, sizeof(path->label), "%.*s", SPAN_ARG(buf_span(&label)));
    buf_free(&label);
}

/* Follow the edges back from a language that can be reached. */
static void
make_path(const struct graph *g, const struct ways *w, size_t to,
    struct router_path *ret)
{
    const struct edge *edges[ROUTER_HOPS_MAX];
    size_t back = ROUTER_HOPS_MAX, h = ROUTER_HOPS_MAX;

    ret->cost = w->cost[h][to];
    for (; h > 0; h--) {
        if (w->via[h][to] != no_edge) {
            edges[--back] = &g->edges[w->via[h][to]];
            to = edges[back]->from;
        }
    }
    ret->n = ROUTER_HOPS_MAX - back;
    for (size_t i = 0; i < ret->n; i++) {
        ret->hops[i].engine = edges[back + i]->engine;
        ret->hops[i].pair = edges[back + i]->pair;
    }
    make_label(g, ret, edges + back);
}

/* The two languages, when they are different ones that we have. */
static bool
find_ends(const struct graph *g, struct span source, struct span target,
    size_t *from, size_t *to)
{
    char code[LANG_CODE_BYTES];

    if (!lang_normalise(source, code))
        return false;
    *from = find_lang(g, code);
    if (!lang_normalise(target, code))
        return false;
    *to = find_lang(g, code);
    return *from != g->n_langs && *to != g->n_langs && *from != *to;
}

bool
router_find(const struct router *r, struct span source, struct span target,
    struct router_path *ret)
{
    struct graph *g = hold(r);
    size_t from, to;
    bool found = false;
    struct ways w;

    if (find_ends(g, source, target, &from, &to)) {
        find_ways(g, from, no_edge, &w);
        found = w.cost[ROUTER_HOPS_MAX][to] < INFINITY;
        if (found)
            make_path(g, &w, to, ret);
    }
    release(r, g);
    return found;
}

/* The index of an edge, or that of none when the graph has lost it. */
static size_t
find_edge(const struct graph *g, const struct engine *engine, size_t pair)
{
    size_t i = 0;

    while (i < g->n_edges &&
           (g->edges[i].engine != engine || g->edges[i].pair != pair))
        i++;
    return i;
}

bool
router_find_other(const struct router *r, const struct router_path *path,
    struct span source, struct span target, struct router_path *ret)
{
    struct graph *g = hold(r);
    double best = INFINITY;
    size_t from, to, hops;
    struct ways w;

    hops = find_ends(g, source, target, &from, &to) ? path->n : 0;
    for (size_t h = 0; h < hops; h++) {
        find_ways(g, from,
            find_edge(g, path->hops[h].engine, path->hops[h].pair), &w);
        if (w.cost[ROUTER_HOPS_MAX][to] >= best)
            continue;
        best = w.cost[ROUTER_HOPS_MAX][to];
        make_path(g, &w, to, ret);
    }
    release(r, g);
    return best < INFINITY;
}

uint64_t
router_version(const struct router *r)
{
    return atomic_load(&r->version);
}

size_t
router_pairs(const struct router *r, struct engine_pair *out, size_t max)
{
    struct graph *g = hold(r);
    struct ways w;
    size_t n = 0;

    for (size_t from = 0; from < g->n_langs; from++) {
        find_ways(g, from, no_edge, &w);
        for (size_t to = 0; to < g->n_langs; to++) {
            if (to == from || w.cost[ROUTER_HOPS_MAX][to] == INFINITY)
                continue;
            if (n < max) {
                memcpy(out[n].source, g->langs[from], ENGINE_LANG_BYTES);
                memcpy(out[n].target, g->langs[to], ENGINE_LANG_BYTES);
                out[n].cost = w.cost[ROUTER_HOPS_MAX][to];
            }
            n++;
        }
    }
    release(r, g);
    return n;
}
