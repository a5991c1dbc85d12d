/* SPDX-License-Identifier: ISC */
#ifndef BASE_NETWORK_H
#define BASE_NETWORK_H

#include <stdbool.h>

#include "base/span.h"

/*
 * network - a range of addresses: 10.0.0.0/8, 2001:db8::/32, or one alone.  IPv4
 * is kept as ::ffff:a.b.c.d, so that there is one kind.
 */
struct network {
    unsigned char address[16]; /* behind its bits there are zeros */
    int bits;
};

enum { NETWORK_BYTES = 64 };

bool network_parse(struct span s, struct network *ret);
/* One address, and no range. */
bool network_parse_address(struct span s, struct network *ret);
/* A client as limits count it (address_of): of IPv6 that is a network. */
bool network_parse_client(const char *client, struct network *ret);

/* As network_parse reads it; the same for equal ranges. */
void network_text(const struct network *n, char ret[NETWORK_BYTES]);

/* Is all of `inside` in it? */
bool network_has(const struct network *n, const struct network *inside);

#endif
