/* SPDX-License-Identifier: ISC */
#ifndef NET_EIO_SHARE_H
#define NET_EIO_SHARE_H

#include <stdbool.h>

#include "base/map.h"

/*
 * eio_share - how many packets of one address a turn of the loop works on, on
 * all of its connections: whoever opens more of them gets no more done, and
 * others wait for so many at most.  Loop thread only.
 */
struct eio_share;

/* A connection from there comes and goes; shares has those of all addresses. */
struct eio_share *share_enter(struct map *shares, const char *address);
void share_leave(struct map *shares, struct eio_share *s);

/* One more packet in this turn.  False: max were taken before. */
bool share_take(struct eio_share *s, unsigned turn, int max);
/* Were they? */
bool share_is_used(const struct eio_share *s, unsigned turn, int max);

#endif
