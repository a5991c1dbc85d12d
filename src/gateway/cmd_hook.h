/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_CMD_HOOK_H
#define GATEWAY_CMD_HOOK_H

#include "base/err.h"
#include "gateway/hub.h"

/* May the room have webhooks, in or out? */
bool cmd_hook_check_room(const struct room *room, struct err *err);

#endif
