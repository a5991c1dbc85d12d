/* SPDX-License-Identifier: ISC */
#ifndef EXCHANGE_ORIGINAL_H
#define EXCHANGE_ORIGINAL_H

#include "base/err.h"
#include "exchange/intake.h"

/*
 * original - a dump of the Meeshy that this one comes from: a folder of
 * users.json, conversations.json, conversation_members.json and messages.json,
 * and if there is one anonymous_participants.json, as mongoexport (or, with
 * PostgreSQL, row_to_json) makes them.  Everything keeps its id.
 *
 *   users           accounts; their passwords are hashed otherwise and stay behind
 *   anonymous ones  accounts that cannot sign in
 *   conversations   the same, "any" too; who made one, or is an admin in it, owns it
 *   messages        the same, with what they reply to; deleted ones are not there
 */
bool original_read(struct intake *in, const char *dir, struct err *err);

#endif
