/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_REACTORS_H
#define GATEWAY_REACTORS_H

#include "base/buf.h"
#include "store/store.h"

/*
 * reactors - which of a message's reactions are whose: asked for everybody
 * present in a room, so each answer is one look.  A set of reactions is a bit
 * for each, in the order in which the message has them.  It borrows nothing.
 * Loop thread only.
 */
struct reactors;

/* Of an event that a message was read for (store_event.reactors); NULL, which
 * costs nothing, where nobody left any. */
struct reactors *reactors_new(const struct store_event *e);
void reactors_free(struct reactors *r); /* NULL is fine */

/* What somebody left at the message; 0: nothing.  r may be NULL. */
uint32_t reactors_own(const struct reactors *r, const char *user_id);

/* A message's reactions (store_reaction_next) as one has them who left own. */
void reactors_put(struct buf *b, struct span reactions, uint32_t own);

#endif
