/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_CMD_BOT_H
#define GATEWAY_CMD_BOT_H

#include "base/buf.h"
#include "gateway/gateway.h"

/*
 * Bots share the fate of their owner.  On the store thread, while they are there:
 * remember whom, each behind a space; on the loop: their sockets go too.
 */
bool cmd_bots_remember(
    struct store *s, struct span owner_id, struct buf *out, struct err *err);
void cmd_bots_ended(struct gateway *g, struct buf *ids); /* empties it */

#endif
