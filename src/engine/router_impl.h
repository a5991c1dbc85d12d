/* SPDX-License-Identifier: ISC */
#ifndef ENGINE_ROUTER_IMPL_H
#define ENGINE_ROUTER_IMPL_H

#include "engine/router.h"
#include "text/gate.h"

/* The inside of router, shared by router.c, router_job.c and router_judge.c. */

/* A request is about to be submitted to an engine, which stays open until
 * router_leave.  False when the router closes: engines go one after another
 * then, and what one still answers must not reach one that is gone. */
bool router_enter(struct router *r);
void router_leave(struct router *r);

/* What a way made of a line. */
struct router_version {
    char *text; /* owned by whoever has the version; NULL: none yet */
    double confidence; /* the product over the hops */
    enum engine_doubt doubt; /* the worst of the hops */
    struct gate gate; /* on the line alone */
    enum engine_text kind; /* of the line */
    double cost; /* of the way: -ln of its measured quality */
};

/* Is it worth asking the second way, too? */
bool router_wants_more(const struct router_version *v);

/* Is the first version better than the second one's? */
bool router_prefers(
    const struct router_version *first, const struct router_version *second);

#endif
