/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_ACTOR_H
#define GATEWAY_ACTOR_H

#include "chat/chat.h"
#include "gateway/hub.h"

/*
 * actor - somebody as chat_may() wants to know them.  Loop thread only.
 */

/* user NULL: nobody; room NULL: the act is not about one. */
struct chat_actor actor_of(const struct user *user, const struct room *room);

/* May they, in this room? */
bool actor_may(
    const struct user *user, const struct room *room, enum chat_act act);

/* Slow mode, which moderators are free of: may they say something just now? */
bool actor_take_turn(
    struct user *user, const struct room *room, struct err *err);

#endif
