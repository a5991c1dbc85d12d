/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_NAME_H
#define GATEWAY_NAME_H

#include <stdbool.h>

#include "base/err.h"
#include "base/span.h"
#include "chat/chat.h"

/*
 * name - text that others are shown: what is there to be seen of it?
 */

/* Nothing but spaces and characters without a shape; text is valid UTF-8. */
bool text_is_blank(struct span text);

/* A name or a title: one line of visible text, at most max characters, that
 * does not turn what stands beside it around. */
bool name_check(struct span name, int max, struct err *err);

/* What an account is called by: @name.  Its length is checked elsewhere. */
bool username_check(struct span name, struct err *err);
/* The first letters, digits and . _ - of some other name, as many as one may
 * have, all else left out; false when they are too few. */
bool username_from(struct span name, char ret[CHAT_USERNAME_LEN_MAX + 1]);

#endif
