/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_FANOUT_H
#define GATEWAY_FANOUT_H

#include "base/span.h"
#include "gateway/gateway.h"

/*
 * fanout - the one way out: events of the log, and signals, to the sockets of
 * everybody concerned.  A frame is built once for all who get the same.  Only
 * an answer to a socket's own request goes another way.  Loop thread only.
 *
 * What goes out for an event says its place: "offset" in the stream of its
 * room, "ownOffset" in the person's own.
 */

/* The bus's show; ctx is the struct gateway. */
void fanout_show(const struct store_event *e, void *ctx);

/* Somebody looks otherwise: to everybody present in a room of theirs. */
void fanout_picture(const struct user *u);

/* Something that is not kept, such as typing: to everybody present in the room
 * but one client (NULL: nobody is left out).  payload is JSON text. */
void fanout_signal(const struct room *r, const char *event, struct span payload,
    const struct client *but);

#endif
