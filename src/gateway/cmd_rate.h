/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_CMD_RATE_H
#define GATEWAY_CMD_RATE_H

#include "gateway/cmd.h"
#include "gateway/config.h"

/*
 * cmd_rate - how often a caller may call: a token bucket for each rate class and
 * person, over all their connections and by REST, and one for each address, for
 * who comes as many or may be nobody yet.
 *
 * Several gateways tell each other what was taken (CMD_RATES_TELL_MS), and count
 * it as taken here, also where it is more than there was.  So somebody who goes
 * to all of them gets what the limit says in the long run, and at most each
 * gateway's burst until they have heard.
 */
struct cmd_rates;

enum {
    CMD_RATE_ADDRESS_FACTOR = 3, /* an address has so many persons' */
    CMD_RATES_TELL_MS = 200,
    CMD_RATES_SPENT_MAX = 4096, /* to be told; what is more is not */
};

struct cmd_rates *cmd_rates_new(const struct config *cfg);
void cmd_rates_free(struct cmd_rates *r); /* NULL is fine */

enum cmd_rate_rc {
    CMD_RATE_GO,
    CMD_RATE_DROP, /* too many, of what may be lost */
    CMD_RATE_REFUSE, /* err is filled */
};
/* A call of CMD_LOGINS ended well: it costs an address a quarter of one that
 * did not, so that an office behind one address gets in, in the morning. */
void cmd_rate_was_right(struct cmd_rates *r, const struct cmd_call *c);

/* What was taken here since it was told last, to the others: at the end of a
 * turn of the loop. */
struct others;
void cmd_rates_tell(struct cmd_rates *r, struct others *others);
/* What they said. */
void cmd_rates_heard(
    struct cmd_rates *r, struct span limit, struct span who, int64_t milli);

/* In how many seconds a caller who was refused may call once more. */
int cmd_rate_retry_s(const struct cmd_rates *r, enum cmd_rate rate);

/* The caller takes n people into a conversation.  FAIL_RATE. */
bool cmd_rate_take_invites(
    struct cmd_rates *r, const struct cmd_call *c, size_t n, struct err *err);

enum cmd_rate_rc cmd_rate_take(
    struct cmd_rates *r, const struct cmd_call *c, struct err *err);
/* The part of it that is a person's, of who was nobody before. */
bool cmd_rate_take_own(
    struct cmd_rates *r, const struct cmd_call *c, struct err *err);

#endif
