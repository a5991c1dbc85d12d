/* SPDX-License-Identifier: ISC */
#ifndef ENGINE_ROUTER_H
#define ENGINE_ROUTER_H

#include "engine/engine.h"

/*
 * router - finds the cheapest path over all engines' pairs (over at most
 * ROUTER_HOPS_MAX of them) and translates along it.
 *
 * Thread-safe after the last router_add.  Borrows no engine: it owns them.
 *
 * The graph is immutable: when an engine says that its pairs changed, another
 * takes its place.  Paths found in an older one stay usable; a hop that is no
 * more fails.
 */
enum {
    ROUTER_HOPS_MAX = 3,
    ROUTER_ENGINES_MAX = 8,
    ROUTER_LANGS_MAX = 256,
    ROUTER_LINES_IN_FLIGHT = 32, /* of one job */
    ROUTER_TEXT_BYTES_MAX = 256 * 1024,
};

struct router;

struct router *router_new(void);
/* Takes the engine; its pairs join the graph. */
void router_add(struct router *r, struct engine *e);
/* Close all engines; every request in flight is done() first. */
void router_free(struct router *r);

/* How source becomes target, or false when no path exists (as from a language
 * to itself).  Languages may be named as text/lang.h understands them. */
struct router_path {
    size_t n;
    struct {
        struct engine *engine;
        size_t pair;
    } hops[ROUTER_HOPS_MAX];
    double cost;
    char label[64]; /* "apertium:fr-es-en": the model a result names */
};
bool router_find(const struct router *r, struct span source, struct span target,
    struct router_path *ret);

/* The cheapest path with the same ends that lacks a hop of the one given: where
 * to turn when that one fails. */
bool router_find_other(const struct router *r, const struct router_path *path,
    struct span source, struct span target, struct router_path *ret);

/* Changes with the engines, their pairs and what is behind them: routers of one
 * version translate alike.  Costs next to nothing. */
uint64_t router_version(const struct router *r);

/* Every (source, target) that a path joins, for /languages.  Returns how many
 * there are and writes at most max. */
size_t router_pairs(
    const struct router *r, struct engine_pair *out, size_t max);

/* Translate a whole text along a path: it is cut into lines and, inside them,
 * leading and trailing white space, which are kept byte for byte; each line is
 * one segment.  done() is called exactly once, on some engine thread or, when
 * nothing needs an engine or one refuses, before this returns. */
struct router_job {
    void (*done)(struct router_job *job);
    void *user;

    bool ok;
    char *translation; /* owned by the caller after done() */
    double confidence;
    enum engine_doubt doubt; /* the worst of all lines */
    struct err err;
};
/* text is borrowed until done(). */
void router_translate(struct router *r, const struct router_path *path,
    struct span text, struct router_job *job);

#endif
