/* SPDX-License-Identifier: ISC */
#ifndef STORE_BOT_H
#define STORE_BOT_H

#include "store/store.h"

/*
 * Accounts of programs: a part of store.h.  A bot is a user with an owner, in no
 * room at first, who comes with tokens (sessions) and never with a password.  An
 * incoming webhook is a bot that is in one conversation and only writes there; it
 * belongs to that conversation, whoever made it.
 */
enum {
    STORE_BOTS_MAX = 20, /* of an owner */
    STORE_HOOKS_MAX = 50, /* incoming ones of a conversation */
};

struct store_bot {
    struct store_user user; /* bot: not 0.  A bot's language is what it reads, a
                               webhook's is its owner's */
    char owner_id[ID_BYTES];
    char conversation_id[65]; /* of a webhook; "": it is none */
};
/* Add one with its first token.  A webhook becomes a member.  FAIL_CONFLICT
 * when the name is taken, or when there are as many as there may be;
 * FAIL_NOT_FOUND for an unknown owner or conversation. */
bool store_bot_add(struct store *s, struct store_bot *b,
    const unsigned char hash[STORE_TOKEN_HASH_BYTES], struct err *err);

/* Which: those of an owner, or the webhooks of a conversation, oldest first; the
 * other is {NULL,0}. */
struct store_bots {
    struct span owner_id, conversation_id;
};
bool store_bots(struct store *s, const struct store_bots *which,
    void (*row)(const struct store_bot *b, void *ctx), void *ctx,
    struct err *err);
/* A new token in the place of all that the bot has. */
bool store_bot_renew(struct store *s, const struct store_bots *which,
    struct span id, const unsigned char hash[STORE_TOKEN_HASH_BYTES],
    int64_t now_ms, struct err *err);
/* It is gone: out of all rooms, without tokens, its user name is free.  What it
 * wrote stays, under the name that it had. */
bool store_bot_remove(struct store *s, const struct store_bots *which,
    struct span id, int64_t now_ms, struct err *err);

#endif
