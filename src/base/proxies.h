/* SPDX-License-Identifier: ISC */
#ifndef BASE_PROXIES_H
#define BASE_PROXIES_H

#include "base/address.h"
#include "base/err.h"

/*
 * proxies - whom X-Forwarded-For is believed from.  Constant once made: any
 * thread.
 *
 *     false                      nobody: the connection's peer is the client
 *     true                       whoever connects: only behind one proxy that
 *                                writes the header, and that all come through
 *     10.0.0.0/8,192.0.2.7,::1   these: what they say is followed from the last
 *                                address to the first that is none of them
 */
struct proxies;

enum { PROXIES_MAX = 64 };

struct proxies *proxies_new(const char *text, struct err *err);
void proxies_free(struct proxies *p); /* NULL is fine */

/* Are they named by their addresses? */
bool proxies_are_listed(const struct proxies *p);

/* Does peer speak for others, so that nothing is counted by its address? */
bool proxies_trust(const struct proxies *p, const char *peer);

/* The client's address, as text; forwarded is the header or {NULL, 0}.  A word
 * in it that is no address ends the search. */
void proxies_client(const struct proxies *p, const char *peer,
    struct span forwarded, char ret[ADDRESS_BYTES]);

#endif
