/* SPDX-License-Identifier: ISC */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/id.h"
#include "base/span.h"

/*
 * store - the database, as operations of the chat.  A handle belongs to one
 * thread; every call blocks.  The interface is what SQLite and PostgreSQL have
 * in common; all statements are prepared, all text is bound.
 *
 * Rows come back through callbacks (the row is borrowed until the callback
 * returns, and the callback does not call the store) or in structs of fixed
 * size, so that nothing here is freed by the caller.
 *
 * A read_only handle sees what others committed; whatever writes fails with
 * FAIL_FORBIDDEN.
 */
struct store;

enum {
    STORE_LANG_BYTES = 16,
    STORE_NAME_BYTES = 4 * 80 + 1, /* user and display names, titles */
    STORE_TOKEN_HASH_BYTES = 32,
    STORE_CONTENT_BYTES_MAX = 32 * 1024,
    STORE_LANGUAGES_MAX = 64, /* target languages of one message */
};

/* Open by URL: "sqlite:/path/to/file" or "sqlite::memory:".  Brings the schema
 * up to date, one transaction per numbered migration; refuses a newer schema.
 * A read_only handle sees what others committed and refuses writes. */
struct store *store_open(const char *url, bool read_only, struct err *err);
void store_close(struct store *s);

/* Keep at most so much of the file in memory, which fills as needed. */
void store_limit_cache(struct store *s, int mb);

/* Transactions.  Between begin and commit any number of the operations below;
 * store_commit is durable (WAL, synchronous=FULL) when it returns true.  Each
 * operation is atomic by itself: one that fails leaves nothing behind and does
 * not spoil the batch.  When the machine fails midway (disk full, I/O error)
 * and cannot leave nothing behind, all further operations of the batch and its
 * commit fail.  Outside of a batch an operation commits for itself.
 * FAIL_BUSY: another process holds the file for longer than two seconds. */
bool store_begin(struct store *s, struct err *err);
bool store_commit(struct store *s, struct err *err);
void store_rollback(struct store *s);
/* Move the log into the database file, off the commit path: call when idle and
 * when the log has grown.  truncate also shrinks the log. */
void store_checkpoint(struct store *s, bool truncate);
struct store_log {
    int64_t bytes; /* in the log */
    int64_t unmoved_bytes; /* of them, not yet in the database file */
};
struct store_log store_log(const struct store *s);

/* After an I/O error the handle is broken: what it believes of the file may
 * not be so.  store_reopen starts anew and fails when the last message that
 * was committed is not there any more; the handle stays broken then, every
 * operation fails, and store_reopen may be tried again. */
bool store_broken(const struct store *s);
bool store_reopen(struct store *s, struct err *err);

/* ---- users and sessions ---- */
struct store_user {
    char id[ID_BYTES];
    char username[STORE_NAME_BYTES]; /* unique, case-insensitively */
    char display_name[STORE_NAME_BYTES];
    char email[STORE_NAME_BYTES * 2]; /* "" when none; unique when not */
    char password_hash[256]; /* "" for a guest */
    char language[STORE_LANG_BYTES]; /* reads and writes this one */
    bool guest;
    int64_t created_ms;
};
/* FAIL_CONFLICT when the username or e-mail is taken, be it as the other of the
 * two; capital ASCII letters do not tell names apart.  Also makes the user a
 * member of the public conversation "any". */
bool store_user_add(
    struct store *s, const struct store_user *u, struct err *err);
/* name: username or e-mail.  FAIL_NOT_FOUND. */
bool store_user_by_name(
    struct store *s, struct span name, struct store_user *ret, struct err *err);
bool store_user_by_id(
    struct store *s, struct span id, struct store_user *ret, struct err *err);
bool store_user_set_language(
    struct store *s, struct span id, struct span language, struct err *err);
/* The user was here then. */
bool store_user_seen(
    struct store *s, struct span id, int64_t seen_ms, struct err *err);

bool store_session_add(struct store *s,
    const unsigned char hash[STORE_TOKEN_HASH_BYTES], struct span user_id,
    int64_t now_ms, int64_t expires_ms, struct err *err);
/* The session's user; FAIL_NOT_FOUND when unknown or expired at now_ms. */
bool store_session_find(struct store *s,
    const unsigned char hash[STORE_TOKEN_HASH_BYTES], int64_t now_ms,
    struct store_user *ret, struct err *err);
bool store_session_remove(struct store *s,
    const unsigned char hash[STORE_TOKEN_HASH_BYTES], struct err *err);
/* Forget sessions that expired before now_ms. */
bool store_sessions_expire(struct store *s, int64_t now_ms, struct err *err);

/* ---- conversations ---- */
#define STORE_ANY "any" /* the public conversation, made by the migration */

struct store_conversation {
    char id[ID_BYTES > 64 ? ID_BYTES : 65];
    char type[16]; /* "global" (only "any"), "group", "direct" */
    char title[STORE_NAME_BYTES];
    char created_by[ID_BYTES]; /* "" for "any" */
    int64_t created_ms, last_message_ms;
    int64_t last_seq; /* 0: no message yet */
};
/* The creator becomes a member with role "admin"; members[] (user ids, may
 * repeat the creator) with role "member".  FAIL_NOT_FOUND for an unknown
 * user. */
bool store_conversation_add(struct store *s, const struct store_conversation *c,
    const struct span *members, size_t n_members, struct err *err);
bool store_conversation_get(struct store *s, struct span id,
    struct store_conversation *ret, struct err *err);
/* Conversations of a user, most recent message first. */
bool store_conversations_of(struct store *s, struct span user_id,
    void (*row)(const struct store_conversation *c, void *ctx), void *ctx,
    struct err *err);
struct store_member {
    char conversation_id[65];
    char user_id[ID_BYTES];
    char username[STORE_NAME_BYTES], display_name[STORE_NAME_BYTES];
    char language[STORE_LANG_BYTES];
    char role[16];
    bool guest;
    int64_t seen_ms; /* the user, anywhere; from making the account on */
};
/* Joining again changes nothing; leaving without being a member is
 * FAIL_NOT_FOUND. */
bool store_member_add(struct store *s, struct span conversation_id,
    struct span user_id, int64_t now_ms, struct err *err);
bool store_member_remove(struct store *s, struct span conversation_id,
    struct span user_id, struct err *err);
/* Members of one conversation, or with {NULL,0} of all: what the gateway loads
 * when it starts. */
bool store_members(struct store *s, struct span conversation_id,
    void (*row)(const struct store_member *m, void *ctx), void *ctx,
    struct err *err);
bool store_conversations_all(struct store *s,
    void (*row)(const struct store_conversation *c, void *ctx), void *ctx,
    struct err *err);

/* ---- messages ---- */
struct store_message {
    struct span id, conversation_id, sender_id;
    struct span client_message_id; /* {NULL,0}: none.  Unique per sender.
                                      Random ones double the cost of a save,
                                      those that begin with the time do not */
    struct span content, language, type; /* type: "text" */
    struct span reply_to; /* message id or {NULL,0} */
    int64_t created_ms;
    /* Filled on reading: */
    int64_t seq; /* 1, 2, 3 ... within the conversation, in commit order */
    int revision; /* 1; an edit raises it */
    int64_t edited_ms, deleted_ms; /* 0: never; a deleted message has no
                                      content and no translations */
    struct span sender_name; /* display name */
};

/* Save a message with the next sequence number of its conversation and one
 * ledger row ("queued") per target language.  *ret_seq is the number.  When
 * this sender already saved this client_message_id nothing is written,
 * *ret_duplicate is true and ret_id and ret_seq are those of the first.
 * FAIL_NOT_FOUND for an unknown sender or conversation, or a reply_to that is
 * not in this conversation. */
bool store_message_add(struct store *s, const struct store_message *m,
    const struct span *targets, size_t n_targets, char ret_id[ID_BYTES],
    int64_t *ret_seq, bool *ret_duplicate, struct err *err);

/* One message; FAIL_NOT_FOUND.  Calls row once. */
bool store_message_get(struct store *s, struct span id,
    void (*row)(const struct store_message *m, void *ctx), void *ctx,
    struct err *err);

/* Replace the content: revision + 1, old translations and ledger rows are
 * dropped, new ledger rows queued.  FAIL_NOT_FOUND when missing or deleted,
 * FAIL_FORBIDDEN when sender_id did not write it. */
bool store_message_edit(struct store *s, struct span id, struct span sender_id,
    struct span content, struct span language, const struct span *targets,
    size_t n_targets, int64_t now_ms, int *ret_revision, struct err *err);
bool store_message_delete(struct store *s, struct span id,
    struct span sender_id, int64_t now_ms, struct err *err);

/* Up to limit messages of a conversation in sequence order: the newest before
 * before_seq (0: from the end), or, unless after_seq is -1, the oldest after
 * after_seq (0: from the start; before_seq is then ignored). */
bool store_history(struct store *s, struct span conversation_id,
    int64_t before_seq, int64_t after_seq, int limit,
    void (*row)(const struct store_message *m, void *ctx), void *ctx,
    struct err *err);

/* ---- translations and the ledger ---- */
enum store_state {
    STORE_QUEUED, /* not finished: sent or not is the gateway's memory */
    STORE_READY,
    STORE_FAILED, /* given up, with a reason */
    STORE_SKIPPED, /* nothing to translate, with a reason */
};

struct store_translation {
    struct span message_id, conversation_id, language;
    int revision;
    enum store_state state;
    struct span text; /* READY */
    struct span reason; /* FAILED, SKIPPED */
    struct span source, model;
    double confidence;
    int64_t updated_ms;
};

/* Settle one ledger row.  Nothing happens, and *ret_settled is false, when the
 * message is gone or deleted, has another revision, never asked for this
 * language, or the row is READY already. */
bool store_translation_settle(struct store *s,
    const struct store_translation *t, bool *ret_settled, struct err *err);

/* Add a queued row for a language asked for later (a reader joined, or asks
 * again after a failure: FAILED and SKIPPED become QUEUED).  *ret_queued is
 * false when it is READY or already QUEUED. */
bool store_translation_request(struct store *s, struct span message_id,
    struct span language, int64_t now_ms, bool *ret_queued, struct err *err);

/* Translations (all states) of the messages from_seq..to_seq of a
 * conversation, in one language or, with {NULL,0}, in all. */
bool store_translations(struct store *s, struct span conversation_id,
    int64_t from_seq, int64_t to_seq, struct span language,
    void (*row)(const struct store_translation *t, void *ctx), void *ctx,
    struct err *err);

/* Unfinished work, oldest first: every queued row with its message, grouped by
 * message.  Starts after *cursor (0 at first), visits at most limit messages
 * and moves *cursor; a message visited in full.  *ret_n says how many. */
struct store_pending {
    struct span message_id, conversation_id, content, language;
    int revision;
    int n_targets;
    struct span targets[STORE_LANGUAGES_MAX];
};
bool store_pending(struct store *s, int64_t *cursor, int limit,
    void (*row)(const struct store_pending *p, void *ctx), void *ctx,
    int *ret_n, struct err *err);

/* ---- glossaries (wire/glossary.h), one a conversation ---- */
struct store_glossary {
    struct span conversation_id;
    int64_t version; /* 1, 2, 3 ...: every change raises it */
    struct span json;
};
/* Replace as a whole.  FAIL_FORBIDDEN unless the user is an admin of the
 * conversation, which "any" does not have. */
bool store_glossary_set(struct store *s, struct span conversation_id,
    struct span user_id, struct span json, int64_t now_ms, int64_t *ret_version,
    struct err *err);
/* All there are. */
bool store_glossaries(struct store *s,
    void (*row)(const struct store_glossary *g, void *ctx), void *ctx,
    struct err *err);

struct store_totals {
    int64_t users, conversations, messages, translations_ready,
        translations_queued, translations_failed;
};
/* Counts rows, 0.1 s for a million translations: for the start and for slow
 * timers. */
bool store_totals(struct store *s, struct store_totals *ret, struct err *err);

#endif
