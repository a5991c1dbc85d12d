/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_FOLLOW_H
#define GATEWAY_FOLLOW_H

#include "gateway/gateway.h"

/*
 * follow - the hub follows the log: what is in memory changes as the committed
 * event says.  The bus's apply; ctx is the struct gateway.  Also tells the other
 * gateways.  Loop thread only.
 */
bool follow_event(const struct store_event *e, struct op *op, void *ctx);

#endif
