/* SPDX-License-Identifier: ISC */
#ifndef EXCHANGE_SLACK_TEXT_H
#define EXCHANGE_SLACK_TEXT_H

#include "base/buf.h"
#include "base/span.h"

/*
 * slack_text - what Slack keeps of a message (its "mrkdwn") as people read it:
 * "<@U024BE7LH> see <https://example.org|this> &amp; that :+1:" is "@ann see this
 * (https://example.org) & that 👍".  What it does not know stays as it is.
 */

/* The name of the person with the id, or absent. */
typedef struct span slack_name_fn(struct span id, void *ctx);

void slack_text(
    struct span raw, slack_name_fn *name, void *ctx, struct buf *out);

/* The emoji of a short name ("+1", "wave::skin-tone-2") or absent: people make
 * their own, too. */
struct span slack_emoji(struct span name);

#endif
