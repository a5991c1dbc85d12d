/* SPDX-License-Identifier: ISC */
#ifndef OIDC_JWT_H
#define OIDC_JWT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"

/*
 * jwt - signed tokens (RFC 7519) as a provider of OpenID Connect makes them, and
 * the keys that it signs with (RFC 7517).  RS256 and ES256; a key says which of
 * the two it is for, and a token that names anything else is none.  Pure.
 */
struct jwt_keys;

enum {
    JWT_BYTES_MAX = 16 * 1024,
    JWT_KEYS_MAX = 32,
    JWT_KID_BYTES = 256,
    JWT_RSA_BITS_MIN = 2048,
    JWT_SKEW_S = 60, /* between the provider's clock and ours */
};

/* A set of keys; those that we have no use for are left out.  NULL with err
 * filled when it is none. */
struct jwt_keys *jwt_keys_read(struct span json, struct err *err);
void jwt_keys_free(struct jwt_keys *keys); /* NULL is fine */

struct jwt_want {
    struct span issuer, audience, nonce;
    int64_t now_s;
};

/* Who the token is about: its claims, owned by the caller (json_decref).  NULL
 * with err filled when anything of it is not as wanted; FAIL_NOT_FOUND when no
 * key is the one that signed it, which newer keys may change. */
json_t *jwt_check(const struct jwt_keys *keys, struct span token,
    const struct jwt_want *want, struct err *err);

#endif
