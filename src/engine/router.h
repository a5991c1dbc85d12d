/* SPDX-License-Identifier: ISC */
#ifndef ENGINE_ROUTER_H
#define ENGINE_ROUTER_H

#include "engine/engine.h"

/*
 * router - finds the best ways over all engines' pairs (over at most
 * ROUTER_HOPS_MAX of them) and translates along them, line by line.
 *
 * The best way is the one whose output was measured to be the best, for the
 * kind of text that a line is.  What was measured of a whole way counts; else
 * that of its parts, of which each keeps its share of the sense.  Where nothing
 * was measured, the engine's own estimate stands for it.
 *
 * Thread-safe after the last router_add.  Borrows no engine: it owns them.
 *
 * The graph is immutable: when an engine says that its pairs changed, another
 * takes its place.  Paths found in an older one stay usable; a hop that is no
 * more fails.
 */
enum {
    ROUTER_HOPS_MAX = 4,
    ROUTER_ENGINES_MAX = 8,
    ROUTER_LANGS_MAX = 256,
    ROUTER_WAYS_MAX = 2, /* that one line may go */
    ROUTER_LINES_IN_FLIGHT = 32, /* of one job */
    ROUTER_TEXT_BYTES_MAX = 256 * 1024,
    ROUTER_LABEL_BYTES = 64,
};

struct router;

struct router *router_new(void);

/* Have what was measured of ways read from the files ways.tsv in folders
 * ("DIR:DIR", see models/ways.h), now and whenever an engine changes.  Before
 * the first router_add. */
void router_use_ways(struct router *r, const char *folders);

/* Takes the engine; its pairs join the graph. */
void router_add(struct router *r, struct engine *e);
/* Close all engines; every request in flight is done() first. */
void router_free(struct router *r);

/* How source becomes target. */
struct router_path {
    size_t n;
    struct {
        struct engine *engine;
        size_t pair;
    } hops[ROUTER_HOPS_MAX];
    double cost; /* -ln of the quality, for the kind of text asked for */
    double sure_from; /* a confidence from which on it is right; 1 and more:
                         never */
    char label[ROUTER_LABEL_BYTES]; /* "apertium:fr-es-en": the model a result
                                       names */
};

/* The ways that a text may go.  For each kind of line the one to begin with
 * comes first; the other follows where the first one fails or is unsure, and
 * shares no hop with it when there is such a one. */
struct router_route {
    char source[ENGINE_LANG_BYTES], target[ENGINE_LANG_BYTES]; /* codes */
    struct {
        size_t n; /* 0: no path exists */
        struct router_path way[ROUTER_WAYS_MAX];
    } of[ENGINE_TEXTS];
};

/* False when no path exists (as from a language to itself).  Languages may be
 * named as text/lang.h understands them. */
bool router_find(const struct router *r, struct span source, struct span target,
    struct router_route *ret);

/* The same without the first way of each kind: where to turn when those did not
 * do.  False when nothing is left. */
bool router_find_rest(
    const struct router_route *route, struct router_route *ret);

/* The route that has the way of that label alone, whatever it is worth; false
 * when there is none. */
bool router_find_way(const struct router *r, struct span source,
    struct span target, struct span label, struct router_route *ret);

/* The ways from source to target, the best one for that kind of text first.
 * Returns how many there are and writes at most max. */
size_t router_list(const struct router *r, struct span source,
    struct span target, enum engine_text kind, struct router_path *ret,
    size_t max);

/* Changes with the engines, their pairs, what is behind them and what was
 * measured of them: routers of one version translate alike.  Costs next to
 * nothing. */
uint64_t router_version(const struct router *r);

/* Every (source, target) that a path joins, for /languages, with the cost for
 * short lines.  Returns how many there are and writes at most max. */
size_t router_pairs(
    const struct router *r, struct engine_pair *out, size_t max);

/* Which kind of text a line is, see models/ways.h. */
enum engine_text router_kind(struct span line);

/* Translate a whole text along a route: it is cut into lines and, inside them,
 * leading and trailing white space, which are kept byte for byte; each line is
 * one segment.  A line goes the first way of its kind and, where that fails, is
 * unsure of it, or makes something of it that the gate does not let pass, the
 * second, too, and gets the better translation.  done() is
 * called exactly once, on some engine thread or, when nothing needs an engine or
 * one refuses, before this returns. */
struct router_job {
    void (*done)(struct router_job *job);
    void *user;
    bool gate; /* ask text/gate.h about each line, too */
    bool background; /* see engine_request */

    bool ok;
    char *translation; /* owned by the caller after done() */
    double confidence;
    enum engine_doubt doubt; /* the worst of all lines */
    bool sure; /* of all lines: confidence enough for their ways, no doubt */
    double lacking; /* the confidence that a line lacks at most to be sure; 1:
                       no confidence would do */
    bool rerouted; /* some line needed its second way */
    char label[ROUTER_LABEL_BYTES]; /* of the way that most lines went */
    struct err err;
};
/* text is borrowed until done(), route only until this returns. */
void router_translate(struct router *r, const struct router_route *route,
    struct span text, struct router_job *job);

#endif
