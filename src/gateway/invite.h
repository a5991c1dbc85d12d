/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_INVITE_H
#define GATEWAY_INVITE_H

#include "chat/chat.h"
#include "store/store.h"

/*
 * invite - somebody is taken into a room, or asked first.  Store thread.
 */
struct gateway;

struct inviter {
    char id[ID_BYTES];
    bool admin; /* of the server */
    enum chat_added_by usual; /* who adds those who have not said */
    int64_t now_ms;
    int64_t n; /* asked by this call so far */
};

struct inviter invite_by(
    const struct gateway *g, const char *user_id, bool admin, int64_t now_ms);

/* Is the user asked first?  The room may be {NULL,0}, a new one.  Fails in words
 * for the inviter when one of the two blocks the other, when there is no such
 * user, and when too many invitations wait already. */
bool invite_look(struct inviter *by, struct store *s, struct span room_id,
    struct span user_id, bool *ret_ask, struct err *err);
/* Ask them; *ret_asked is false for a member. */
bool invite_ask(const struct inviter *by, struct store *s, struct span room_id,
    struct span user_id, bool *ret_asked, struct err *err);

#endif
