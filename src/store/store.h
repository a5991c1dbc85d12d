/* SPDX-License-Identifier: ISC */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/id.h"
#include "base/span.h"
#include "store/face.h"
#include "store/file.h"
#include "store/invitation.h"
#include "store/message.h"
#include "store/read.h"
#include "store/search.h"

/*
 * store - the database, as operations of the chat.  A handle belongs to one
 * thread; every call blocks.  All of it is a table of operations that an
 * implementation fills (store_ops.h); the URL says which.  Text is always
 * bound, never part of a statement.
 *
 * Rows come back through callbacks (the row is borrowed until the callback
 * returns, and the callback does not call the store) or in structs of fixed
 * size, so that nothing here is freed by the caller.  Messages and what is left
 * at them are in store/message.h, files in store/file.h, pictures of rooms and
 * people in store/face.h, being asked into rooms in store/invitation.h, what
 * people have read in store/read.h, finding in store/search.h: parts of this
 * one.
 *
 * A handle opened for reading sees what others committed; whatever writes
 * fails with FAIL_FORBIDDEN.
 */
enum {
    STORE_LANG_BYTES = 16,
    STORE_ROLE_BYTES = 16,
    STORE_NAME_BYTES = 4 * 80 + 1, /* user and display names, titles */
    STORE_DESCRIPTION_BYTES = 4 * 500 + 1,
    STORE_TOKEN_HASH_BYTES = 32,
    STORE_LANGUAGES_MAX = 64, /* target languages of one message */
    STORE_GUEST_LANGUAGES_MAX = 8, /* that guests who may come back count for */
};

struct store_options {
    bool read_only;
    bool no_migrate; /* fail where the schema would have to change, and say
                        what would */
    bool forget_edits; /* what a message said before an edit is not kept */
    int cache_mb; /* memory for what was read lately; 0: the default */
    const char *holder; /* who holds what this handle queues, see store_hold;
                           NULL: nobody */
};

/* Open by URL: "sqlite:/path/to/file", "sqlite::memory:", or "postgresql://..."
 * as libpq has it, with schema=NAME (meeshy) besides.  Brings the schema
 * up to date, one transaction per numbered migration, with SQLite after a copy of
 * what was there; refuses a newer schema.  options NULL: the defaults. */
struct store *store_open(
    const char *url, const struct store_options *options, struct err *err);
void store_close(struct store *s); /* NULL is fine */

/* Transactions.  Between begin and commit any number of the operations below;
 * store_commit is durable when it returns true.  Each operation is atomic by
 * itself: one that fails leaves nothing behind and does not spoil the batch.
 * When the machine fails midway (disk full, I/O error, connection lost) and
 * cannot leave nothing behind, all further operations of the batch and its
 * commit fail.  Outside of a batch an operation commits for itself.
 * FAIL_BUSY: somebody else holds the database for longer than two seconds. */
bool store_begin(struct store *s, struct err *err);

/* What a batch changes when it has nothing but messages that are new and have
 * no files, outcomes of translations, reactions and marks of reading: the
 * streams of these rooms and people, by their ids (twice is fine).  Where
 * several handles write, such batches run side by side unless they share one.
 * Other operations fail in it, or are not to be called. */
struct store_scope {
    const char *const *rooms, *const *people;
    size_t n_rooms, n_people;
};
bool store_begin_in(
    struct store *s, const struct store_scope *scope, struct err *err);
/* Whether the batch that failed last met another one and left nothing: it may
 * be run once more, with store_begin. */
bool store_again(const struct store *s);

/* FAIL_UNKNOWN when the disk failed on the way: whether the batch is there can
 * only be seen. */
bool store_commit(struct store *s, struct err *err);
void store_rollback(struct store *s);

/* Housekeeping that should not delay a commit: call after each batch, and with
 * idle when there has been nothing to do for a moment; true: call again. */
bool store_tend(struct store *s, bool idle);

/* After an I/O error the handle is broken: what it believes of the database
 * may not be so.  store_reopen starts anew and fails when the last message
 * that was committed is not there any more, or when somebody else wrote to the
 * file and it is now another one or damaged; the handle stays broken then,
 * every operation fails, and store_reopen may be tried again. */
bool store_broken(const struct store *s);
/* Another process has the database: that it does not answer is no damage. */
bool store_remote(const struct store *s);
bool store_reopen(struct store *s, struct err *err);

/* Is the file that this handle writes to still the one at its path, and has
 * nobody else written to it?  Cheap; to be asked before a batch.  If somebody
 * has, the handle is broken from then on. */
bool store_look(struct store *s, struct err *err);

/* Read all of it: is it whole?  FAIL_BUSY when *stop (or NULL) became true, any
 * other failure is damage. */
bool store_check(struct store *s, const atomic_bool *stop, struct err *err);

/* ---- users and sessions ---- */
enum { STORE_LIKENESSES_MAX = 4 };
struct store_user {
    char id[ID_BYTES];
    char username[STORE_NAME_BYTES]; /* unique, case-insensitively */
    char display_name[STORE_NAME_BYTES];
    char email[STORE_NAME_BYTES * 2]; /* "" when none; unique when not */
    char password_hash[256]; /* "" for a guest */
    char language[STORE_LANG_BYTES]; /* reads this one */
    char writing[STORE_LANG_BYTES]; /* writes this one; "": any */
    bool guest;
    bool visitor; /* a guest who came by a link and has its room only */
    unsigned
        bot; /* what the tokens of a program may do (chat.h); 0: a person */
    bool admin; /* of the server */
    bool disabled; /* no session of theirs is good, and none begins */
    char picture[STORE_FACE_VERSION_BYTES]; /* see face.h; "": none */
    int64_t created_ms;
    /* To add: numbers that stand for what the two names look like; 0: none. */
    int64_t likeness[STORE_LIKENESSES_MAX];
};
/* FAIL_CONFLICT when the username is taken, be it as an e-mail address, or when
 * an account has one of these likenesses (a guest's are not kept); capital
 * ASCII letters do not tell names apart.  An e-mail address that is taken is
 * not kept, so that nobody learns who has one.  Also makes the user a member of
 * the public conversation "any", which is their first event. */
bool store_user_add(
    struct store *s, const struct store_user *u, struct err *err);
/* Have of() find the likenesses of the accounts from before there were any. */
bool store_users_liken(struct store *s,
    void (*of)(struct span username, struct span display_name,
        int64_t ret[STORE_LIKENESSES_MAX], void *ctx),
    void *ctx, struct err *err);
/* name: username or e-mail.  FAIL_NOT_FOUND. */
bool store_user_by_name(
    struct store *s, struct span name, struct store_user *ret, struct err *err);
/* A guest becomes an account with the names, address and password hash of u, a
 * member of "any" and no visitor any more; rooms and messages stay.  Errors as
 * of store_user_add; FAIL_CONFLICT also for who has an account. */
bool store_user_upgrade(struct store *s, const struct store_user *u,
    int64_t now_ms, struct err *err);
bool store_user_by_id(
    struct store *s, struct span id, struct store_user *ret, struct err *err);
bool store_user_set_language(struct store *s, struct span id,
    struct span language, int64_t now_ms, struct err *err);
/* "" for any. */
bool store_user_set_writing(struct store *s, struct span id,
    struct span writing, int64_t now_ms, struct err *err);
/* The user was here then. */
bool store_user_seen(
    struct store *s, struct span id, int64_t seen_ms, struct err *err);

/* A person and the rooms they are in, at one moment: all that memory needs of
 * somebody who is here.  FAIL_NOT_FOUND. */
struct store_seat {
    struct span conversation_id, role;
    int64_t muted_until_ms;
};
struct store_person {
    struct store_user user;
    int64_t seen_ms; /* from making the account on */
    int64_t offset; /* the end of their own stream at that moment */
};
bool store_person_get(struct store *s, struct span id, struct store_person *ret,
    void (*seat)(const struct store_seat *seat, void *ctx), void *ctx,
    struct err *err);

/* How many read a language. */
struct store_readers {
    char language[STORE_LANG_BYTES];
    int64_t n;
};
/* Of the accounts that were here since then, and of the guests since
 * guests_since_ms (INT64_MAX: none), whose languages count up to
 * STORE_GUEST_LANGUAGES_MAX; the languages with most readers first, as many as
 * there is room for. */
bool store_recent_readers(struct store *s, int64_t since_ms,
    int64_t guests_since_ms, struct store_readers ret[STORE_LANGUAGES_MAX],
    size_t *ret_n, struct err *err);

bool store_session_add(struct store *s,
    const unsigned char hash[STORE_TOKEN_HASH_BYTES], struct span user_id,
    int64_t now_ms, int64_t expires_ms, struct err *err);
/* The session's user; FAIL_NOT_FOUND when unknown, expired at
 * now_ms, or the user is disabled. */
bool store_session_find(struct store *s,
    const unsigned char hash[STORE_TOKEN_HASH_BYTES], int64_t now_ms,
    struct store_user *ret, struct err *err);
bool store_session_remove(struct store *s,
    const unsigned char hash[STORE_TOKEN_HASH_BYTES], struct err *err);
/* All sessions of a user but the one, which may be NULL. */
bool store_sessions_end(struct store *s, struct span user_id,
    const unsigned char *except_hash, struct err *err);
/* Forget sessions that expired before now_ms. */
bool store_sessions_expire(struct store *s, int64_t now_ms, struct err *err);
/* Guests who were here last before before_ms, never said anything and have no
 * session are gone, as after store_user_erase: at most limit of them. */
bool store_guests_expire(struct store *s, int64_t before_ms, int64_t now_ms,
    int limit, bool *ret_more, struct err *err);

/* ---- conversations ---- */
#define STORE_ANY "any" /* the public conversation, made by the migration */

struct store_conversation {
    char id[ID_BYTES > 64 ? ID_BYTES : 65];
    char type[16]; /* "global" (only "any"), "group", "public" (a group that
                      anybody finds and may join), "direct" */
    char title[STORE_NAME_BYTES];
    char description[STORE_DESCRIPTION_BYTES];
    char created_by[ID_BYTES]; /* "" for "any" */
    bool archived, read_only, untranslated; /* who may still write: chat.h */
    int retention_days; /* messages of more are erased; 0: the server says */
    int slow_s; /* slow mode: seconds between two messages of a member; 0: off */
    int64_t created_ms, last_message_ms;
    int64_t last_seq; /* 0: no message yet */
    char role[STORE_ROLE_BYTES]; /* store_conversations_of: the user's there */
    int64_t n_members; /* store_conversations_public only */
    char picture[STORE_FACE_VERSION_BYTES]; /* see face.h; "": none */
    bool asks; /* to add a direct one: the other is no member yet */
};
/* The creator becomes a member with role "owner", members[] (user ids, may
 * repeat the creator) with role "member"; in a direct one both are members.
 * Settings are those of a new one, whatever c says.  FAIL_NOT_FOUND for an
 * unknown user, FAIL_CONFLICT when the two of a direct one have theirs. */
bool store_conversation_add(struct store *s, const struct store_conversation *c,
    const struct span *members, size_t n_members, struct err *err);
bool store_conversation_get(struct store *s, struct span id,
    struct store_conversation *ret, struct err *err);
/* The room that two people have; FAIL_NOT_FOUND. */
bool store_direct_get(struct store *s, struct span user_id,
    struct span other_id, struct store_conversation *ret, struct err *err);
/* Its title, description and settings as in c, whose other fields but the id
 * do not count. */
bool store_conversation_set(struct store *s, const struct store_conversation *c,
    int64_t now_ms, struct err *err);
/* Conversations of the reader, most recent message first. */
struct store_listing {
    struct store_conversation conversation;
    struct store_unread unread;
    struct span last_id; /* the newest message; absent: there is none */
    struct store_quote last;
};
bool store_conversations_of(struct store *s, const struct store_reader *reader,
    void (*row)(const struct store_listing *l, void *ctx), void *ctx,
    struct err *err);
/* Public ones that are not archived, newest first: at most limit, those made
 * before the one of id before ({NULL,0}: from the start), whose title or
 * description has the text ({NULL,0}: any). */
bool store_conversations_public(struct store *s, struct span text,
    struct span before, int limit,
    void (*row)(const struct store_conversation *c, void *ctx), void *ctx,
    struct err *err);

struct store_member {
    char conversation_id[65];
    char user_id[ID_BYTES];
    char username[STORE_NAME_BYTES], display_name[STORE_NAME_BYTES];
    char language[STORE_LANG_BYTES], writing[STORE_LANG_BYTES];
    char role[STORE_ROLE_BYTES];
    bool guest, bot;
    int64_t seen_ms; /* the user, anywhere; from making the account on */
    int64_t joined_ms, muted_until_ms;
};
/* Joining again changes nothing; leaving without being a member is
 * FAIL_NOT_FOUND; who is banned is FAIL_FORBIDDEN. */
bool store_member_add(struct store *s, struct span conversation_id,
    struct span user_id, int64_t now_ms, struct err *err);
bool store_member_remove(struct store *s, struct span conversation_id,
    struct span user_id, int64_t now_ms, struct err *err);
/* One member, or who is banned; FAIL_NOT_FOUND. */
bool store_member_get(struct store *s, struct span conversation_id,
    struct span user_id, struct store_member *ret, struct err *err);
/* What a member may from now on; FAIL_NOT_FOUND for who is none.  Who may
 * change it is chat_may_rank's question. */
bool store_member_set_role(struct store *s, struct span conversation_id,
    struct span user_id, const char *role, int64_t now_ms, struct err *err);
/* Silent until then; 0: no longer. */
bool store_member_mute(struct store *s, struct span conversation_id,
    struct span user_id, int64_t until_ms, int64_t now_ms, struct err *err);
/* Out, and kept out; somebody who never was in may be banned too.  Lifting
 * leaves them outside; FAIL_NOT_FOUND when they are not banned. */
bool store_member_ban(struct store *s, struct span conversation_id,
    struct span user_id, int64_t now_ms, struct err *err);
bool store_member_unban(struct store *s, struct span conversation_id,
    struct span user_id, struct err *err);
bool store_members(struct store *s, struct span conversation_id,
    void (*row)(const struct store_member *m, void *ctx), void *ctx,
    struct err *err);
/* At most limit of them, those who are banned if banned, in the order of
 * coming to this server after the one of id after ({NULL,0}: from the
 * start). */
bool store_members_page(struct store *s, struct span conversation_id,
    bool banned, struct span after, int limit,
    void (*row)(const struct store_member *m, void *ctx), void *ctx,
    struct err *err);

/* ---- translations and the ledger ---- */
enum store_state {
    STORE_QUEUED, /* not finished: sent or not is the gateway's memory */
    STORE_READY,
    STORE_FAILED, /* given up, with a reason */
    STORE_SKIPPED, /* nothing to translate, with a reason */
};

struct store_translation {
    struct span message_id, conversation_id, language; /* the message's */
    int revision;
    enum store_state state;
    struct span text; /* READY */
    struct span reason; /* FAILED, SKIPPED */
    struct span doubt; /* READY: why it is only rough; absent: it is sure */
    struct span source, model;
    bool cached; /* READY: not just now translated: read from here, or what the
                    translator remembered */
    double confidence;
    int64_t updated_ms;
    /* READY: of all that it depended on but text and languages, and what
     * store_known finds it by; 0: nothing. */
    int64_t version, text_hash;
};

/* What equal texts of a language have in common; never 0.  No secret. */
int64_t store_text_hash(struct span text, struct span language);

/* Translations of an equal text in the same language, as they were settled
 * with a text_hash: those of the message of which that was done last, unless it
 * is gone. */
bool store_known(struct store *s, struct span text, struct span language,
    void (*row)(const struct store_translation *t, void *ctx), void *ctx,
    struct err *err);

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

/*
 * Several gateways may share a database: each works at what it holds.  Queued
 * rows are held by the holder whose handle (struct store_options) queued them,
 * as long as its lease runs, by the database's clock; what nobody holds belongs
 * to who takes it over.  A handle of a holder tells by store_pending what that
 * one holds, a handle of nobody all there is.
 */
enum { STORE_HOLDER_BYTES = 128 };
/* The handle's holder holds on for ms from now; INT64_MAX: for good.  *ret_lost:
 * the lease had run out, so somebody may have taken over what it held. */
bool store_hold(struct store *s, int64_t ms, bool *ret_lost, struct err *err);
/* What nobody holds is the handle's holder's from now on: *ret_n messages. */
bool store_take_over(struct store *s, int64_t *ret_n, struct err *err);
/* Others may take over at once. */
bool store_let_go(struct store *s, struct err *err);

/* ---- glossaries (wire/glossary.h), one a conversation ---- */
struct store_glossary {
    struct span conversation_id;
    int64_t version; /* 1, 2, 3 ...: every change raises it */
    struct span json;
};
/* Replace as a whole; who may is chat_may's question.  FAIL_NOT_FOUND for an
 * unknown conversation. */
bool store_glossary_set(struct store *s, struct span conversation_id,
    struct span json, int64_t now_ms, int64_t *ret_version, struct err *err);

/* ---- a room as a whole ---- */

/* All that memory needs of a room in use, at one moment. */
struct store_room {
    struct store_conversation conversation;
    int64_t offset; /* the end of its stream at that moment */
    int64_t n_members; /* without those who are banned */
    size_t n_readers; /* what they read, at most so many languages; of the
                         public room nothing: see store_recent_readers */
    struct store_readers readers[STORE_LANGUAGES_MAX];
    struct store_glossary glossary; /* json is absent when it has none */
};
/* Calls row once.  FAIL_NOT_FOUND. */
bool store_room_get(struct store *s, struct span conversation_id,
    void (*row)(const struct store_room *r, void *ctx), void *ctx,
    struct err *err);

/* ---- the log ---- */

/*
 * Whatever somebody can see change is a row of a stream, written in the
 * transaction of the change: a room has a stream, and so has each person.  Rows
 * count 1, 2, 3 ... without holes; a row's number is its offset.  The row of a
 * new message is the message itself.  A row keeps the fact only, never a text:
 * what was deleted is nowhere.
 *
 * The epoch names the history that offsets count in.  A database that was
 * restored from a copy has another, so that nobody takes its offsets for those
 * of the database before.
 */
enum { STORE_EPOCH_BYTES = ID_BYTES };

enum store_event_kind {
    STORE_MESSAGE_NEW = 1,
    STORE_MESSAGE_EDITED,
    STORE_MESSAGE_DELETED,
    STORE_TRANSLATION_CHANGED, /* queued, ready, failed or skipped */
    STORE_MEMBER_ADDED, /* in the room's stream: one more, but for those it was
                           made with; in a person's own: they are in it now */
    STORE_MEMBER_REMOVED,
    STORE_ROOM_CHANGED, /* its title, its settings, its glossary */
    STORE_USER_CHANGED, /* what they read, also in the streams of their rooms;
                           or write */
    STORE_REACTION_CHANGED,
    STORE_PIN_CHANGED,
    STORE_MEMBER_CHANGED, /* their role, or that they are muted */
    STORE_READ_CHANGED, /* a mark, in the person's own stream and in the room's
                           if others may see it */
    STORE_THREAD_CHANGED, /* what is said under a message */
    STORE_INVITATION_CHANGED, /* in a person's own: they are asked into a room,
                                 or are no more */
};

/* How a message's reactions of one emoji, or its pin, are now. */
struct store_mark {
    struct span message_id, emoji;
    bool on; /* the emoji was left, the message was pinned */
    int64_t count; /* of this emoji */
    int64_t marks, pinned_ms; /* the message's */
};

/* A row of the log as who wrote it knows it, with what changed: one piece of
 * memory with its strings. */
struct store_event {
    struct store_event *next;
    enum store_event_kind kind;
    int64_t offset;
    /* The room, of MEMBER_* in a person's own stream the one they came to or
     * left; absent for USER_CHANGED there. */
    struct span conversation_id;
    struct span
        user_id; /* MEMBER_*, USER_CHANGED, REACTION_CHANGED, READ_CHANGED:
                            who */
    bool own_stream; /* it is user_id's, not the room's */
    bool from_log; /* MESSAGE_*: read anew, with its marks as they are now */
    struct span reactors; /* from_log: whose these are, "EMOJI ID\n" each */
    bool guest; /* own MEMBER_ADDED of the public room: a new account is one */
    char role[STORE_ROLE_BYTES]; /* MEMBER_*: what they are there now */
    int64_t muted_until_ms; /* MEMBER_CHANGED */
    /* The room, as it is now: own MEMBER_ADDED, and ROOM_CHANGED where title or
     * settings changed. */
    const struct store_conversation *conversation;
    /* MEMBER_*, USER_CHANGED: what they read, now */
    char language[STORE_LANG_BYTES];
    union {
        struct store_message message; /* MESSAGE_*; DELETED: id and room */
        struct store_translation translation;
        struct store_mark mark; /* REACTION_CHANGED, PIN_CHANGED */
        struct { /* THREAD_CHANGED */
            struct span root_id;
            struct store_thread under;
        };
        struct store_invitation invitation; /* INVITATION_CHANGED */
        struct store_unread read; /* READ_CHANGED; in a room's stream seq only,
                                     or STORE_READ_HIDDEN */
        struct store_glossary glossary; /* ROOM_CHANGED: json is absent when
                                           something else changed */
        struct { /* USER_CHANGED: what they read before, what they write, how
                    they look */
            char was[STORE_LANG_BYTES], writing[STORE_LANG_BYTES];
            char picture[STORE_FACE_VERSION_BYTES];
        };
    };
};

/* The events of the operations since the last call, oldest first, owned by the
 * caller; they are true when the transaction is committed. */
struct store_event *store_take_events(struct store *s);
/* One piece of memory with its strings, without next. */
struct store_event *store_event_copy(const struct store_event *e);
void store_events_free(struct store_event *first);

void store_epoch(struct store *s, char ret[STORE_EPOCH_BYTES]);

/* What a reader who knows a stream up to an offset does not know yet, as it is
 * now: something that changed twice comes once. */
struct store_changes {
    int64_t offset; /* known from now on */
    int64_t end; /* of the stream: more to come while offset < end */
    bool anew; /* the rows are compacted, or were never there: nothing but end
                  is told, read everything anew */
    bool self; /* the room changed itself, its members or what they read; of a
                  person: the language */
};

struct store_changes_to {
    void (*message)(const struct store_message *m, void *ctx);
    /* After all messages: those of their translations in the language. */
    void (*translation)(const struct store_translation *t, void *ctx);
    /* Marks that moved; seq STORE_READ_HIDDEN: it is seen no more. */
    void (*read)(const struct store_read *r, void *ctx);
    void *ctx;
};

struct store_user_changes_to {
    void (*room)(struct span conversation_id, void *ctx); /* came to or left */
    void (*read)(struct span conversation_id, void *ctx); /* the mark moved */
    /* As it is now; at_ms 0: there is none any more. */
    void (*invitation)(const struct store_invitation *i, void *ctx);
    void *ctx;
};

/* At most limit rows of a room's stream after since; since -1 asks for the end
 * only, as anew.  Translations are those into the reader's language, without
 * one into all.  FAIL_NOT_FOUND when there is no such conversation. */
bool store_room_changes(struct store *s, struct span conversation_id,
    int64_t since, int limit, const struct store_reader *reader,
    const struct store_changes_to *to, struct store_changes *ret,
    struct err *err);
/* The same of a person's own stream. */
bool store_user_changes(struct store *s, struct span user_id, int64_t since,
    int limit, const struct store_user_changes_to *to,
    struct store_changes *ret, struct err *err);

/* Drop rows of before then from at most limit streams after *cursor (0 at
 * first), which moves on; *ret_more is false when all have been visited.  What
 * a stream has lost it remembers: see anew. */
bool store_compact(struct store *s, int64_t before_ms, int64_t *cursor,
    int limit, bool *ret_more, struct err *err);

struct store_totals {
    int64_t users, conversations, messages, translations_ready,
        translations_queued, translations_failed;
};
/* Counts rows, 0.1 s for a million translations: for the start and for slow
 * timers. */
bool store_totals(struct store *s, struct store_totals *ret, struct err *err);

#endif
