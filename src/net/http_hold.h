/* SPDX-License-Identifier: ISC */
#ifndef NET_HTTP_HOLD_H
#define NET_HTTP_HOLD_H

#include <stdbool.h>
#include <stddef.h>

/*
 * http_hold - how much has arrived that is not yet understood: heads, bodies,
 * halves of messages; of all connections, and of each address.  Whoever adds
 * what is too much is turned away, so that the memory is there for the others.
 * Loop thread only.
 */
struct hold;
struct hold_place; /* of one address */

enum { HOLD_FREE_BYTES = 4 * 1024 }; /* of a connection, never too much */

/* In bytes; 0: no limit. */
struct hold *hold_new(size_t all_max, size_t address_max);
void hold_free(struct hold *h); /* when all have left; NULL is fine */

/* A connection comes from there, and leaves.  one: the address is one client's,
 * not that of a proxy that speaks for many. */
struct hold_place *hold_enter(struct hold *h, const char *address, bool one);
void hold_leave(struct hold *h, struct hold_place *p, size_t held);

/* It holds now bytes after was.  False: that is too much. */
bool hold_change(struct hold *h, struct hold_place *p, size_t was, size_t now);

size_t hold_bytes(const struct hold *h);

#endif
