/* SPDX-License-Identifier: ISC */
#ifndef BASE_REDIS_ADDRESS_H
#define BASE_REDIS_ADDRESS_H

#include <stdbool.h>

#include "base/err.h"
#include "base/span.h"

/*
 * redis_address - where a URL says that a Redis is.  Pure.
 */
enum { REDIS_PORT = 6379 };

struct redis_address {
    char *path; /* of a socket; NULL: host and port */
    char *host;
    int port;
    char *user, *password, *db; /* NULL: none */
};

/* redis://[[user]:password@]host[:port][/db] or unix:path, as they are, without
 * escapes.  Free with redis_address_fini in either case. */
bool redis_address_parse(
    struct span url, struct redis_address *ret, struct err *err);
void redis_address_fini(struct redis_address *a);

#endif
