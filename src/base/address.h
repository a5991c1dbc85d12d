/* SPDX-License-Identifier: ISC */
#ifndef BASE_ADDRESS_H
#define BASE_ADDRESS_H

#include "base/span.h"

enum { ADDRESS_BYTES = 64 };

/* What counts as one client for limits: the address of IPv4, the 64-bit network
 * of IPv6, which one person has all of.  peer is the connection's address;
 * forwarded X-Forwarded-For if it is to be believed ({NULL, 0} otherwise), of
 * which the last counts: our own proxy wrote it. */
void address_of(
    const char *peer, struct span forwarded, char ret[ADDRESS_BYTES]);

#endif
