/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_MESSAGE_H
#define GATEWAY_MESSAGE_H

#include "gateway/gateway.h"

/*
 * message - the one way in for messages, whichever door they come through:
 * check, save, acknowledge, show to the room, translate; in this order.
 * Loop thread only.
 */
enum { MESSAGE_CLIENT_ID_LEN_MAX = 64 };

struct message_saved {
    char id[ID_BYTES];
    int64_t seq, created_ms;
    bool duplicate; /* this client message id was saved before: id and seq
                       are those of the first, nothing was shown again */
};

/* What a member wants to say.  Spans are borrowed during message_send. */
struct message_draft {
    struct user *user;
    struct span conversation_id, content;
    struct span language; /* {NULL,0}: the user's; "auto": see for yourself */
    struct span client_message_id; /* {NULL,0}: none */
    struct span reply_to; /* {NULL,0}: none */
    /* Called exactly once, at once when the draft is refused, else after the
     * commit and before anybody sees the message.  saved NULL: see err. */
    void (*done)(
        const struct message_saved *saved, const struct err *err, void *ctx);
    void *ctx;
};
void message_send(struct gateway *g, const struct message_draft *d);

/* A stored message as its reader may see it; borrowed during the callback. */
struct message_found {
    struct span id, conversation_id, sender_id, content, language;
    int64_t seq;
    int revision;
    bool deleted;
};

/* Read a message that user may read; NULL found: see err (FAIL_NOT_FOUND also
 * for messages of rooms the user is not in). */
void message_find(struct gateway *g, struct span id, struct user *user,
    void (*then)(
        const struct message_found *found, const struct err *err, void *ctx),
    void *ctx);

/* Change or delete one's own message, for everybody. */
void message_edit(struct gateway *g, struct user *user, struct span id,
    struct span content, struct span language,
    void (*done)(const struct err *err, void *ctx), void *ctx);
void message_delete(struct gateway *g, struct user *user, struct span id,
    void (*done)(const struct err *err, void *ctx), void *ctx);

/* The text of a message: valid UTF-8, not blank, not too long. */
bool message_check_content(
    const struct config *cfg, struct span content, struct err *err);

#endif
