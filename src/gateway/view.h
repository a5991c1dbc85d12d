/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_VIEW_H
#define GATEWAY_VIEW_H

#include "base/buf.h"
#include "gateway/hub.h"
#include "store/store.h"

/*
 * view - what clients see, as JSON text appended to a buf.  The same shapes go
 * out by socket and by REST.  Pure functions; any thread.
 */
enum view_part { VIEW_WHOLE, VIEW_OPEN }; /* OPEN: without the last "}" */

/* {"id",...,"translations":[ when open, so that rows can follow */
void view_message(struct buf *b, const struct store_message *m,
    struct span client_message_id, enum view_part part);
/* {"targetLanguage",...}: one element of translations. */
void view_translation(struct buf *b, const struct store_translation *t);
/* {"messageId",...,"translations":[...]}: the event "message:translation". */
void view_translation_event(struct buf *b, const struct store_translation *t);
void view_translation_failed(struct buf *b, const struct store_translation *t);
void view_user(struct buf *b, const struct user *u);
void view_room(struct buf *b, const struct room *r);

#endif
