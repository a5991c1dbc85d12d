/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_PREVIEW_H
#define GATEWAY_PREVIEW_H

#include <stdbool.h>

#include "gateway/cmd.h"

/*
 * preview - a text translated without being saved, and back again: what others
 * will read, for who is about to say it.  It goes the way of messages, through
 * dispatch, in the turn of its writer and with the words of the room; only its
 * outcome is not written.  Loop thread only.
 */
struct previews;
struct store_translation;

enum {
    PREVIEWS_MAX = 64, /* at once, of everybody */
    PREVIEW_MS = 30 * 1000, /* then it is refused as busy */
};

struct previews *previews_new(struct gateway *g);
/* Refuses those under way.  NULL is fine. */
void previews_free(struct previews *p);

/* Answers the call, whose room is known: {"targetLanguage",...,"back"}. */
void preview_start(struct cmd_call *c, struct span content,
    const struct lang *from, const struct lang *to);

/* Is the outcome that of a preview, which then has it? */
bool preview_settle(struct previews *p, const struct store_translation *row);

#endif
