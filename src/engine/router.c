/* SPDX-License-Identifier: ISC */
#include "engine/router_impl.h"

#include <assert.h>
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "engine/router_graph.h"
#include "text/lang.h"

/* A graph and who reads it. */
struct shared {
    size_t refs; /* guarded by router.lock */
    uint64_t version;
    struct graph graph;
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
    struct shared *graph;
    char *ways_folders; /* owned; NULL: no table is read */
    atomic_uint_fast64_t version; /* the graph's */
};

enum { ENTERED_LOOK_NS = 100 * 1000 };

/* ---- the graph ---- */

static uint64_t
graph_version(const struct router *r, const struct graph *g)
{
    uint64_t hash = 0xcbf29ce484222325;

    for (size_t i = 0; i < r->n_engines; i++) {
        for (const char *name = r->engines[i]->ops->name; *name; name++)
            hash = (hash ^ (unsigned char)*name) * 0x100000001b3;
        hash = (hash ^ r->versions[i]) * 0x100000001b3;
    }
    return graph_mix(g, hash);
}

static struct shared *
hold(const struct router *r)
{
    pthread_mutex_t *lock = (pthread_mutex_t *)&r->lock;
    struct shared *g;

    pthread_mutex_lock(lock);
    g = r->graph;
    g->refs++;
    pthread_mutex_unlock(lock);
    return g;
}

static void
release(const struct router *r, struct shared *g)
{
    pthread_mutex_t *lock = (pthread_mutex_t *)&r->lock;
    bool last;

    pthread_mutex_lock(lock);
    last = --g->refs == 0;
    pthread_mutex_unlock(lock);
    if (last) {
        graph_fini(&g->graph);
        free(g);
    }
}

/* With the building lock held. */
static void
rebuild(struct router *r)
{
    struct shared *g = xcalloc(1, sizeof(*g)), *old;
    struct ways *table = r->ways_folders ? ways_load(r->ways_folders) : NULL;

    g->refs = 1;
    graph_build(&g->graph, r->engines, r->n_engines, table);
    g->version = graph_version(r, &g->graph);

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
router_use_ways(struct router *r, const char *folders)
{
    assert(r->n_engines == 0);
    r->ways_folders = span_dup(span_of(folders));
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
    free(r->ways_folders);
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

static struct router_path
path_of(const struct graph *g, const struct graph_path *p)
{
    struct router_path path = {
        .n = p->n, .cost = p->cost, .sure_from = graph_sure_from(g, p)};

    for (size_t i = 0; i < p->n; i++) {
        path.hops[i].engine = g->edges[p->edges[i]].engine;
        path.hops[i].pair = g->edges[p->edges[i]].pair;
    }
    graph_label(g, p, path.label);
    return path;
}

/* The two languages, when they are different ones that we have. */
static bool
find_ends(const struct graph *g, struct span source, struct span target,
    size_t *from, size_t *to)
{
    char code[LANG_CODE_BYTES];

    if (!lang_normalise(source, code))
        return false;
    *from = graph_lang(g, code);
    if (!lang_normalise(target, code))
        return false;
    *to = graph_lang(g, code);
    return *from != g->n_langs && *to != g->n_langs && *from != *to;
}

static size_t
shared_hops(const struct graph_path *a, const struct graph_path *b)
{
    size_t n = 0;

    for (size_t i = 0; i < a->n; i++)
        for (size_t k = 0; k < b->n; k++)
            n += a->edges[i] == b->edges[k];
    return n;
}

static void
name_ends(
    const struct graph *g, size_t from, size_t to, struct router_route *ret)
{
    memcpy(ret->source, g->langs[from], sizeof(ret->source));
    memcpy(ret->target, g->langs[to], sizeof(ret->target));
}

/* The best of those that share no hop with the first; else the best of all
 * others, which lacks some hop of it. */
static const struct graph_path *
find_other(const struct graph_path *paths, size_t n)
{
    for (size_t i = 1; i < n; i++)
        if (shared_hops(&paths[0], &paths[i]) == 0)
            return &paths[i];
    for (size_t i = 1; i < n; i++)
        if (shared_hops(&paths[0], &paths[i]) < paths[0].n)
            return &paths[i];
    return NULL;
}

bool
router_find(const struct router *r, struct span source, struct span target,
    struct router_route *ret)
{
    struct shared *s = hold(r);
    const struct graph *g = &s->graph;
    size_t from, to, n = 0;

    memset(ret, 0, sizeof(*ret));
    if (find_ends(g, source, target, &from, &to)) {
        name_ends(g, from, to, ret);
        for (enum engine_text kind = 0; kind < ENGINE_TEXTS; kind++) {
            struct graph_path *paths = graph_paths(g, from, to, kind, &n);
            const struct graph_path *other = n ? find_other(paths, n) : NULL;

            if (n > 0)
                ret->of[kind].way[ret->of[kind].n++] = path_of(g, paths);
            if (other)
                ret->of[kind].way[ret->of[kind].n++] = path_of(g, other);
            free(paths);
        }
    }
    release(r, s);
    return n > 0;
}

bool
router_find_rest(const struct router_route *route, struct router_route *ret)
{
    bool all = true;

    *ret = *route;
    for (int kind = 0; kind < ENGINE_TEXTS; kind++) {
        ret->of[kind].n = 0;
        for (size_t i = 1; i < route->of[kind].n; i++)
            ret->of[kind].way[ret->of[kind].n++] = route->of[kind].way[i];
        all = all && ret->of[kind].n > 0;
    }
    return all;
}

size_t
router_list(const struct router *r, struct span source, struct span target,
    enum engine_text kind, struct router_path *ret, size_t max)
{
    struct shared *s = hold(r);
    struct graph_path *paths;
    size_t from, to, n = 0;

    if (find_ends(&s->graph, source, target, &from, &to)) {
        paths = graph_paths(&s->graph, from, to, kind, &n);
        for (size_t i = 0; i < n && i < max; i++)
            ret[i] = path_of(&s->graph, &paths[i]);
        free(paths);
    }
    release(r, s);
    return n;
}

bool
router_find_way(const struct router *r, struct span source, struct span target,
    struct span label, struct router_route *ret)
{
    struct shared *s = hold(r);
    struct graph_path *paths = NULL;
    size_t from, to, n = 0;
    bool found = false;

    memset(ret, 0, sizeof(*ret));
    if (find_ends(&s->graph, source, target, &from, &to)) {
        name_ends(&s->graph, from, to, ret);
        paths = graph_paths(&s->graph, from, to, ENGINE_SHORT, &n);
    }
    for (size_t i = 0; i < n && !found; i++) {
        struct router_path path = path_of(&s->graph, &paths[i]);

        found = span_eqz(label, path.label);
        for (int kind = 0; found && kind < ENGINE_TEXTS; kind++)
            ret->of[kind].way[ret->of[kind].n++] = path;
    }
    free(paths);
    release(r, s);
    return found;
}

uint64_t
router_version(const struct router *r)
{
    return atomic_load(&r->version);
}

size_t
router_pairs(const struct router *r, struct engine_pair *out, size_t max)
{
    struct shared *s = hold(r);
    const struct graph *g = &s->graph;
    double cost[ROUTER_LANGS_MAX];
    size_t n = 0;

    for (size_t from = 0; from < g->n_langs; from++) {
        graph_costs(g, from, ENGINE_SHORT, cost);
        for (size_t to = 0; to < g->n_langs; to++) {
            if (to == from || cost[to] == INFINITY)
                continue;
            if (n < max) {
                memcpy(out[n].source, g->langs[from], ENGINE_LANG_BYTES);
                memcpy(out[n].target, g->langs[to], ENGINE_LANG_BYTES);
                out[n].cost = cost[to];
            }
            n++;
        }
    }
    release(r, s);
    return n;
}
