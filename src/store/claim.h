/* SPDX-License-Identifier: ISC */
#ifndef STORE_CLAIM_H
#define STORE_CLAIM_H

#include "base/err.h"

/*
 * claim - one gateway for each file of a database.  Another one would not see the
 * users and messages that come in here, nor show them.  Held by a lock on a file
 * beside the database, which the kernel lets go when the process ends.  A
 * PostgreSQL may have several gateways: nothing is held there.
 */
struct claim;

/* NULL with FAIL_BUSY when another process has it, with FAIL_CONFLICT when the
 * file is not whole: a restore was broken off, or a write-ahead log of another
 * database lies beside it, which would be replayed over it.  url as for
 * store_open. */
struct claim *claim_take(const char *url, struct err *err);

/* For who puts another database there: whatever lies there will do. */
struct claim *claim_to_replace(const char *url, struct err *err);
/* From on to off, with the claim held, the file at path is not whole. */
bool claim_mark(const char *path, bool on, struct err *err);

void claim_drop(struct claim *c); /* NULL is fine */

#endif
