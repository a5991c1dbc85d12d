/* SPDX-License-Identifier: ISC */
#ifndef BASE_PUBLIC_H
#define BASE_PUBLIC_H

#include <stdbool.h>

/*
 * public - is an address one of the public internet?  Whatever somebody names for
 * a server to call (SSRF) may lead to the machine itself, to its network, or to
 * what a provider answers at 169.254.169.254; by a number, by a name, or by a name
 * that says another number the second time.  So what is asked about is the
 * address of the connection that is about to be made.
 */
struct sockaddr;

/* False for what is no address of IPv4 or IPv6, too.  An address of IPv6 that
 * stands for one of IPv4 is what that one is. */
bool address_is_public(const struct sockaddr *address);

#endif
