/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_DELIVER_H
#define GATEWAY_DELIVER_H

#include "base/span.h"
#include "gateway/gateway.h"

/*
 * deliver - events to the sockets of a room.  A frame is built once for all.
 * payload is JSON text.  Loop thread only.
 */

/* To everybody present, but for one client (NULL: nobody is left out). */
void deliver_room(const struct room *r, const char *event, struct span payload,
    const struct client *but);

/* To those present who read language. */
void deliver_readers(const struct room *r, struct span language,
    const char *event, struct span payload);

/* A settled row of the ledger, to the readers of its language:
 * "message:translation" when it is ready, or skipped because there is nothing
 * to translate (its state says so); "translation:failed" when it failed. */
void deliver_translation(struct gateway *g, const struct store_translation *t);

#endif
