/* SPDX-License-Identifier: ISC */
#ifndef STORE_LINK_H
#define STORE_LINK_H

#include "store/store.h"

/*
 * Invitation links: a part of store.h.  A link is known by the hash of its
 * token.  Limits of 0 are none.
 */
struct store_link {
    char id[ID_BYTES];
    char conversation_id[65], created_by[ID_BYTES];
    char name[STORE_NAME_BYTES];
    char role[STORE_ROLE_BYTES]; /* of who comes: "member" or "reader" */
    char language[STORE_LANG_BYTES]; /* of guests; "": they choose */
    bool guests; /* may come without an account */
    int64_t created_ms, expires_ms, uses_max, guests_max;
    /* Filled on reading: */
    int64_t revoked_ms, uses;
    int64_t n_guests; /* with a session */
    struct store_conversation conversation; /* store_link_find only */
};
bool store_link_add(struct store *s, const struct store_link *l,
    const unsigned char hash[STORE_TOKEN_HASH_BYTES], struct err *err);
/* Links of a conversation, newest first, also old ones. */
bool store_links(struct store *s, struct span conversation_id, int64_t now_ms,
    void (*row)(const struct store_link *l, void *ctx), void *ctx,
    struct err *err);
/* FAIL_NOT_FOUND, in the same words, when there is no such link, it is revoked,
 * expired or used up, or its conversation is archived. */
bool store_link_find(struct store *s,
    const unsigned char hash[STORE_TOKEN_HASH_BYTES], int64_t now_ms,
    struct store_link *ret, struct err *err);
/* The user becomes a member by the link, which counts as a use unless they were
 * one; errors are those of store_link_find and store_member_add. */
bool store_link_enter(struct store *s,
    const unsigned char hash[STORE_TOKEN_HASH_BYTES], struct span user_id,
    int64_t now_ms, struct store_link *ret, struct err *err);
/* Add a guest, who has this room only.  u->language "" is filled with the
 * link's.  FAIL_FORBIDDEN when the link is not for guests, FAIL_BUSY while as
 * many are here as may be, FAIL_BAD_INPUT when there is no language. */
bool store_link_guest(struct store *s,
    const unsigned char hash[STORE_TOKEN_HASH_BYTES], struct store_user *u,
    int64_t now_ms, struct err *err);
/* No longer valid.  Guests who came by it lose membership and sessions; guest
 * is called for each.  FAIL_NOT_FOUND when the conversation has no such link. */
bool store_link_revoke(struct store *s, struct span conversation_id,
    struct span id, int64_t now_ms,
    void (*guest)(struct span user_id, void *ctx), void *ctx, struct err *err);

#endif
