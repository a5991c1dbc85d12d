/* SPDX-License-Identifier: ISC */
#include "engine/router.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "text/lang.h"

struct edge {
    struct engine *engine;
    size_t pair; /* of the engine */
    size_t from, to; /* languages */
    double cost;
};

/* The graph is built once and then only read. */
struct router {
    struct engine *engines[ROUTER_ENGINES_MAX];
    size_t n_engines;
    char langs[ROUTER_LANGS_MAX][ENGINE_LANG_BYTES];
    size_t n_langs;
    struct edge *edges;
    size_t n_edges;
};

/* The cheapest ways from one language to all others.  cost[h][l] is that of
 * the best path of at most h hops to l, whose last edge is via[h][l]. */
struct ways {
    double cost[ROUTER_HOPS_MAX + 1][ROUTER_LANGS_MAX];
    size_t via[ROUTER_HOPS_MAX + 1][ROUTER_LANGS_MAX];
};

static const size_t no_edge = (size_t)-1;

struct router *
router_new(void)
{
    return xcalloc(1, sizeof(struct router));
}

/* The index of a language, or n_langs. */
static size_t
find_lang(const struct router *r, const char *code)
{
    size_t i = 0;

    while (i < r->n_langs && strcmp(r->langs[i], code) != 0)
        i++;
    return i;
}

static size_t
intern_lang(struct router *r, const char *code)
{
    size_t i = find_lang(r, code);

    if (i == r->n_langs) {
        assert(r->n_langs < ROUTER_LANGS_MAX);
        snprintf(r->langs[r->n_langs++], ENGINE_LANG_BYTES, "%s", code);
    }
    return i;
}

void
router_add(struct router *r, struct engine *e)
{
    const struct engine_pair *pairs;
    size_t n = e->ops->pairs(e, &pairs);

    assert(r->n_engines < ROUTER_ENGINES_MAX);
    r->engines[r->n_engines++] = e;
    r->edges = xrealloc(r->edges, (r->n_edges + n) * sizeof(*r->edges));
    for (size_t i = 0; i < n; i++) {
        assert(pairs[i].cost > 0); /* else a path might run in circles */
        r->edges[r->n_edges++] = (struct edge){
            .engine = e,
            .pair = i,
            .from = intern_lang(r, pairs[i].source),
            .to = intern_lang(r, pairs[i].target),
            .cost = pairs[i].cost,
        };
    }
}

void
router_free(struct router *r)
{
    if (!r)
        return;
    for (size_t i = 0; i < r->n_engines; i++)
        r->engines[i]->ops->close(r->engines[i]);
    free(r->edges);
    free(r);
}

/* Bellman-Ford, one round per hop: with a bound on hops Dijkstra would need
 * (language, hops) as its nodes, and the graph has a hundred edges.  The edge
 * without, or no_edge, is not used. */
static void
find_ways(const struct router *r, size_t from, size_t without, struct ways *w)
{
    for (size_t l = 0; l < r->n_langs; l++) {
        w->cost[0][l] = l == from ? 0 : INFINITY;
        w->via[0][l] = no_edge;
    }
    for (size_t h = 1; h <= ROUTER_HOPS_MAX; h++) {
        memcpy(w->cost[h], w->cost[h - 1], r->n_langs * sizeof(double));
        for (size_t l = 0; l < r->n_langs; l++)
            w->via[h][l] = no_edge;
        for (size_t i = 0; i < r->n_edges; i++) {
            const struct edge *e = &r->edges[i];
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
make_label(const struct router *r, struct router_path *path,
    const struct edge *const *edges)
{
    struct buf label = {0};

    for (size_t i = 0; i < path->n; i++) {
        const struct edge *e = edges[i];

        if (i == 0 || e->engine != edges[i - 1]->engine)
            buf_addf(&label, "%s%s:%s", i > 0 ? "+" : "", e->engine->ops->name,
                r->langs[e->from]);
        buf_addf(&label, "-%s", r->langs[e->to]);
    }
    snprintf(
        path->label, sizeof(path->label), "%.*s", SPAN_ARG(buf_span(&label)));
    buf_free(&label);
}

/* Follow the edges back from a language that can be reached. */
static void
make_path(const struct router *r, const struct ways *w, size_t to,
    struct router_path *ret)
{
    const struct edge *edges[ROUTER_HOPS_MAX];
    size_t back = ROUTER_HOPS_MAX, h = ROUTER_HOPS_MAX;

    ret->cost = w->cost[h][to];
    for (; h > 0; h--) {
        if (w->via[h][to] != no_edge) {
            edges[--back] = &r->edges[w->via[h][to]];
            to = edges[back]->from;
        }
    }
    ret->n = ROUTER_HOPS_MAX - back;
    for (size_t i = 0; i < ret->n; i++) {
        ret->hops[i].engine = edges[back + i]->engine;
        ret->hops[i].pair = edges[back + i]->pair;
    }
    make_label(r, ret, edges + back);
}

/* The two languages, when they are different ones that we have. */
static bool
find_ends(const struct router *r, struct span source, struct span target,
    size_t *from, size_t *to)
{
    char code[LANG_CODE_BYTES];

    if (!lang_normalise(source, code))
        return false;
    *from = find_lang(r, code);
    if (!lang_normalise(target, code))
        return false;
    *to = find_lang(r, code);
    return *from != r->n_langs && *to != r->n_langs && *from != *to;
}

bool
router_find(const struct router *r, struct span source, struct span target,
    struct router_path *ret)
{
    size_t from, to;
    struct ways w;

    if (!find_ends(r, source, target, &from, &to))
        return false;
    find_ways(r, from, no_edge, &w);
    if (w.cost[ROUTER_HOPS_MAX][to] == INFINITY)
        return false;
    make_path(r, &w, to, ret);
    return true;
}

static size_t
find_edge(const struct router *r, const struct engine *engine, size_t pair)
{
    size_t i = 0;

    while (r->edges[i].engine != engine || r->edges[i].pair != pair)
        i++;
    return i;
}

bool
router_find_other(const struct router *r, const struct router_path *path,
    struct span source, struct span target, struct router_path *ret)
{
    double best = INFINITY;
    size_t from, to;
    struct ways w;

    if (!find_ends(r, source, target, &from, &to))
        return false;
    for (size_t h = 0; h < path->n; h++) {
        find_ways(r, from,
            find_edge(r, path->hops[h].engine, path->hops[h].pair), &w);
        if (w.cost[ROUTER_HOPS_MAX][to] >= best)
            continue;
        best = w.cost[ROUTER_HOPS_MAX][to];
        make_path(r, &w, to, ret);
    }
    return best < INFINITY;
}

/* FNV-1a: nobody chooses what goes in. */
static uint64_t
mix(uint64_t hash, const void *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        hash = (hash ^ ((const unsigned char *)bytes)[i]) * 0x100000001b3;
    return hash;
}

uint64_t
router_version(const struct router *r)
{
    uint64_t hash = 0xcbf29ce484222325;

    for (size_t i = 0; i < r->n_engines; i++) {
        const struct engine *e = r->engines[i];
        uint64_t version = e->ops->version ? e->ops->version(e) : 0;

        hash = mix(hash, e->ops->name, strlen(e->ops->name) + 1);
        hash = mix(hash, &version, sizeof(version));
    }
    for (size_t i = 0; i < r->n_edges; i++) {
        const struct edge *e = &r->edges[i];

        hash = mix(hash, r->langs[e->from], strlen(r->langs[e->from]) + 1);
        hash = mix(hash, r->langs[e->to], strlen(r->langs[e->to]) + 1);
        hash = mix(hash, &e->cost, sizeof(e->cost));
    }
    return hash;
}

size_t
router_pairs(const struct router *r, struct engine_pair *out, size_t max)
{
    struct ways w;
    size_t n = 0;

    for (size_t from = 0; from < r->n_langs; from++) {
        find_ways(r, from, no_edge, &w);
        for (size_t to = 0; to < r->n_langs; to++) {
            if (to == from || w.cost[ROUTER_HOPS_MAX][to] == INFINITY)
                continue;
            if (n < max) {
                memcpy(out[n].source, r->langs[from], ENGINE_LANG_BYTES);
                memcpy(out[n].target, r->langs[to], ENGINE_LANG_BYTES);
                out[n].cost = w.cost[ROUTER_HOPS_MAX][to];
            }
            n++;
        }
    }
    return n;
}
