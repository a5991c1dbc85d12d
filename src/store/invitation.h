/* SPDX-License-Identifier: ISC */
#ifndef STORE_INVITATION_H
#define STORE_INVITATION_H

#include "base/err.h"
#include "base/id.h"
#include "base/span.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Being asked into a room: a part of store.h.  Who is asked is no member until
 * they accept.  An invitation that was declined is kept, hidden from who declined
 * it, so that they are not asked again at once; to who asked it looks as open as
 * before.  Whoever comes to the room by another way is asked no more.
 */
struct store;

enum { STORE_ADDED_BY_BYTES = 16 };

struct store_invitation {
    struct span conversation_id, title, type; /* the room's */
    struct span user_id, user_name; /* who is asked */
    struct span inviter_id, inviter_name;
    int64_t at_ms; /* 0: there is none (any more) */
};

/* What decides whether somebody may be taken into a room at once. */
struct store_acquaintance {
    bool blocked; /* one of the two blocks the other */
    bool bot;
    bool contact; /* both are in one room that is not public */
    bool asked; /* into this room already, answered or not */
    char
        added_by[STORE_ADDED_BY_BYTES]; /* their wish; "": as the server says */
    int64_t n_open; /* invitations that wait for them */
    int64_t n_of_asker; /* of them, by the asker */
    int64_t
        n_asked; /* of the asker, to anybody: since then, and not accepted */
};
/* What asker and user are to each other; the room may be {NULL,0}.
 * FAIL_NOT_FOUND when there is no such user, or no more. */
bool store_acquaintance_get(struct store *s, struct span asker_id,
    struct span user_id, struct span conversation_id, int64_t since_ms,
    struct store_acquaintance *ret, struct err *err);

/* Who takes the user into rooms without asking: a word of chat.h, or "". */
bool store_added_by_get(struct store *s, struct span user_id,
    char ret[STORE_ADDED_BY_BYTES], struct err *err);
bool store_added_by_set(struct store *s, struct span user_id,
    struct span added_by, struct err *err);

/* Ask somebody in.  Nothing happens to a member, to who is asked already, and to
 * who declined after again_ms; *ret_asked is false for a member.  FAIL_FORBIDDEN
 * for who is banned there. */
struct store_asking {
    struct span conversation_id, user_id, inviter_id;
    int64_t now_ms, again_ms;
};
bool store_invitation_add(struct store *s, const struct store_asking *a,
    bool *ret_asked, struct err *err);
/* FAIL_NOT_FOUND when none is open.  Accepting fails as store_member_add does. */
bool store_invitation_accept(struct store *s, struct span conversation_id,
    struct span user_id, int64_t now_ms, struct err *err);
bool store_invitation_decline(struct store *s, struct span conversation_id,
    struct span user_id, int64_t now_ms, struct err *err);
/* As if it had never been; FAIL_NOT_FOUND when by_id asked nobody of that name
 * ({NULL,0}: nobody did). */
bool store_invitation_withdraw(struct store *s, struct span conversation_id,
    struct span user_id, struct span by_id, int64_t now_ms, struct err *err);

/* Those that wait for an answer of the user, oldest first. */
bool store_invitations_of(struct store *s, struct span user_id,
    void (*row)(const struct store_invitation *i, void *ctx), void *ctx,
    struct err *err);
/* Those into a room that were not accepted, also declined ones, oldest first: at
 * most limit. */
bool store_invitations_into(struct store *s, struct span conversation_id,
    int limit, void (*row)(const struct store_invitation *i, void *ctx),
    void *ctx, struct err *err);

#endif
