/* SPDX-License-Identifier: ISC */
#ifndef NET_ROUTE_H
#define NET_ROUTE_H

#include <stdbool.h>

#include "base/span.h"

/* route - match a path against a pattern of http.h.  Pure. */
enum { ROUTE_PARAMS_MAX = 6 };

struct route_match {
    int n_params;
    struct span params[ROUTE_PARAMS_MAX]; /* borrowed from the path */
    struct span tail; /* what "*" matched */
};

/* ":name" matches one segment that is not empty, "*" the rest, also empty. */
bool route_matches(
    const char *pattern, struct span path, struct route_match *ret);

#endif
