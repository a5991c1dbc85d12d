/* SPDX-License-Identifier: ISC */
#ifndef STORE_CLAIM_H
#define STORE_CLAIM_H

#include "base/err.h"

/*
 * claim - one gateway for each database.  Another one would not see the users
 * and messages that come in here, nor show them.  Held by a lock on a file
 * beside the database, which the kernel lets go when the process ends.
 */
struct claim;

/* NULL with FAIL_BUSY when another process has it.  url as for store_open. */
struct claim *claim_take(const char *url, struct err *err);
void claim_drop(struct claim *c); /* NULL is fine */

#endif
