/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_POLICY_H
#define GATEWAY_POLICY_H

#include "store/admin.h"

/*
 * policy - who may come in, as the admins of this server decide, and how it
 * gets its first one: by a token that is made at every start while nobody is
 * admin, logged once, and good once.  Loop thread only.
 */
struct gateway;
struct policy;

/* NULL with err filled when the database cannot be read. */
struct policy *policy_load(struct store *s, struct err *err);
void policy_free(struct policy *p); /* NULL is fine */

const struct store_policy *policy_now(const struct policy *p);
/* What was committed. */
void policy_set(struct policy *p, const struct store_policy *now);

/* Is this the token?  FAIL_NOT_FOUND. */
bool policy_check_claim(
    const struct policy *p, struct span token, struct err *err);
/* Somebody is admin now. */
void policy_claimed(struct policy *p);
/* Is nobody? */
bool policy_is_unclaimed(const struct policy *p);

/* May somebody come in as a guest, or make an account?  invited: they have a
 * link, which is still to be checked. */
bool policy_lets_guest(const struct policy *p, bool invited, struct err *err);
bool policy_lets_register(
    const struct policy *p, bool invited, struct err *err);

/* The names that clients use: open, invitation, closed. */
const char *policy_registration_name(enum store_registration r);
enum store_registration policy_registration_parse(struct span name);

#endif
