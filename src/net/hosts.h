/* SPDX-License-Identifier: ISC */
#ifndef NET_HOSTS_H
#define NET_HOSTS_H

#include <stdbool.h>

#include "base/span.h"

/*
 * hosts - the names that a server answers to.  A page of another site whose
 * name is made to point here (DNS rebinding) sends that name as Host, and a
 * page that only asks across sites sends its own as Origin.  Immutable once
 * made; any thread.
 *
 * Always known: localhost and what is below it, loopback addresses, this
 * machine's name, also with .local.  An address instead of a name is served as
 * a Host, whatever it is: nobody can rebind one.
 */
struct hosts;

/* listen is the name or address that the server listens on.  list: names with
 * commas; one that begins with a dot stands for all below it; "*" for any.
 * Both are copied. */
struct hosts *hosts_new(const char *listen, const char *list);
void hosts_free(struct hosts *h); /* NULL is fine */

/* May a request with this Host header, port and all, be served? */
bool hosts_serve(const struct hosts *h, struct span host);

/* May a page of this origin ask it?  One of the same host may, one whose name
 * is known, and the cors origin ("*": any, "": none). */
bool hosts_welcome(const struct hosts *h, struct span origin, struct span host,
    const char *cors);

/* Is it "name", "name:port", "1.2.3.4:port" or "[v6]:port" (RFC 3986)? */
bool host_valid(struct span host);
/* Without its port; brackets stay. */
struct span host_name(struct span host);

#endif
