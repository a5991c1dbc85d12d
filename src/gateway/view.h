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
enum view_part {
    VIEW_WHOLE, /* for everybody: says nothing of its marks */
    VIEW_MARKED, /* the same with its marks */
    VIEW_OPEN, /* for the reader who the row was read for; ends with
                  "translations":[ so that they can follow */
};

void view_message(struct buf *b, const struct store_message *m,
    struct span client_message_id, enum view_part part);
/* {"id","name","type","bytes",...} */
void view_file(struct buf *b, const struct store_file *f);
/* {"targetLanguage",...}: one element of translations. */
void view_translation(struct buf *b, const struct store_translation *t);
/* {"messageId",...,"translations":[...]}: the event "message:translation". */
void view_translation_event(struct buf *b, const struct store_translation *t);
void view_translation_failed(struct buf *b, const struct store_translation *t);
/* The events "message:reaction" and "message:pinned". */
void view_reaction(struct buf *b, const struct store_event *e);
void view_pin(struct buf *b, const struct store_event *e);
/* {"messageId",...,"thread":{...}}: the event "message:thread". */
void view_thread(struct buf *b, const struct store_event *e);
/* How far a person has read and what is behind it, for their devices:
 * {"conversationId","readSeq","unread","mentions"}. */
void view_unread(
    struct buf *b, struct span conversation_id, const struct store_unread *u);
/* The mark of somebody, for others: {"userId","readSeq",...}; with
 * STORE_READ_HIDDEN readSeq is null. */
void view_reader(struct buf *b, const struct store_read *r);
/* The newest message of a conversation: as a quote. */
void view_quote(struct buf *b, struct span id, const struct store_quote *q);
void view_user(struct buf *b, const struct user *u);
void view_room(struct buf *b, const struct room *r);
/* With what u is in it. */
void view_room_of(struct buf *b, const struct room *r, const struct user *u);
/* Without the counts that only memory has: role where c has one, and
 * participantCount. */
void view_conversation(struct buf *b, const struct store_conversation *c);
/* {"conversationId","type","title","userId",...}: who is asked into what. */
void view_invitation(struct buf *b, const struct store_invitation *i);
/* How that is now, for their devices: {"conversationId"}, and "invitation" while
 * there is one. */
void view_invitation_change(struct buf *b, const struct store_invitation *i);
void view_member(struct buf *b, const struct store_member *m);
/* ,"key":"2026-11-30T06:00:00.000Z"; nothing for 0, which is no time. */
void view_add_time(struct buf *b, const char *key, int64_t wall_ms);
/* ,"bot":true of programs, nothing of people */
void view_add_bot(struct buf *b, bool bot);
/* ,"guest":... and view_add_bot */
void view_put_kind(struct buf *b, bool guest, bool bot);
/* ,"role":...,"mutedUntil":... */
void view_put_role(struct buf *b, const char *role, int64_t muted_until_ms);

#endif
