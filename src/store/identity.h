/* SPDX-License-Identifier: ISC */
#ifndef STORE_IDENTITY_H
#define STORE_IDENTITY_H

#include "store/store.h"

/*
 * Accounts of people whom somebody else knows: a part of store.h.  One is found
 * by issuer and subject, which stay the same, and by nothing else that the issuer
 * says of somebody.
 */
struct store_identity {
    struct span issuer, subject;
};
/* FAIL_NOT_FOUND. */
bool store_identity_find(struct store *s, const struct store_identity *id,
    struct store_user *ret, struct err *err);
/* Their account, as store_user_add; FAIL_CONFLICT also when they have one. */
bool store_identity_add(struct store *s, const struct store_identity *id,
    const struct store_user *u, struct err *err);

#endif
