/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_DRAIN_H
#define GATEWAY_DRAIN_H

#include <ev.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * drain - a gateway out of service, and nobody notices.  First it says that it
 * is not ready, for as long as balancers take to see that; then those who are
 * connected are told to move ("server:moving") and their connections end, a
 * share at a time, so that the other gateways do not get all of them at once.
 * What is accepted meanwhile is saved and acknowledged as ever.
 *
 * SIGTERM drains before it ends, if other gateways have been heard of; a second
 * one, and SIGINT, end at once.  An admin may drain without an end, and take it
 * back.  Loop thread only.
 */
struct gateway;

enum {
    DRAIN_NOTICE_MS = 2000, /* for balancers; at most half of the time */
    DRAIN_TICK_MS = 100,
};

struct drain {
    struct gateway *g;
    ev_timer tick;
    bool on;
    bool leaves; /* and the loop ends then */
    int64_t moves_at_ms, ends_at_ms;
};

/* Also asks to be told of the loop's signals. */
void drain_init(struct drain *d, struct gateway *g);
void drain_begin(struct drain *d);
/* Not any more, unless it is to end. */
void drain_end(struct drain *d);
/* Are those who are connected to move by now? */
bool drain_moves(const struct drain *d);

#endif
