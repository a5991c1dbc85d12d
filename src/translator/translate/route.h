/* SPDX-License-Identifier: ISC */
#ifndef TRANSLATOR_ROUTE_H
#define TRANSLATOR_ROUTE_H

#include "engine/router.h"
#include "translator/translate/translate.h"

/* How one language becomes another, by the router of one version. */
struct route {
    uint64_t version;
    bool found;
    struct router_route ways;
    struct memory *memory; /* of one who goes it, counted; NULL: none */
};

struct route route_find(
    const struct router *r, const char *source, const char *target);

/* Keep the ways that the request wants: the one that it names, or the second
 * best of each kind of text.  False with err filled when there are none. */
bool route_narrow(struct route *route, const struct router *router,
    const struct translate_request *r, const char *target, struct err *err);

#endif
