/* SPDX-License-Identifier: ISC */
#ifndef ENGINE_TESTING_ROUTER_H
#define ENGINE_TESTING_ROUTER_H

#include <stdlib.h>
#include <string.h>

#include "engine/echo.h"
#include "engine/router.h"
#include "engine/testing.h"

/* A router over a small graph of echoes, and its jobs, for tests. */

/* en <-> es direct and dear, or over ca and cheap; a chain a..f that is one hop
 * too long from end to end; an island; and a path as dear as its shortcut. */
static const struct engine_pair graph[] = {{"en", "es", 1.0}, {"en", "ca", 0.3},
    {"ca", "es", 0.3}, {"es", "en", 0.5}, {"es", "ca", 0.3}, {"ca", "en", 0.3},
    {"aa", "bb", 1.0}, {"bb", "cc", 1.0}, {"cc", "dd", 1.0}, {"dd", "ee", 1.0},
    {"ee", "ff", 1.0}, {"aa", "dd", 9.0}, {"xx", "yy", 1.0}, {"pp", "rr", 2.0},
    {"pp", "qq", 1.0}, {"qq", "rr", 1.0}};

enum { N_GRAPH = sizeof(graph) / sizeof(graph[0]) };

static inline struct echo_cfg
echo_cfg(const char *name, const struct engine_pair *pairs, size_t n)
{
    return (struct echo_cfg){
        .name = name, .pairs = pairs, .n_pairs = n, .queue_max = 1000};
}

static inline struct router *
open_graph(void)
{
    struct router *r = router_new();
    struct echo_cfg cfg = echo_cfg("echo", graph, N_GRAPH);

    router_add(r, echo_open(&cfg));
    return r;
}

/* A router_job whose end can be waited for, on a gather of one. */
struct test_job {
    struct router_job job;
    struct gather *done;
};

static inline void
on_done(struct router_job *job)
{
    struct test_job *t = job->user;

    t->done->requests[0].user = t->done;
    gather_on_done(&t->done->requests[0]);
}

static inline struct router_job
translate(
    struct router *r, const char *source, const char *target, struct span text)
{
    struct test_job t = {.job.done = on_done, .done = gather_new(1)};
    struct router_route route;

    t.job.user = &t;
    CHECK(router_find(r, span_of(source), span_of(target), &route));
    router_translate(r, &route, text, &t.job);
    CHECK(gather_wait(t.done, 1));
    gather_free(t.done);
    return t.job;
}

#endif
