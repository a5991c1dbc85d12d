/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_AUDIT_H
#define GATEWAY_AUDIT_H

#include <stdint.h>

#include "base/err.h"

/*
 * audit - who came in, what they changed about people's rights, and who was
 * refused what, as lines of the log:
 *
 *     audit done command=session.login user=... address=...
 *     audit refused command=message.delete code=FORBIDDEN user=... address=...
 *
 * Names of commands, ids and addresses only; never a name, a text or a token.
 * So many lines a second, lest an attack fills the disk; how many were left
 * out is told.  Embed it, zeroed; loop thread only.
 */
struct cmd_call;

enum { AUDIT_LINES_PER_SECOND = 20 };

struct audit {
    int64_t second;
    int lines;
    uint64_t left_out;
};

/* May another line be written this second? */
bool audit_has_room(struct audit *a);

/* A call is about to end; err NULL: well. */
void audit_command(
    struct audit *a, const struct cmd_call *c, const struct err *err);

#endif
