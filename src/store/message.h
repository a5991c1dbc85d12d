/* SPDX-License-Identifier: ISC */
#ifndef STORE_MESSAGE_H
#define STORE_MESSAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/id.h"
#include "base/span.h"

/*
 * The part of store.h about messages, and what people leave at them; what is
 * said there holds here.
 */
struct store;

enum {
    STORE_CONTENT_BYTES_MAX = 32 * 1024,
    STORE_QUOTE_CHARS = 200, /* of a message that is replied to */
    STORE_EMOJI_BYTES_MAX = 64,
    STORE_REACTIONS_MAX = 20, /* different emoji at one message */
    STORE_PINS_MAX = 50, /* in one conversation */
    STORE_REVISIONS_MAX = 50, /* kept of one message */
};

/* ---- messages ---- */

/* The start of the message that another one replies to, and of its translation
 * into what the reader reads. */
struct store_quote {
    struct span sender_id, sender_name;
    bool sender_guest, sender_bot;
    struct span content, language; /* content: at most STORE_QUOTE_CHARS */
    int revision;
    bool deleted; /* content is empty, there is no translation */
    /* The translation; absent: there is none ready. */
    struct span text, text_language, doubt;
    /* In events, which go to readers of all languages: see
     * store_quote_into. */
    struct span texts;
};

/* The quote for a reader of the language: the translation from texts. */
void store_quote_into(struct store_quote *q, struct span language);

/* The names that a message mentions; those that mean nobody in the room, or by
 * display name several, are left out. */
struct store_mentions {
    const struct span *names; /* user names, or else display names */
    size_t n;
    bool all; /* everybody */
};

/* What is said under a message. */
struct store_thread {
    int64_t replies, last_seq; /* without those that were deleted */
    int64_t changes; /* of two states the one with more is newer; 0: nothing
                        ever was */
};

/* Whom rows are read for; {NULL,0}: nobody, no language. */
struct store_reader {
    struct span user_id, language;
};

struct store_message {
    struct span id, conversation_id, sender_id;
    struct span client_message_id; /* {NULL,0}: none.  Unique per sender.
                                      Random ones double the cost of a save,
                                      those that begin with the time do not */
    struct span content, language, type; /* type: "text"; of one with
                                             files another word */
    struct span reply_to; /* message id or {NULL,0} */
    struct span forward_of; /* id of the message that it repeats; {NULL,0} */
    int64_t created_ms;
    struct span thread; /* the message that it is said under; {NULL,0} */
    const struct store_mentions *mentioning; /* NULL: nobody */
    const struct span *file_ids; /* of the sender's, in this order */
    size_t n_files; /* at most STORE_FILES_MAX */
    struct span
        alias; /* the name that a bot writes it under; {NULL,0}: its own */
    /* Filled on reading: */
    int64_t seq; /* 1, 2, 3 ... within the conversation, in commit order */
    int revision; /* 1; an edit raises it */
    int64_t edited_ms, deleted_ms; /* 0: never; a deleted message has no
                                      content and no translations */
    struct span sender_name; /* display name */
    bool sender_guest, sender_bot;
    struct store_quote quote; /* of reply_to */
    /* Changes of its reactions and its pin: of two states of them the one with
     * the higher number is newer. */
    int64_t marks;
    int64_t pinned_ms; /* 0: it is not pinned */
    struct span reactions; /* oldest first: see store_reaction_next */
    struct span origin_id,
        origin_name; /* who wrote what it repeats, if it does */
    bool origin_guest, origin_bot;
    struct span files; /* see store_file_next */
    struct store_thread under; /* what is said under it */
    struct span mentions; /* ids of people, "*" is everybody; a space between */
};

/* One emoji at a message. */
struct store_reaction {
    struct span emoji;
    int64_t count;
    bool own; /* one of them is the reader's */
};

/* Take the next off a message's reactions; false at the end. */
bool store_reaction_next(struct span *reactions, struct store_reaction *ret);

/* Save a message with the next sequence number of its conversation and one
 * ledger row ("queued") per target language.  *ret_seq is the number.  When
 * this sender already saved this client_message_id nothing is written,
 * *ret_duplicate is true and ret_id and ret_seq are those of the first.
 * FAIL_NOT_FOUND for an unknown sender or conversation, a reply_to that is not
 * in this conversation, a thread that is not or is itself said under another
 * message, a file that is not the sender's, or a forward_of that
 * is gone; what repeats another message has its files and no other. */
bool store_message_add(struct store *s, const struct store_message *m,
    const struct span *targets, size_t n_targets, char ret_id[ID_BYTES],
    int64_t *ret_seq, bool *ret_duplicate, struct err *err);

/* One message; FAIL_NOT_FOUND.  Calls row once.  reader NULL: nobody. */
bool store_message_get(struct store *s, struct span id,
    const struct store_reader *reader,
    void (*row)(const struct store_message *m, void *ctx), void *ctx,
    struct err *err);

/* Replace the content: revision + 1, old translations and ledger rows are
 * dropped, new ledger rows queued.  FAIL_NOT_FOUND when missing or deleted,
 * FAIL_FORBIDDEN when sender_id did not write it. */
bool store_message_edit(struct store *s, struct span id, struct span sender_id,
    struct span content, struct span language,
    const struct store_mentions *mentioning, const struct span *targets,
    size_t n_targets, int64_t now_ms, int *ret_revision, struct err *err);
bool store_message_delete(struct store *s, struct span id,
    struct span sender_id, int64_t now_ms, struct err *err);

/* What is older than it may be is as if it was deleted: at most limit messages of
 * one room in a call, whose cursor is 0 at first and moves on; *ret_more is false
 * at the end of the round.  gone is called for each. */
enum { STORE_EXPIRE_MAX = 100 };
struct store_retention {
    int days; /* on this server; a room may say less; 0: for good */
    int limit; /* at most STORE_EXPIRE_MAX */
    int64_t now_ms;
};
bool store_messages_expire(struct store *s, const struct store_retention *r,
    int64_t *cursor, void (*gone)(struct span message_id, void *ctx), void *ctx,
    bool *ret_more, struct err *err);

/* What a message said before its edits, oldest first: the last
 * STORE_REVISIONS_MAX, unless edits are forgotten (struct store_options).  Of a
 * deleted message there is nothing. */
struct store_revision {
    int revision;
    int64_t at_ms; /* when it was written */
    struct span language, content;
};
bool store_message_revisions(struct store *s, struct span id,
    void (*row)(const struct store_revision *r, void *ctx), void *ctx,
    struct err *err);

/* The sequence number of the first message of a conversation that was sent then
 * or later; 0: there is none. */
bool store_seq_at(struct store *s, struct span conversation_id, int64_t ms,
    int64_t *ret_seq, struct err *err);

/* Up to limit messages of a conversation in sequence order: the newest before
 * before_seq (0: from the end), or, unless after_seq is -1, the oldest after
 * after_seq (0: from the start; before_seq is then ignored). */
bool store_history(struct store *s, struct span conversation_id,
    int64_t before_seq, int64_t after_seq, int limit,
    const struct store_reader *reader,
    void (*row)(const struct store_message *m, void *ctx), void *ctx,
    struct err *err);

/* Up to limit messages that are said under one, in sequence order, after
 * after_seq (0: from the first). */
bool store_thread(struct store *s, struct span root_id, int64_t after_seq,
    int limit, const struct store_reader *reader,
    void (*row)(const struct store_message *m, void *ctx), void *ctx,
    struct err *err);

/* ---- marks: reactions and pins ---- */

/* Leave an emoji at a message (on), or take it away.  *ret_changed is false
 * when it was so before.  FAIL_NOT_FOUND when the message is missing or
 * deleted, FAIL_CONFLICT for one more than STORE_REACTIONS_MAX different
 * ones. */
bool store_reaction_set(struct store *s, struct span message_id,
    struct span user_id, struct span emoji, bool on, int64_t now_ms,
    bool *ret_changed, struct err *err);

/* Who left what, in order; at most limit. */
struct store_reactor {
    struct span emoji, user_id, name; /* name: display name */
    int64_t at_ms;
};
bool store_reactors(struct store *s, struct span message_id, int limit,
    void (*row)(const struct store_reactor *r, void *ctx), void *ctx,
    struct err *err);

/* Pin a message to its conversation (on), or take the pin off.  Like
 * store_reaction_set, with STORE_PINS_MAX. */
bool store_pin_set(struct store *s, struct span message_id, bool on,
    int64_t now_ms, bool *ret_changed, struct err *err);

/* The pinned messages of a conversation, in its order. */
bool store_pins(struct store *s, struct span conversation_id,
    const struct store_reader *reader,
    void (*row)(const struct store_message *m, void *ctx), void *ctx,
    struct err *err);

#endif
