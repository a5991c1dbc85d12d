/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_MESSAGE_H
#define GATEWAY_MESSAGE_H

#include "gateway/gateway.h"

/*
 * message - the one way in for messages, whichever door they come through:
 * check, save, acknowledge, show to the room, translate; in this order.
 * Loop thread only.
 */
struct message_saved {
    char id[ID_BYTES];
    int64_t seq, created_ms;
    bool duplicate; /* this client message id was saved before: id and seq
                       are those of the first, nothing was shown again */
};

/* What somebody who may wants to say.  Spans are borrowed during
 * message_send. */
struct message_draft {
    struct user *user;
    struct room *room;
    struct span content;
    const struct lang *language; /* NULL: see written.h */
    struct span client_message_id; /* {NULL,0}: none */
    struct span reply_to, thread; /* {NULL,0}: none */
    struct span address; /* that it comes from, see budget.h */
    bool mention_all; /* "@all" is everybody */
    struct span forward_of; /* the message that it repeats; it then mentions
                               nobody */
    struct span type; /* of what it repeats; {NULL,0}: its own */
    struct span
        alias; /* the name that a bot says it under; {NULL,0}: its own */
    const struct span *file_ids; /* of the user's, at most STORE_FILES_MAX */
    size_t n_files;
    /* Called exactly once, at once when the draft is refused, else after the
     * commit and before anybody sees the message.  saved NULL: see err. */
    void (*done)(
        const struct message_saved *saved, const struct err *err, void *ctx);
    void *ctx;
};
void message_send(struct gateway *g, const struct message_draft *d);
/* The done of commands that say something: ctx is the call, which it answers. */
void cmd_message_saved(
    const struct message_saved *saved, const struct err *err, void *ctx);

/* A stored message; borrowed during the callback. */
struct message_found {
    struct span id, conversation_id, sender_id, content, language, type;
    int64_t seq;
    int revision;
    bool deleted;
};

/* Read a message; who may see it is the caller's question.  NULL found: see
 * err. */
void message_find(struct gateway *g, struct span id,
    void (*then)(
        const struct message_found *found, const struct err *err, void *ctx),
    void *ctx);

/* What is remembered in the room needs no translator: on the store thread, of
 * a message that was just saved, the languages that are still to be asked for
 * go to the front of targets.  Reports only the machine's failures. */
bool message_recall(struct store *s, struct span id, struct span *targets,
    size_t *n_targets, struct err *err);

/* Whom a text mentions. */
struct message_mentions {
    struct store_mentions of; /* of names */
    struct span names[CHAT_MENTIONS_MAX]; /* parts of the text */
};
/* Fill *ret; false when it mentions nobody.  all: "@all" is everybody. */
bool message_mentions(
    struct span content, bool all, struct message_mentions *ret);

/* Change or delete a message that was found in room, for everybody.  language
 * NULL: as before.  content stays until done, found need not. */
void message_edit(struct gateway *g, const struct message_found *found,
    struct room *room, struct span content, bool mention_all,
    const struct lang *language, void (*done)(const struct err *err, void *ctx),
    void *ctx);
void message_delete(struct gateway *g, const struct message_found *found,
    struct room *room, void (*done)(const struct err *err, void *ctx),
    void *ctx);

/* The text of a message: not blank, not too long.  It is valid UTF-8. */
bool message_check_content(
    const struct config *cfg, struct span content, struct err *err);

#endif
