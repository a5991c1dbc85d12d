/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_AUTH_H
#define GATEWAY_AUTH_H

#include "base/span.h"
#include "gateway/hub.h"
#include "store/store.h"

/*
 * auth - sessions.  A token is 32 random bytes in base64url; the database and
 * this cache know only its BLAKE2b hash, so neither can be used to sign in.
 */
struct gateway;
struct auth;

enum {
    AUTH_TOKEN_BYTES = 44, /* 43 characters and NUL */
    AUTH_CACHE_MAX = 65536, /* sessions remembered; others are read again */
};

struct auth *auth_new(struct gateway *g);
void auth_free(struct auth *a);

/* Make a token and its hash; nothing is stored yet. */
void auth_new_token(
    char token[AUTH_TOKEN_BYTES], unsigned char hash[STORE_TOKEN_HASH_BYTES]);
/* False when text cannot be a token. */
bool auth_hash(struct span token, unsigned char hash[STORE_TOKEN_HASH_BYTES]);

/* The hash that no token has. */
void auth_no_hash(unsigned char hash[STORE_TOKEN_HASH_BYTES]);

/* Whose session is it?  found is called exactly once, at once when the session
 * is remembered, else after a read.  user NULL: see err; FAIL_UNAUTHORIZED
 * says that it is nobody's, all else that we could not find out. */
void auth_find(struct auth *a, struct span token,
    void (*found)(struct user *user, const struct err *err, void *ctx),
    void *ctx);

/* A session was committed, or ended. */
void auth_remember(struct auth *a,
    const unsigned char hash[STORE_TOKEN_HASH_BYTES], const char *user_id,
    int64_t expires_ms);
void auth_forget(
    struct auth *a, const unsigned char hash[STORE_TOKEN_HASH_BYTES]);
/* All of a user's ended but, where it is not NULL, this one. */
void auth_forget_user(
    struct auth *a, struct span user_id, const unsigned char *except_hash);

#endif
