/* SPDX-License-Identifier: ISC */
#include "net/route.h"

#include <assert.h>

bool
route_matches(const char *pattern, struct span path, struct route_match *ret)
{
    struct span want = span_of(pattern), have = path;

    *ret = (struct route_match){0};
    while (want.p) {
        struct span part;

        if (span_eqz(want, "*")) {
            ret->tail = have.p ? have : SPAN("");
            return have.p != NULL;
        }
        part = span_cut(&want, '/');
        if (!have.p)
            return false;
        if (part.len > 1 && part.p[0] == ':') {
            struct span value = span_cut(&have, '/');
            if (value.len == 0)
                return false;
            assert(ret->n_params < ROUTE_PARAMS_MAX);
            ret->params[ret->n_params++] = value;
        } else if (!span_eq(part, span_cut(&have, '/'))) {
            return false;
        }
    }
    return !have.p;
}
