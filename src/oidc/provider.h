/* SPDX-License-Identifier: ISC */
#ifndef OIDC_PROVIDER_H
#define OIDC_PROVIDER_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

/*
 * provider - who says who somebody is: a provider of OpenID Connect, by the
 * authorization code flow with PKCE.  Its document of addresses and its keys are
 * read when they are needed and kept for an hour.  Owned by one thread; its calls
 * take a network.
 */
struct provider;

enum {
    PROVIDER_TIMEOUT_MS = 5000, /* of one call */
    PROVIDER_KEPT_MS = 3600 * 1000,
    PROVIDER_KEYS_AGAIN_MS = 1000, /* for a token of an unknown key */
    PROVIDER_AWAY_MS = 5000, /* who did not answer is not asked for so long */
    PROVIDER_ANSWER_BYTES_MAX = 256 * 1024,
    PROVIDER_URL_BYTES = 1024,
    PROVIDER_SUBJECT_BYTES = 256,
    PROVIDER_NAME_BYTES = 256,
    PROVIDER_EMAIL_BYTES = 321,
    PROVIDER_CODE_BYTES_MAX = 2048,
};

/* Borrowed, as long as the provider lives. */
struct provider_cfg {
    const char *issuer, *client_id, *client_secret; /* "": a public client */
    const char *redirect; /* where it sends people back to */
};

struct provider *provider_new(const struct provider_cfg *cfg, struct err *err);
void provider_free(struct provider *p); /* NULL is fine */

/* What one sign-in has for its own.  The browser keeps the first; the others
 * follow from it, so that nothing has to be remembered here, and whoever has
 * only an address that somebody was sent to can do nothing with it. */
enum { PROVIDER_SECRET_BYTES = 44 }; /* 43 characters and NUL */
struct provider_flow {
    char secret[PROVIDER_SECRET_BYTES];
    char state[PROVIDER_SECRET_BYTES], nonce[PROVIDER_SECRET_BYTES],
        verifier[PROVIDER_SECRET_BYTES];
};
void provider_flow_new(struct provider_flow *ret);
/* False when it cannot be a secret of one. */
bool provider_flow_of(struct span secret, struct provider_flow *ret);

/* The address to send somebody to.  FAIL_BUSY while the provider is away. */
bool provider_url(struct provider *p, const struct provider_flow *flow,
    struct buf *ret, struct err *err);

struct provider_person {
    char subject[PROVIDER_SUBJECT_BYTES]; /* the same for ever */
    char name[PROVIDER_NAME_BYTES], username[PROVIDER_NAME_BYTES];
    char email[PROVIDER_EMAIL_BYTES];
    bool email_verified;
};
/* Whom the code is about.  FAIL_UNAUTHORIZED when the provider or its token is
 * not to be believed, FAIL_BUSY while it is away. */
bool provider_redeem(struct provider *p, const struct provider_flow *flow,
    struct span code, struct provider_person *ret, struct err *err);

/* May codes and secrets go to this address?  https, and http on this machine. */
bool provider_url_check(const char *url, struct err *err);

#endif
