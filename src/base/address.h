/* SPDX-License-Identifier: ISC */
#ifndef BASE_ADDRESS_H
#define BASE_ADDRESS_H

#include "base/span.h"

enum { ADDRESS_BYTES = 64 };

/* What counts as one client for limits: the address of IPv4, the 64-bit network
 * of IPv6, which one person has all of.  client is its address as text
 * (proxies.h). */
void address_of(const char *client, char ret[ADDRESS_BYTES]);

#endif
