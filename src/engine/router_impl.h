/* SPDX-License-Identifier: ISC */
#ifndef ENGINE_ROUTER_IMPL_H
#define ENGINE_ROUTER_IMPL_H

#include "engine/router.h"

/* The inside of router, shared by router.c and router_job.c. */

/* A request is about to be submitted to an engine, which stays open until
 * router_leave.  False when the router closes: engines go one after another
 * then, and what one still answers must not reach one that is gone. */
bool router_enter(struct router *r);
void router_leave(struct router *r);

#endif
