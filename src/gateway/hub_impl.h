/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_HUB_IMPL_H
#define GATEWAY_HUB_IMPL_H

#include "base/mem.h"
#include "gateway/hub.h"

/* What hub*.c share. */

/* Append to a growing array of pointers or structs. */
#define PUSH(array, n, cap, item)                                              \
    do {                                                                       \
        if ((n) == (cap)) {                                                    \
            (cap) = (cap) ? (cap)*2 : 4;                                       \
            (array) = xrealloc((array), (cap) * sizeof((array)[0]));           \
        }                                                                      \
        (array)[(n)++] = (item);                                               \
    } while (0)

/* Is the user among the public room's readers for having been here lately?
 * Guests read it only while they are here, bots never. */
bool hub_is_recent(const struct hub *h, const struct user *u);

#endif
