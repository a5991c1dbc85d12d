/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_OIDC_H
#define GATEWAY_OIDC_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "net/loop.h"
#include "oidc/provider.h"

/*
 * oidc - asks the provider of OpenID Connect (OIDC_ISSUER), on a thread of its
 * own, since that takes a network.  The queue is bounded: full is busy.
 */
struct config;
struct gateway;
struct oidc;

enum { OIDC_QUEUE_MAX = 64, OIDC_NAME_BYTES = 128 };

/* *ret NULL: none is set. */
bool oidc_start(struct gateway *g, struct oidc **ret, struct err *err);
void oidc_stop(struct oidc *o); /* finishes what it accepted; NULL is fine */

/* What the button is called by. */
void oidc_name(const struct config *cfg, char ret[OIDC_NAME_BYTES]);
/* Do the settings make sense? */
bool oidc_check(const struct config *cfg, struct err *err);
/* Is it somebody of OIDC_DOMAINS? */
bool oidc_lets(
    const struct config *cfg, const struct provider_person *p, struct err *err);

/* Embed it.  done runs on the loop thread, with the address to send somebody to,
 * or with a code, whom it is about; or with why not. */
struct oidc_job {
    struct loop_msg msg;
    struct provider_flow flow;
    char code[PROVIDER_CODE_BYTES_MAX + 1]; /* "": make an address */
    bool ok;
    struct err err;
    struct buf url; /* of the caller, to free */
    struct provider_person person;
    void (*done)(struct oidc_job *job);
};
/* Takes the job on true, but for its memory, which is the caller's until done and
 * then again.  FAIL_NOT_FOUND when o is NULL, FAIL_BUSY. */
bool oidc_submit(struct oidc *o, struct oidc_job *job, struct err *err);

#endif
