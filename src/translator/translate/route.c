/* SPDX-License-Identifier: ISC */
#include "translator/translate/route.h"

struct route
route_find(const struct router *r, const char *source, const char *target)
{
    struct route route = {.version = router_version(r)};

    route.found = router_find(r, span_of(source), span_of(target), &route.ways);
    return route;
}

bool
route_narrow(struct route *route, const struct router *router,
    const struct translate_request *r, const char *target, struct err *err)
{
    struct router_route rest;

    if (r->way.p && !router_find_way(router, span_of(r->source_code),
                        span_of(target), r->way, &route->ways))
        return err_set(err, FAIL_BAD_INPUT, "no way %.*s from %s to %s",
            SPAN_ARG(r->way), r->source_code, target);
    if (!r->other)
        return true;
    if (!router_find_rest(&route->ways, &rest))
        return err_set(err, FAIL_BAD_INPUT, "no other way from %s to %s",
            r->source_code, target);
    route->ways = rest;
    return true;
}
