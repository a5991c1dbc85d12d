/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_TARGETS_H
#define GATEWAY_TARGETS_H

#include "gateway/gateway.h"

/*
 * targets - into which languages a message is translated before anybody asks:
 * those that people of its room read and some translator can make, as far as
 * its writer's budget goes.  Loop thread only.
 */
struct targets_of {
    const struct room *room;
    struct span user_id, address; /* the writer's; {NULL,0}: not by address */
    struct span language; /* what it is written in */
    size_t bytes; /* of the text */
    bool share; /* see budget.h */
};

/* At most max languages, lent until the room changes; returns how many. */
size_t targets_find(struct gateway *g, const struct targets_of *of,
    struct span *out, size_t max);

#endif
