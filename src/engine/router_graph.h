/* SPDX-License-Identifier: ISC */
#ifndef ENGINE_ROUTER_GRAPH_H
#define ENGINE_ROUTER_GRAPH_H

#include "engine/router.h"
#include "models/ways.h"

/*
 * router_graph - all pairs of all engines as a graph, with what is known of
 * their quality.  Built once and then only read.
 */
struct edge {
    struct engine *engine;
    size_t pair; /* of the engine */
    size_t from, to; /* languages */
    double cost[ENGINE_TEXTS];
    double sure_cost; /* of what it does not doubt; INFINITY: not measured */
    size_t next; /* that begins in the same language; GRAPH_NONE */
    size_t first_way; /* measured ways that begin with it; GRAPH_NONE */
};

/* A way of two hops or more that was measured as a whole. */
struct measured_way {
    size_t n, edges[ROUTER_HOPS_MAX];
    double cost[ENGINE_TEXTS]; /* INFINITY: not measured */
    size_t next; /* that begins with the same edge; GRAPH_NONE */
};

struct graph {
    char langs[ROUTER_LANGS_MAX][ENGINE_LANG_BYTES];
    size_t first[ROUTER_LANGS_MAX]; /* edge of each language; GRAPH_NONE */
    size_t n_langs;
    struct edge *edges; /* owned */
    size_t n_edges;
    struct measured_way *ways; /* owned */
    size_t n_ways;
    struct ways *table; /* owned; NULL: nothing was measured */
};

#define GRAPH_NONE ((size_t)-1)
#define GRAPH_NEVER_SURE 1e9 /* a confidence that nothing has */

/* The graph of what the engines offer now.  Takes the table, which may be
 * NULL. */
void graph_build(struct graph *g, struct engine *const *engines, size_t n,
    struct ways *table);
void graph_fini(struct graph *g);

/* A number that differs when languages, edges, costs or the bars for what is
 * sure do. */
uint64_t graph_mix(const struct graph *g, uint64_t hash);

/* The index of a language, or n_langs. */
size_t graph_lang(const struct graph *g, const char *code);

/* A path as indices of edges. */
struct graph_path {
    size_t n, edges[ROUTER_HOPS_MAX];
    double cost; /* -ln of the quality */
    double rank; /* paths with a lower one are asked first: the cost, or that of
                    what the path is sure of */
};

/* All paths between two languages that touch none twice, the first one to ask
 * first; of equal ones that with fewer hops.  Owned by the caller: free(). */
struct graph_path *graph_paths(const struct graph *g, size_t from, size_t to,
    enum engine_text kind, size_t *n);

/* What the best path from one language to each other costs: cost[n_langs],
 * INFINITY where there is none. */
void graph_costs(
    const struct graph *g, size_t from, enum engine_text kind, double *cost);

/* From which confidence on the path's translations were found to be right; more
 * than 1 where no confidence tells.  That of a whole way which was not measured
 * is the product of its hops'. */
double graph_sure_from(const struct graph *g, const struct graph_path *p);

/* Name the path: "apertium:fr-ca-en", "neural:fr-en+apertium:en-gl". */
void graph_label(const struct graph *g, const struct graph_path *p,
    char ret[ROUTER_LABEL_BYTES]);

#endif
