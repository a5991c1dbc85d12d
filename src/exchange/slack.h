/* SPDX-License-Identifier: ISC */
#ifndef EXCHANGE_SLACK_H
#define EXCHANGE_SLACK_H

#include "base/err.h"
#include "exchange/intake.h"

/*
 * slack - an export of Slack, as its "Export data" makes it, unpacked: users.json,
 * channels.json, and where there are, groups.json, dms.json and mpims.json, and
 * beside them for each room a folder of days.  What becomes of it:
 *
 *   people              accounts; those who were deactivated, and programs, cannot
 *                       sign in
 *   channels            public groups that anybody may join
 *   private channels,   groups of their members
 *   group messages
 *   direct messages     the room of the two; of who wrote to themselves nothing
 *   messages, threads   the same, at their times, with reactions of Unicode's emoji
 *   files               their names: the export has no more
 */
/* FAIL_BAD_INPUT: the folder is no export, or a file of it is damaged. */
bool slack_read(struct intake *in, const char *dir, struct err *err);

#endif
