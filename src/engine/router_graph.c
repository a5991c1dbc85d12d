/* SPDX-License-Identifier: ISC */
#include "engine/router_graph.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"

/* Each hop costs something, so that no detour is ever free. */
static const double hop_cost_min = 1e-6;

/* FNV-1a: nobody chooses what goes in. */
static uint64_t
mix(uint64_t hash, const void *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        hash = (hash ^ ((const unsigned char *)bytes)[i]) * 0x100000001b3;
    return hash;
}

size_t
graph_lang(const struct graph *g, const char *code)
{
    size_t i = 0;

    while (i < g->n_langs && strcmp(g->langs[i], code) != 0)
        i++;
    return i;
}

/* ---- building ---- */

static bool
intern_lang(struct graph *g, const char *code, size_t *ret)
{
    *ret = graph_lang(g, code);
    if (*ret == ROUTER_LANGS_MAX)
        return false;
    if (*ret == g->n_langs) {
        g->first[g->n_langs] = GRAPH_NONE;
        snprintf(g->langs[g->n_langs++], ENGINE_LANG_BYTES, "%s", code);
    }
    return true;
}

static double
cost_of(double quality)
{
    return quality > 0 ? -log(quality) : INFINITY;
}

static void
row_qualities(const struct ways_row *row, double ret[ENGINE_TEXTS])
{
    ret[ENGINE_SHORT] = row->quality_short;
    ret[ENGINE_LONG] = row->quality_long;
}

/* What was measured for a kind of text, else for the other; 0: nothing. */
static double
measured_for(const double quality[ENGINE_TEXTS], int kind)
{
    double other = quality[ENGINE_TEXTS - 1 - kind];

    return quality[kind] > 0 ? quality[kind] : other;
}

/* The table's word, else the engine's, else the estimate. */
static void
set_costs(const struct graph *g, struct edge *edge, double estimate,
    const struct ways *table)
{
    const struct engine_ops *ops = edge->engine->ops;
    struct engine_quality q = {{0}, 0};
    char label[ROUTER_LABEL_BYTES];
    const struct ways_row *row;

    if (ops->quality)
        q = ops->quality(edge->engine, edge->pair);
    snprintf(label, sizeof(label), "%s:%s-%s", ops->name, g->langs[edge->from],
        g->langs[edge->to]);
    row = table ? ways_find(table, label) : NULL;
    if (row)
        row_qualities(row, q.of);
    edge->sure_cost = cost_of(q.sure);
    for (int kind = 0; kind < ENGINE_TEXTS; kind++) {
        double measured = measured_for(q.of, kind);

        edge->cost[kind] =
            measured > 0 ? fmax(cost_of(measured), hop_cost_min) : estimate;
    }
}

static void
add_edges(struct graph *g, struct engine *e, const struct ways *table)
{
    const struct engine_pair *pairs;
    size_t n = e->ops->pairs(e, &pairs);

    g->edges = xrealloc(g->edges, (g->n_edges + n + 1) * sizeof(*g->edges));
    for (size_t i = 0; i < n; i++) {
        struct edge *edge = &g->edges[g->n_edges];

        assert(pairs[i].cost > 0);
        if (e->ops->offers && !e->ops->offers(e, i))
            continue;
        *edge = (struct edge){.engine = e, .pair = i, .first_way = GRAPH_NONE};
        if (intern_lang(g, pairs[i].source, &edge->from) &&
            intern_lang(g, pairs[i].target, &edge->to)) {
            set_costs(g, edge, pairs[i].cost, table);
            edge->next = g->first[edge->from];
            g->first[edge->from] = g->n_edges++;
        } else {
            log_warn("too many languages, pair left out pair=%s-%s",
                pairs[i].source, pairs[i].target);
        }
    }
}

static size_t
find_edge(const struct graph *g, struct span engine, size_t from, size_t to)
{
    size_t i = from < g->n_langs ? g->first[from] : GRAPH_NONE;

    while (i != GRAPH_NONE &&
           (g->edges[i].to != to ||
               !span_eqz(engine, g->edges[i].engine->ops->name)))
        i = g->edges[i].next;
    return i;
}

static size_t
cut_lang(const struct graph *g, struct span *rest)
{
    struct span code = span_cut(rest, '-');
    char name[ENGINE_LANG_BYTES];

    if (code.len >= sizeof(name))
        return g->n_langs;
    snprintf(name, sizeof(name), "%.*s", SPAN_ARG(code));
    return graph_lang(g, name);
}

/* The edges that a label names; false when the graph has not all of them. */
static bool
read_label(const struct graph *g, const char *label, struct measured_way *w)
{
    struct span parts = span_of(label);

    while (parts.p) {
        struct span rest = span_cut(&parts, '+');
        struct span engine = span_cut(&rest, ':');
        size_t from = cut_lang(g, &rest);

        while (rest.p) {
            size_t to = cut_lang(g, &rest);
            size_t edge = find_edge(g, engine, from, to);

            if (edge == GRAPH_NONE || w->n == ROUTER_HOPS_MAX)
                return false;
            w->edges[w->n++] = edge;
            from = to;
        }
    }
    return w->n > 1; /* one hop: set_costs took it */
}

/* A way that was measured for one kind of text is worth as much more than its
 * parts for the other. */
static void
fill_in(const struct graph *g, struct measured_way *w)
{
    double parts[ENGINE_TEXTS] = {0};

    for (size_t i = 0; i < w->n; i++)
        for (int kind = 0; kind < ENGINE_TEXTS; kind++)
            parts[kind] += g->edges[w->edges[i]].cost[kind];
    for (int kind = 0; kind < ENGINE_TEXTS; kind++) {
        int other = ENGINE_TEXTS - 1 - kind;

        if (w->cost[kind] == INFINITY && w->cost[other] < INFINITY)
            w->cost[kind] =
                fmax(parts[kind] + w->cost[other] - parts[other], hop_cost_min);
    }
}

static void
add_ways(struct graph *g, const struct ways *table)
{
    g->ways = xcalloc(ways_len(table) + 1, sizeof(*g->ways));
    for (size_t i = 0; i < ways_len(table); i++) {
        struct measured_way *w = &g->ways[g->n_ways];
        double quality[ENGINE_TEXTS];
        struct edge *first;

        *w = (struct measured_way){0};
        if (!read_label(g, ways_at(table, i)->label, w))
            continue;
        row_qualities(ways_at(table, i), quality);
        for (int kind = 0; kind < ENGINE_TEXTS; kind++)
            w->cost[kind] = cost_of(quality[kind]);
        fill_in(g, w);
        first = &g->edges[w->edges[0]];
        w->next = first->first_way;
        first->first_way = g->n_ways++;
    }
}

void
graph_build(struct graph *g, struct engine *const *engines, size_t n,
    struct ways *table)
{
    *g = (struct graph){.table = table};
    for (size_t i = 0; i < n; i++)
        add_edges(g, engines[i], table);
    if (table)
        add_ways(g, table);
}

void
graph_fini(struct graph *g)
{
    free(g->edges);
    free(g->ways);
    ways_free(g->table);
}

uint64_t
graph_mix(const struct graph *g, uint64_t hash)
{
    for (size_t i = 0; i < g->n_edges; i++) {
        const struct edge *e = &g->edges[i];

        hash = mix(hash, g->langs[e->from], strlen(g->langs[e->from]) + 1);
        hash = mix(hash, g->langs[e->to], strlen(g->langs[e->to]) + 1);
        hash = mix(hash, e->cost, sizeof(e->cost));
        hash = mix(hash, &e->sure_cost, sizeof(e->sure_cost));
    }
    for (size_t i = 0; i < g->n_ways; i++) {
        hash = mix(
            hash, g->ways[i].edges, g->ways[i].n * sizeof(g->ways[i].edges[0]));
        hash = mix(hash, g->ways[i].cost, sizeof(g->ways[i].cost));
    }
    for (size_t i = 0; g->table && i < ways_len(g->table); i++) {
        const struct ways_row *row = ways_at(g->table, i);

        hash = mix(hash, row->label, strlen(row->label) + 1);
        hash = mix(hash, &row->sure_from, sizeof(row->sure_from));
    }
    return hash;
}

/* ---- paths ---- */

static double
measured_sure_from(const struct graph *g, const struct graph_path *p)
{
    char label[ROUTER_LABEL_BYTES];
    const struct ways_row *row;

    graph_label(g, p, label);
    row = g->table ? ways_find(g->table, label) : NULL;
    return row ? row->sure_from : 0;
}

double
graph_sure_from(const struct graph *g, const struct graph_path *p)
{
    double whole = measured_sure_from(g, p), product = 1;

    if (whole > 0 || p->n == 1)
        return whole > 0 ? whole : GRAPH_NEVER_SURE;
    for (size_t i = 0; i < p->n; i++) {
        struct graph_path hop = {.n = 1, .edges = {p->edges[i]}};

        product *= graph_sure_from(g, &hop);
    }
    return product;
}

static double
measured_cost(
    const struct graph *g, const size_t *edges, size_t n, enum engine_text kind)
{
    for (size_t i = g->edges[edges[0]].first_way; i != GRAPH_NONE;
         i = g->ways[i].next) {
        const struct measured_way *w = &g->ways[i];

        if (w->n == n && memcmp(w->edges, edges, n * sizeof(*edges)) == 0)
            return w->cost[kind];
    }
    return INFINITY;
}

/* What was measured of the whole, else that of its first hop and of the rest. */
static double
rate(
    const struct graph *g, const size_t *edges, size_t n, enum engine_text kind)
{
    double sum = 0, whole;

    for (; n > 1; edges++, n--) {
        whole = measured_cost(g, edges, n, kind);
        if (whole < INFINITY)
            return sum + whole;
        sum += g->edges[edges[0]].cost[kind];
    }
    return sum + g->edges[edges[0]].cost[kind];
}

/* The same for what engines that know a doubt have none of; INFINITY when there
 * is none on the path. */
static double
rate_sure(
    const struct graph *g, const size_t *edges, size_t n, enum engine_text kind)
{
    double sum = 0;
    bool any = false;

    for (size_t i = 0; i < n; i++) {
        const struct edge *e = &g->edges[edges[i]];

        any = any || e->sure_cost < INFINITY;
        sum += fmin(e->sure_cost, e->cost[kind]);
    }
    return any ? sum : INFINITY;
}

/* A walk over all paths from one language. */
struct walk {
    const struct graph *g;
    size_t from;
    enum engine_text kind;
    struct graph_path path; /* so far */
    void (*visit)(struct walk *w, size_t at); /* for each path and its end */
    void *ctx;
};

static bool
has_seen(const struct walk *w, size_t lang)
{
    bool seen = lang == w->from;

    for (size_t i = 0; i < w->path.n; i++)
        seen = seen || w->g->edges[w->path.edges[i]].to == lang;
    return seen;
}

static void
go_on(struct walk *w, size_t at)
{
    const struct graph *g = w->g;

    if (w->path.n == ROUTER_HOPS_MAX)
        return;
    for (size_t i = g->first[at]; i != GRAPH_NONE; i = g->edges[i].next) {
        if (has_seen(w, g->edges[i].to))
            continue;
        w->path.edges[w->path.n++] = i;
        w->visit(w, g->edges[i].to);
        go_on(w, g->edges[i].to);
        w->path.n--;
    }
}

struct paths {
    size_t to;
    struct graph_path *list; /* owned */
    size_t n, cap;
};

static void
keep_path(struct walk *w, size_t at)
{
    struct paths *p = w->ctx;
    struct graph_path *path;

    if (at != p->to)
        return;
    if (p->n == p->cap) {
        p->cap = p->cap ? 2 * p->cap : 16;
        p->list = xrealloc(p->list, p->cap * sizeof(*p->list));
    }
    path = &p->list[p->n++];
    *path = w->path;
    path->cost = rate(w->g, path->edges, path->n, w->kind);
    path->rank = path->cost;
    /* A student that is sure of a long sentence is no better than others. */
    if (w->kind == ENGINE_SHORT)
        path->rank =
            fmin(path->cost, rate_sure(w->g, path->edges, path->n, w->kind));
}

static int
compare_paths(const void *a, const void *b)
{
    const struct graph_path *x = a, *y = b;

    if (x->rank != y->rank)
        return x->rank < y->rank ? -1 : 1;
    if (x->n != y->n)
        return x->n < y->n ? -1 : 1;
    return memcmp(x->edges, y->edges, x->n * sizeof(x->edges[0]));
}

struct graph_path *
graph_paths(const struct graph *g, size_t from, size_t to,
    enum engine_text kind, size_t *n)
{
    struct paths paths = {.to = to};
    struct walk w = {
        .g = g, .from = from, .kind = kind, .visit = keep_path, .ctx = &paths};

    go_on(&w, from);
    if (paths.n > 0)
        qsort(paths.list, paths.n, sizeof(*paths.list), compare_paths);
    *n = paths.n;
    return paths.list;
}

static void
keep_cost(struct walk *w, size_t at)
{
    double *cost = w->ctx;

    cost[at] = fmin(cost[at], rate(w->g, w->path.edges, w->path.n, w->kind));
}

void
graph_costs(
    const struct graph *g, size_t from, enum engine_text kind, double *cost)
{
    struct walk w = {
        .g = g, .from = from, .kind = kind, .visit = keep_cost, .ctx = cost};

    for (size_t l = 0; l < g->n_langs; l++)
        cost[l] = INFINITY;
    go_on(&w, from);
}

void
graph_label(const struct graph *g, const struct graph_path *p,
    char ret[ROUTER_LABEL_BYTES])
{
    struct buf label = {0};

    for (size_t i = 0; i < p->n; i++) {
        const struct edge *e = &g->edges[p->edges[i]];

        if (i == 0 || e->engine != g->edges[p->edges[i - 1]].engine)
            buf_addf(&label, "%s%s:%s", i > 0 ? "+" : "", e->engine->ops->name,
                g->langs[e->from]);
        buf_addf(&label, "-%s", g->langs[e->to]);
    }
    snprintf(ret, ROUTER_LABEL_BYTES, "%.*s", SPAN_ARG(buf_span(&label)));
    buf_free(&label);
}
