/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_BARRED_H
#define GATEWAY_BARRED_H

#include "base/err.h"
#include "base/network.h"
#include "store/admin.h"

/*
 * barred - networks that nobody comes from, as the admins of this server say, in
 * memory.  Admins themselves come from anywhere.  Loop thread only.
 */
struct barred;
struct gateway;

enum { BARRED_MAX = 500 }; /* each is looked at with every call */

/* NULL with err filled when the database cannot be read. */
struct barred *barred_load(struct store *s, struct err *err);
void barred_free(struct barred *b); /* NULL is fine */

/* What was committed.  A network that is there takes the new date. */
void barred_add(
    struct barred *b, const struct network *network, int64_t expires_ms);
void barred_remove(struct barred *b, const struct network *network);
/* Another gateway changed something: read all of it, and put out who is here. */
void barred_read_anew(struct gateway *g);

bool barred_is_full(const struct barred *b);
/* Is a client of this address, as limits count it, kept out? */
bool barred_has(const struct barred *b, const char *address);

#endif
