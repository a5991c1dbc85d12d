/* SPDX-License-Identifier: ISC */
#ifndef STORE_SQL_H
#define STORE_SQL_H

#include "store/sql/driver.h"
#include "store/sql/slots.h"
#include "store/store_ops.h"

/*
 * sql - the operations of the chat in SQL, for any database that has a driver:
 * what they ask, in which order, and what they tell.  A driver (sqlite/, pg/)
 * opens, prepares, runs, has the schema, and finds by words.
 *
 * The SQL is what SQLite and PostgreSQL both understand, with SQLite's
 * parameters (?1) and some of its functions, which pg/ renames or has in its
 * schema: iif, instr, max and min of two, group_concat, lower of ASCII.  What is
 * true or false is bound as that (bind_bool) and used as that (WHERE listed).
 */
struct map;

struct sql {
    struct store store; /* first: see sql_of */
    const struct sql_driver *driver;
    bool read_only, forget_edits;
    char *holder_id; /* owned by the driver; NULL: nobody's */
    int64_t holder; /* its key; 0: nothing was held yet */
    char epoch[STORE_EPOCH_BYTES];
    bool in_batch; /* between store_begin and its end */
    bool doomed; /* the batch cannot be committed: why says the reason */
    bool scoped; /* the batch has a scope: its rooms are in heads */
    bool met; /* the transaction failed for another one: see store_again */
    bool broken; /* see store_broken() */
    bool op_saved; /* the running operation has a savepoint */
    struct err why;
    int64_t op_mark; /* the driver's, when it began */
    int64_t committed_key; /* of the last message known to be committed */
    int64_t fresh; /* rows in log_fresh, or more */
    int64_t search_at; /* see search_index.c; -1: to be read */
    int remembers; /* does any room, see recall; -1: to be read */
    int pushes; /* has anybody a device, see push_message; -1: to be read */
    struct map *users; /* id -> struct sql_user, owned */
    struct map *heads; /* conversation id -> struct sql_head, owned */
    struct map *marks; /* see cache_has_mark */
    struct stmt *stmts[Q_N];
};

/* The handle behind an operation of the table. */
static inline struct sql *
sql_of(struct store *store)
{
    return (struct sql *)store;
}

/* The parts of the table, each in the file of its statements. */
extern const struct store_user_ops sql_user_ops;
extern const struct store_conversation_ops sql_conversation_ops;
extern const struct store_member_ops sql_member_ops;
extern const struct store_link_ops sql_link_ops;
extern const struct store_invitation_ops sql_invitation_ops;
extern const struct store_bot_ops sql_bot_ops;
extern const struct store_outhook_ops sql_outhook_ops;
extern const struct store_push_ops sql_push_ops;
extern const struct store_admin_ops sql_admin_ops;
extern const struct store_people_ops sql_people_ops;
extern const struct store_message_ops sql_message_ops;
extern const struct store_mark_ops sql_mark_ops;
extern const struct store_read_ops sql_read_ops;
extern const struct store_search_ops sql_search_ops;
extern const struct store_face_ops sql_face_ops;
extern const struct store_file_ops sql_file_ops;
extern const struct store_translation_ops sql_translation_ops;
extern const struct store_correction_ops sql_correction_ops;
extern const struct store_glossary_ops sql_glossary_ops;
extern const struct store_log_ops sql_log_ops;

/* ---- statements (stmt.c) ---- */

/* The prepared statement of a slot, reset and without bindings from before
 * that matter; NULL with *err set.  Borrowed. */
struct stmt *sql_stmt(
    struct sql *s, enum sql_slot slot, const char *text, struct err *err);
void sql_stmts_free(struct sql *s);
/* Free one that the driver prepared outside of the slots, or NULL. */
void sql_drop(struct sql *s, struct stmt *st);
/* Of two texts that compare names: the first has folding columns, the second
 * compares lower(name). */
const char *sql_names(
    const struct sql *s, const char *folding, const char *lowered);

/* Bind parameter i.  The bytes must live until the statement has run. */
void bind_span(struct stmt *st, int i, struct span v); /* absent is NULL */
void bind_z(struct stmt *st, int i, const char *v);
void bind_int(struct stmt *st, int i, int64_t v);
void bind_bool(struct stmt *st, int i, bool v);
void bind_double(struct stmt *st, int i, double v);
void bind_bytes(struct stmt *st, int i, struct span v); /* no text */
void bind_hash(
    struct stmt *st, int i, const unsigned char hash[STORE_TOKEN_HASH_BYTES]);

/* Next row.  After anything but SQL_ROW the statement is reset; SQL_FAILED with
 * *err set. */
int sql_step(struct sql *s, struct stmt *st, struct err *err);
/* Step to the only row, to be read and then sql_reset.  Without a row:
 * FAIL_NOT_FOUND, with what is missing as its text. */
bool sql_find_row(
    struct sql *s, struct stmt *st, const char *missing, struct err *err);
/* The number that a bound statement has as its only row, NULL gives 0; or, of
 * EXISTS, whether it is so. */
bool sql_number(struct sql *s, struct stmt *st, int64_t *ret, struct err *err);
bool sql_truth(struct sql *s, struct stmt *st, bool *ret, struct err *err);
/* Run a statement that returns no rows.  That it failed may come to light with
 * a later one of the transaction only, with its commit at the latest. */
bool sql_run(struct sql *s, struct stmt *st, struct err *err);
/* The same at once, with how many rows it changed. */
bool sql_change(
    struct sql *s, struct stmt *st, int64_t *ret_n, struct err *err);
/* The same of an INSERT of at most one row, with its key; 0: no row. */
bool sql_insert(
    struct sql *s, struct stmt *st, int64_t *ret_key, struct err *err);
/* sql_run the statement of a slot whose only parameter is a key. */
bool sql_run_on(struct sql *s, enum sql_slot slot, const char *text,
    int64_t key, struct err *err);
void sql_reset(struct stmt *st);

int column_int(struct stmt *st, int i); /* NULL gives 0 */
int64_t column_int64(struct stmt *st, int i);
bool column_null(struct stmt *st, int i);
double column_double(struct stmt *st, int i);
/* Borrowed until the next step; NULL gives an absent span. */
struct span column_span(struct stmt *st, int i);
/* Copy a column of text to a field of fixed size; NULL gives "". */
void column_z(struct stmt *st, int i, char *out, size_t out_bytes);

/* ---- operations (batch.c) ---- */

bool sql_begin(
    struct store *store, const struct store_scope *scope, struct err *err);
bool sql_again(const struct store *store);
bool sql_commit(struct store *store, struct err *err);
void sql_rollback(struct store *store);

/* Every operation that writes runs between these two, in the caller's batch
 * or in a transaction of its own.  SAVED: the operation may fail midway for a
 * reason that lies in its input; it is then undone alone.  CHECKED: whatever
 * the input can cause is found before the first write, so only the machine can
 * stop it midway; if that happens, the batch is doomed.  A savepoint costs
 * (see batch.c), hence the difference.  SCOPED: CHECKED, and one of those that
 * a batch with a scope may have. */
enum op_kind { OP_CHECKED, OP_SAVED, OP_SCOPED };
bool op_begin(struct sql *s, enum op_kind kind, struct err *err);
/* Returns ok, or false when finishing failed. */
bool op_end(struct sql *s, bool ok, struct err *err);

/* Between these two a reader sees one moment.  In a batch they do nothing. */
bool read_begin(struct sql *s, struct err *err);
void read_end(struct sql *s);

/* ---- people and rooms (user.c, person.c, room.c) ---- */

bool sql_user_by_id(struct store *store, struct span id, struct store_user *ret,
    struct err *err);
bool sql_person_get(struct store *store, struct span id,
    struct store_person *ret,
    void (*seat)(const struct store_seat *seat, void *ctx), void *ctx,
    struct err *err);
bool sql_recent_readers(struct store *store, int64_t since_ms,
    int64_t guests_since_ms, struct store_readers ret[STORE_LANGUAGES_MAX],
    size_t *ret_n, struct err *err);
bool sql_room_get(struct store *store, struct span conversation_id,
    void (*row)(const struct store_room *r, void *ctx), void *ctx,
    struct err *err);
/* What a user reads. */
bool user_language(
    struct sql *s, int64_t user, char ret[STORE_LANG_BYTES], struct err *err);
/* Of a bound statement's rows of languages and counts, as many as there is room
 * for, and the sum of all. */
bool readers_each(struct sql *s, struct stmt *st,
    struct store_readers ret[STORE_LANGUAGES_MAX], size_t *ret_n,
    int64_t *ret_sum, struct err *err);

/* ---- caches (cache.c) ---- */

struct sql_user {
    int64_t key;
    bool spoke; /* a guest of whom the database knows it already */
};
struct sql_head {
    int64_t key;
    int64_t last_seq;
    int64_t others; /* rows of its stream that are no messages */
};

void cache_init(struct sql *s);
void cache_fini(struct sql *s);
/* Forget everything: after a rollback. */
void cache_clear(struct sql *s);
/* Forget what another process may have made otherwise. */
void cache_others_wrote(struct sql *s);
void cache_forget_heads(struct sql *s);
/* A row of HEAD_COLUMNS, and keep it, for the driver. */
struct sql_head head_row(struct stmt *st);
void cache_head_put(struct sql *s, struct span id, const struct sql_head *head);
/* The key of a user; FAIL_NOT_FOUND. */
bool cache_user(
    struct sql *s, struct span id, int64_t *ret_key, struct err *err);
/* The same with what else is known; NULL with FAIL_NOT_FOUND.  Borrowed until
 * the next call for a user. */
struct sql_user *cache_person(struct sql *s, struct span id, struct err *err);
/* Key and last sequence number, which the caller moves on after it has used
 * one; NULL with FAIL_NOT_FOUND.  Borrowed until the next call for a head. */
struct sql_head *cache_head(struct sql *s, struct span id, struct err *err);
/* Is the user's mark in this room surely a row of reads?  From the first
 * question on, for whoever asks makes it one. */
bool cache_has_mark(struct sql *s, int64_t conversation, int64_t user);

/* ---- who looks (look.c) ---- */

bool look_set(
    struct store *store, struct span user_id, bool looks, struct err *err);
bool look_clear_all(struct store *store, struct err *err);

/* ---- what names look like (likeness.c) ---- */

bool likeness_check(struct sql *s, const struct store_user *u, struct err *err);
bool likeness_drop(struct sql *s, int64_t user, struct err *err);
bool likeness_add(struct sql *s, int64_t user,
    const int64_t likeness[STORE_LIKENESSES_MAX], struct err *err);
bool sql_users_liken(struct store *store,
    void (*of)(struct span username, struct span display_name,
        int64_t ret[STORE_LIKENESSES_MAX], void *ctx),
    void *ctx, struct err *err);

/* ---- rooms (conversation.c, member.c) ---- */

bool conversation_find(struct sql *s, struct span id,
    struct store_conversation *ret, struct err *err);
/* In its stream: it is as its row says now. */
bool conversation_log_changed(
    struct sql *s, struct span id, int64_t now_ms, struct err *err);
/* Those who are there from the start: told in their own streams only, for
 * nobody knows the room yet. */
bool member_found(struct sql *s, int64_t conversation, struct span user_id,
    const char *role, const struct store_conversation *c, int64_t now_ms,
    struct err *err);
/* What store_member_add does, as what they shall be there; *ret_added is false
 * for who was in it. */
bool member_join(struct sql *s, struct span conversation_id,
    struct span user_id, const char *role, int64_t now_ms, bool *ret_added,
    struct err *err);
bool member_set_role(struct sql *s, struct span conversation_id,
    struct span user_id, const char *role, int64_t now_ms, struct err *err);
bool member_leave(struct sql *s, struct span conversation_id,
    struct span user_id, int64_t now_ms, struct err *err);

/* ---- invitations (invitation.c) ---- */

/* Asked no more, and told so if they had not answered. */
bool invitation_end(struct sql *s, int64_t conversation, int64_t user,
    int64_t now_ms, struct err *err);
/* By and to somebody; between two. */
bool invitations_end_of(
    struct sql *s, int64_t user, int64_t now_ms, struct err *err);
bool invitations_end_between(struct sql *s, int64_t user, int64_t other,
    int64_t now_ms, struct err *err);
/* Of a room c and who is asked u: how that is now. */
#define INVITATION_COLUMNS                                                     \
    "c.id, c.title, iif(c.listed, 'public', c.type), u.id, u.display_name, "   \
    "v.id, v.display_name, coalesce(i.at_ms, 0) "
#define INVITATION_PARTS                                                       \
    "LEFT JOIN invitations i ON i.conversation = c.key AND i.user = u.key "    \
    "AND i.declined_ms = 0 LEFT JOIN users v ON v.key = i.inviter "
bool invitations_each(struct sql *s, struct stmt *st,
    void (*row)(const struct store_invitation *i, void *ctx), void *ctx,
    struct err *err);

/* ---- people (user.c, session.c) ---- */

#define USER_COLUMNS                                                           \
    "u.id, u.username, u.display_name, u.email, u.password_hash, u.language, " \
    "u.guest, u.created_ms, u.writing, u.link IS NOT NULL, "                   \
    "u.admin, u.disabled_ms <> 0, u.bot, u.picture"
enum { USER_N_COLUMNS = 14 };

void user_row(struct stmt *st, struct store_user *ret);
bool user_find(
    struct sql *s, struct span id, struct store_user *ret, struct err *err);
/* In the user's own stream: something of them changed that only they see. */
bool user_log_changed(
    struct sql *s, struct span id, int64_t now_ms, struct err *err);
/* The one user that a bound query finds. */
bool user_one(struct sql *s, struct stmt *st, struct store_user *ret,
    const char *missing, struct err *err);
/* Add the row, with the names' looks; no membership yet. */
bool user_insert(struct sql *s, const struct store_user *u, int64_t *ret_key,
    struct err *err);
/* The same, and a member of the public room. */
bool user_add(struct sql *s, const struct store_user *u, struct err *err);
bool sql_identity_find(struct store *store, const struct store_identity *id,
    struct store_user *ret, struct err *err);
bool sql_identity_add(struct store *store, const struct store_identity *id,
    const struct store_user *u, struct err *err);
bool sessions_end(struct sql *s, int64_t user, const unsigned char *except_hash,
    struct err *err);
bool session_add(struct sql *s,
    const unsigned char hash[STORE_TOKEN_HASH_BYTES], struct span user_id,
    int64_t now_ms, int64_t expires_ms, struct err *err);
bool sql_session_add(struct store *store,
    const unsigned char hash[STORE_TOKEN_HASH_BYTES], struct span user_id,
    int64_t now_ms, int64_t expires_ms, struct err *err);
bool sql_session_find(struct store *store,
    const unsigned char hash[STORE_TOKEN_HASH_BYTES], int64_t now_ms,
    struct store_user *ret, struct err *err);
bool sql_session_remove(struct store *store,
    const unsigned char hash[STORE_TOKEN_HASH_BYTES], struct err *err);
bool sql_sessions_expire(struct store *store, int64_t now_ms, struct err *err);
bool sql_sessions_end(struct store *store, struct span user_id,
    const unsigned char *except_hash, struct err *err);

bool sql_sessions(struct store *store, struct span user_id, int64_t now_ms,
    void (*row)(const unsigned char hash[STORE_TOKEN_HASH_BYTES],
        int64_t created_ms, int64_t expires_ms, void *ctx),
    void *ctx, struct err *err);

/* ---- taking one's things along, and going (erase.c, admin.c) ---- */

/* Out of all rooms; of those that they own the next in rank is the owner. */
bool user_leave_all(struct sql *s, int64_t user, struct span user_id,
    int64_t now_ms, struct err *err);
/* FAIL_CONFLICT when nobody would be an admin any more without them. */
bool admin_check_leave(struct sql *s, struct span user_id, struct err *err);
bool sql_written(struct store *store, struct span user_id, int64_t *cursor,
    int scan, int limit, void (*row)(const struct store_written *w, void *ctx),
    void *ctx, bool *ret_more, struct err *err);
bool sql_guests_expire(struct store *store, int64_t before_ms, int64_t now_ms,
    int limit, bool *ret_more, struct err *err);
bool sql_user_erase(
    struct store *store, struct span user_id, int64_t now_ms, struct err *err);

/* ---- the audit log (audit.c) ---- */

bool sql_audit_add(
    struct store *store, const struct store_audit *a, struct err *err);
bool sql_audits(struct store *store, struct span conversation_id,
    int64_t before, int limit,
    void (*row)(const struct store_audit *a, void *ctx), void *ctx,
    struct err *err);

/* ---- the ledger, for messages (translation.c) ---- */

bool pending_check(const struct span *targets, size_t n, struct err *err);
bool pending_add(struct sql *s, int64_t message, const struct span *targets,
    size_t n, int64_t now_ms, struct err *err);
bool sql_backlog(
    struct store *store, struct store_backlog *ret, struct err *err);
bool sql_rooms_page(struct store *store, struct span before, int limit,
    int64_t now_ms, void (*row)(const struct store_overview *o, void *ctx),
    void *ctx, struct err *err);
/* The other handle is of this folder, too. */
bool sql_copy(struct store *from, struct store *to,
    void (*told)(const struct store_copied *c, void *ctx), void *ctx,
    struct err *err);
/* How many users, conversations and messages there are.  No row ever leaves
 * these tables, so the last key is the count, and found at once; but for keys of
 * messages with holes (see driver.h), where each room's last number is. */
#define COUNTS(messages)                                                       \
    "(SELECT max(key) FROM users), (SELECT max(key) FROM conversations), "     \
    "(" messages "), "
#define COUNTS_BY_KEY COUNTS("SELECT max(key) FROM messages")
#define COUNTS_BY_ROOM                                                         \
    COUNTS("SELECT CAST(sum((SELECT max(seq) FROM messages m WHERE "           \
           "m.conversation = c.key)) AS bigint) FROM conversations c")
bool sql_totals(struct store *store, struct store_totals *ret, struct err *err);
/* Forget queued and settled rows of a message. */
bool translations_drop(struct sql *s, int64_t message, struct err *err);

/* The message's translation, READY, in the place of what there is. */
bool translation_replace(
    struct sql *s, const struct store_translation *t, struct err *err);

/* ---- better translations, for messages (correction.c) ---- */

/* Forget what was proposed for a message. */
bool corrections_drop(struct sql *s, int64_t message, struct err *err);

/* ---- what was translated before (known.c) ---- */

/* The message has a translated text of this hash. */
bool known_put(struct sql *s, int64_t message, int64_t hash, struct err *err);
/* Its text is about to change or to go. */
bool known_drop(struct sql *s, int64_t message, struct err *err);
bool sql_known(struct store *store, struct span text, struct span language,
    void (*row)(const struct store_translation *t, void *ctx), void *ctx,
    struct err *err);

/* ---- notifications, for messages (push.c) ---- */

/* Whom a message that was just saved is to be told. */
bool push_message(struct sql *s, int64_t message, int64_t conversation,
    int64_t sender, const struct store_mentions *mentioning, int64_t now_ms,
    struct err *err);

/* ---- who holds what is queued (holder.c) ---- */

bool sql_hold(struct store *store, int64_t ms, bool *ret_lost, struct err *err);
bool sql_take_over(struct store *store, int64_t *ret_n, struct err *err);
bool sql_let_go(struct store *store, struct err *err);

/* ---- marks, for messages (mark.c) ---- */

/* Forget the reactions and the pin of a message. */
bool marks_drop(struct sql *s, int64_t message, struct err *err);

/* ---- pictures of rooms and people (face.c) ---- */

bool face_drop(struct sql *s, int64_t stream, struct err *err);

/* ---- files, for messages (file.c) ---- */

/* What somebody has sent, pictures of rooms and people too. */
bool files_bytes_of(
    struct sql *s, int64_t owner, int64_t *ret, struct err *err);

/* The keys of those that m is to have. */
bool files_find(struct sql *s, int64_t sender, const struct store_message *m,
    int64_t ret[STORE_FILES_MAX], struct err *err);
bool files_attach(struct sql *s, int64_t message, const int64_t *files,
    size_t n, struct err *err);
/* Those of another message. */
bool files_repeat(struct sql *s, int64_t message, int64_t of, struct err *err);
bool files_drop(struct sql *s, int64_t message, struct err *err);

#define FILE_FIELD "'\037'"
#define FILE_ROW "'\036'"
_Static_assert(STORE_FILE_FIELD == 037 && STORE_FILE_ROW == 036, "as they say");

/* ---- bots (bot.c) ---- */

/* A bound statement counts fewer than max of them, or of outgoing webhooks;
 * FAIL_CONFLICT. */
bool bot_check_fewer(struct sql *s, struct stmt *st, int max, struct err *err);
/* Those of an owner who goes, go too. */
bool bots_drop(struct sql *s, int64_t owner, int64_t now_ms, struct err *err);
/* A bot writes the message under this name, if it is there. */
bool bot_alias_add(
    struct sql *s, int64_t message, struct span name, struct err *err);

/* ---- what happened in a room (story.c) ---- */

bool sql_story(struct store *store, struct span conversation_id, int64_t since,
    int limit, const struct store_story *to, int64_t *ret_to, struct err *err);

/* ---- threads, for messages (thread.c) ---- */

/* The key of the message id, if it may have others under it. */
bool thread_find(struct sql *s, struct span id, int64_t conversation,
    int64_t *ret_root, struct err *err);
bool thread_add(struct sql *s, int64_t message, int64_t root, struct err *err);
/* Tell what is said under root now. */
bool thread_tell(struct sql *s, struct span conversation_id, int64_t root,
    int64_t now_ms, struct err *err);
/* Where the message is said under another one, that one has changed. */
bool thread_changed(struct sql *s, struct span conversation_id, int64_t message,
    int64_t now_ms, struct err *err);
bool sql_thread(struct store *store, struct span root_id, int64_t after_seq,
    int limit, const struct store_reader *reader,
    void (*row)(const struct store_message *m, void *ctx), void *ctx,
    struct err *err);

/* ---- mentions and marks of reading (mention.c, read.c) ---- */

bool mentions_add(struct sql *s, int64_t message, int64_t conversation,
    const struct store_mentions *m, struct err *err);
bool mentions_drop(struct sql *s, int64_t message, struct err *err);

/* Who comes to a room has read what is there. */
bool read_begin_at_end(struct sql *s, int64_t conversation, int64_t user,
    int64_t now_ms, struct err *err);
/* One more message of the person's own is behind the mark. */
bool read_sent(
    struct sql *s, int64_t conversation, int64_t user, struct err *err);

#define READERS_MAX "100"
_Static_assert(STORE_READERS_MAX == 100, "as READERS_MAX says");

/* A struct store_unread, of a row r that has the key of a room, that of a user,
 * the mark's seq and sent, and the room's last seq. */
#define READ_COUNTS                                                            \
    "r.seq, r.last - r.seq - r.sent - (SELECT count(*) FROM messages d "       \
    "WHERE d.conversation = r.key AND d.seq > r.seq AND d.sender <> r.user "   \
    "AND d.deleted_ms > 0), (SELECT count(DISTINCT x.message) FROM "           \
    "mentions x WHERE x.user IN (0, r.user) AND x.conversation = r.key "       \
    "AND x.seq > r.seq AND x.sender <> r.user) "

/* ---- what messages said before (revision.c) ---- */

bool revision_keep(struct sql *s, int64_t message, struct err *err);
bool revisions_drop(struct sql *s, int64_t message, struct err *err);
bool sql_message_revisions(struct store *store, struct span id,
    void (*row)(const struct store_revision *r, void *ctx), void *ctx,
    struct err *err);

/* ---- finding by words (search_index.c) ---- */

enum {
    SEARCH_LANGUAGES_MAX = 1024,
    SEARCH_BEHIND_MAX = 200000, /* a flood is saved first */
};
/* Make some new texts findable: always when there is time, otherwise only when
 * too many wait; true: call again. */
bool search_tend(struct sql *s, bool idle);

/* Before a message is changed: take it, with its translations, out of the
 * index; and after it, unless it was deleted, put it in again. */
bool search_take_out(struct sql *s, int64_t message, struct err *err);
bool search_put_again(struct sql *s, int64_t message, struct err *err);
/* A translation became ready. */
bool search_translated(
    struct sql *s, int64_t message, struct span language, struct err *err);
/* Its number; 0: nothing in it is in the index. */
bool search_language(
    struct sql *s, struct span language, int64_t *ret, struct err *err);
/* How many messages the index is behind, or 1 for some translations. */
bool search_behind(struct sql *s, int64_t *ret, struct err *err);
bool sql_search_catch_up(
    struct store *store, int limit, bool *ret_more, struct err *err);

/* ---- rows of messages and translations (message_read.c, translation.c) ---- */

/* Parameters of MESSAGE_QUERY, bound by message_bind_reader; the clauses behind it have
 * those before them. */
enum { MESSAGE_READER = 11, MESSAGE_LANGUAGE = 12 };

#define QUOTED_CHARS "200"
_Static_assert(STORE_QUOTE_CHARS == 200, "as QUOTED_CHARS says");

/* The name of who wrote a message: of a person theirs, as it is now. */
#define SHOWN_NAME(user, message)                                              \
    "CASE WHEN " user ".bot = 0 THEN " user ".display_name ELSE coalesce("     \
    "(SELECT name FROM aliases WHERE message = " message ".key), " user        \
    ".display_name) END"

/* Of a message l by v, and its translation t. */
#define QUOTE_COLUMNS                                                          \
    "v.id, " SHOWN_NAME(                                                       \
        "v", "l") ", v.guest, substr(l.content, 1, " QUOTED_CHARS              \
                  "), l.language, l.revision, l.deleted_ms > 0, "              \
                  "substr(t.text, 1, " QUOTED_CHARS                            \
                  "), t.language, t.doubt, v.bot <> 0 "

/* A struct store_thread as text, of the messages y under one. */
#define THREAD_COUNTS                                                          \
    "SELECT count(iif(y.deleted_ms = 0, 1, NULL)) || ' ' || "                  \
    "coalesce(max(iif(y.deleted_ms = 0, y.seq, 0)), 0) || ' ' || "             \
    "(2 * count(*) - count(iif(y.deleted_ms = 0, 1, NULL))) "                  \
    "FROM threads x JOIN messages y ON y.key = x.message "
struct store_thread thread_counts(struct span text);

/* A message m with its sender u, the message l that it replies to (see
 * QUOTE_COLUMNS), and marks k. */
#define MESSAGE_QUERY                                                                  \
    "SELECT m.id, c.id, u.id, m.client_message_id, m.content, m.language, "            \
    "m.type, l.id, m.created_ms, m.seq, m.revision, m.edited_ms, "                     \
    "m.deleted_ms, " SHOWN_NAME("u",                                                   \
        "m") ", k.changes, k.pinned_ms, "                                              \
             "iif(k.message IS NULL, NULL, (SELECT group_concat(emoji || ' ' || n || " \
             "' ' || own, ' ') FROM (SELECT emoji, count(*) AS n, max(iif(user = "     \
             "(SELECT key FROM users WHERE id = ?11), 1, 0)) AS own FROM reactions "   \
             "WHERE message = m.key GROUP BY emoji ORDER BY min(at_ms), emoji) e)), "  \
             "u.guest, (SELECT group_concat(id, ' ') FROM (SELECT coalesce(y.id, "     \
             "'*') AS id FROM mentions x LEFT JOIN users y ON y.key = x.user "         \
             "WHERE x.message = m.key ORDER BY x.user) q), "                           \
             "z.id, z.display_name, z.guest, "                                         \
             "iif(m.type = 'text', NULL, (SELECT group_concat(f, " FILE_ROW            \
             ") FROM "                                                                 \
             "(SELECT f.id || " FILE_FIELD " || f.sha256 || " FILE_FIELD               \
             " || f.bytes || " FILE_FIELD " || f.duration_ms || " FILE_FIELD           \
             " || f.width || " FILE_FIELD " || f.height || " FILE_FIELD                \
             " || f.thumb_bytes || " FILE_FIELD " || f.type || " FILE_FIELD            \
             " || f.name AS f FROM attachments a "                                     \
             "JOIN files f ON f.key = a.file WHERE a.message = m.key "                 \
             "ORDER BY a.place) g)), (SELECT id FROM messages WHERE key = h.root), "   \
             "(" THREAD_COUNTS                                                         \
             "WHERE x.root = m.key), u.bot <> 0, z.bot <> 0, " QUOTE_COLUMNS           \
             "FROM messages m JOIN conversations c ON c.key = m.conversation "         \
             "JOIN users u ON u.key = m.sender "                                       \
             "LEFT JOIN marks k ON k.message = m.key "                                 \
             "LEFT JOIN forwards w ON w.message = m.key "                              \
             "LEFT JOIN threads h ON h.message = m.key "                               \
             "LEFT JOIN users z ON z.key = w.sender "                                  \
             "LEFT JOIN messages l ON l.key = m.reply_to "                             \
             "LEFT JOIN users v ON v.key = l.sender "                                  \
             "LEFT JOIN translations t ON t.message = m.reply_to "                     \
             "AND t.language = ?12 AND t.state = 1 "

/* The two halves of the ledger, each in the order of the result, so that they
 * are merged without sorting. */
#define SETTLED_COLUMNS                                                        \
    "SELECT m.seq, x.language, m.id, m.revision, x.state, x.text, x.source, "  \
    "x.model, x.confidence, x.updated_ms, x.doubt "                            \
    "FROM messages m JOIN translations x ON x.message = m.key "
#define QUEUED_COLUMNS                                                         \
    "SELECT m.seq, x.language, m.id, m.revision, 0, NULL, NULL, NULL, 0.0, "   \
    "x.queued_ms, NULL FROM messages m JOIN pending x ON x.message = m.key "

/* QUOTE_COLUMNS, from column i on. */
struct store_quote quote_row(struct stmt *st, int i);
void message_bind_reader(struct stmt *st, const struct store_reader *reader);
bool sql_message_get(struct store *store, struct span id,
    const struct store_reader *reader,
    void (*row)(const struct store_message *m, void *ctx), void *ctx,
    struct err *err);
bool sql_seq_at(struct store *store, struct span conversation_id, int64_t ms,
    int64_t *ret_seq, struct err *err);
bool sql_history(struct store *store, struct span conversation_id,
    int64_t before_seq, int64_t after_seq, int limit,
    const struct store_reader *reader,
    void (*row)(const struct store_message *m, void *ctx), void *ctx,
    struct err *err);
/* Of a message of the room nothing stays but that it was there. */
bool message_wipe(struct sql *s, int64_t key, struct span conversation_id,
    int64_t now_ms, struct err *err);
bool sql_messages_expire(struct store *store, const struct store_retention *r,
    int64_t *cursor, void (*gone)(struct span message_id, void *ctx), void *ctx,
    bool *ret_more, struct err *err);
/* Tell e with the message as it is now, and what it quotes in all languages. */
bool message_tell(
    struct sql *s, int64_t key, struct store_event *e, struct err *err);

/* The message, if there is one. */
bool message_by_key(struct sql *s, int64_t key,
    const struct store_reader *reader,
    void (*row)(const struct store_message *m, void *ctx), void *ctx,
    struct err *err);

/* Run a bound statement of these columns. */
bool messages_each(struct sql *s, struct stmt *st,
    void (*row)(const struct store_message *m, void *ctx), void *ctx,
    int *ret_n, struct err *err);
bool translations_each(struct sql *s, struct stmt *st,
    struct span conversation_id,
    void (*row)(const struct store_translation *t, void *ctx), void *ctx,
    struct err *err);

/* ---- the log (log.c) ---- */

struct log_row {
    enum store_event_kind kind;
    int64_t subject; /* key of what it is about; of the other side for MEMBER_*
                        in a person's own stream */
    struct span language; /* of a translation */
    int64_t at_ms;
};

int64_t log_end(const struct sql_head *head);
/* A room's key and the end of its stream; FAIL_NOT_FOUND. */
bool log_room_end(struct sql *s, struct span conversation_id, int64_t *ret_key,
    int64_t *ret_end, struct err *err);
/* How many of the first n rows of a stream are messages. */
bool log_messages_at(
    struct sql *s, int64_t stream, int64_t n, int64_t *ret, struct err *err);
/* The rows of a room c's stream, by its key, that are no messages: its last row
 * in either table says how many there are. */
#define LOG_OTHERS                                                             \
    "max(coalesce((SELECT n - messages FROM log WHERE stream = c.key "         \
    "ORDER BY n DESC LIMIT 1), 0), coalesce((SELECT n - messages FROM "        \
    "log_fresh WHERE stream = c.key ORDER BY n DESC LIMIT 1), 0)) "
/* A struct sql_head, of a conversation c. */
#define HEAD_COLUMNS                                                           \
    "c.key, (SELECT max(seq) FROM messages WHERE conversation = c.key), " LOG_OTHERS
/* When many rows are fresh, move them to log: between transactions. */
void log_tend(struct sql *s);
/* The same at once, in the caller's transaction. */
bool log_move_fresh(struct sql *s, struct err *err);
/* How many are fresh. */
bool log_count_fresh(struct sql *s, struct err *err);
/* Append to a room's stream, or to that of a user by key. */
bool log_room(struct sql *s, struct sql_head *head, const struct log_row *row,
    int64_t *ret_offset, struct err *err);
bool log_own(struct sql *s, int64_t user, const struct log_row *row,
    int64_t *ret_offset, struct err *err);

/* ---- networks that nobody comes from (address_ban.c) ---- */
struct store_address_ban;
bool sql_address_ban_add(
    struct store *store, const struct store_address_ban *b, struct err *err);
bool sql_address_ban_remove(
    struct store *store, struct span network, struct err *err);
bool sql_address_bans(struct store *store, int64_t now_ms,
    void (*row)(const struct store_address_ban *b, void *ctx), void *ctx,
    struct err *err);

#endif
