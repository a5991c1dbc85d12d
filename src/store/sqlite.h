/* SPDX-License-Identifier: ISC */
#ifndef STORE_SQLITE_H
#define STORE_SQLITE_H

#include <sqlite3.h>

#include "store/store.h"

/*
 * sqlite - what the sqlite_*.c files share: the handle, its statements, the
 * brackets around an operation, and two caches of the hot path.
 */
struct map;

/* One slot per statement; the text stands where it is used. */
enum sqlite_slot {
    Q_BEGIN,
    Q_COMMIT,
    Q_ROLLBACK,
    Q_SAVE,
    Q_RELEASE,
    Q_UNDO,
    Q_DATA_VERSION,
    Q_LAST_MESSAGE,
    Q_USER_ADD,
    Q_USER_TAKEN,
    Q_USER_JOIN_ANY,
    Q_USER_BY_NAME,
    Q_USER_BY_ID,
    Q_USER_KEY,
    Q_USER_SET_LANGUAGE,
    Q_USER_SEEN,
    Q_SESSION_ADD,
    Q_SESSION_FIND,
    Q_SESSION_REMOVE,
    Q_SESSIONS_EXPIRE,
    Q_CONVERSATION_ADD,
    Q_CONVERSATION_GET,
    Q_CONVERSATION_HEAD,
    Q_CONVERSATIONS_OF,
    Q_CONVERSATIONS_ALL,
    Q_MEMBER_ADD,
    Q_MEMBER_REMOVE,
    Q_MEMBERS_OF,
    Q_MEMBERS_ALL,
    Q_MESSAGE_ADD,
    Q_MESSAGE_FIRST,
    Q_MESSAGE_REPLY,
    Q_MESSAGE_GET,
    Q_MESSAGE_FIND,
    Q_MESSAGE_EDIT,
    Q_MESSAGE_DELETE,
    Q_HISTORY,
    Q_PENDING_ADD,
    Q_PENDING_REMOVE,
    Q_PENDING_DROP,
    Q_PENDING_LIST,
    Q_TRANSLATION_ADD,
    Q_TRANSLATION_UPDATE,
    Q_TRANSLATION_REQUEUE,
    Q_TRANSLATION_STATE,
    Q_TRANSLATION_DROP,
    Q_TRANSLATION_COUNT,
    Q_TRANSLATIONS,
    Q_TRANSLATIONS_IN,
    Q_TOTALS,
    Q_GLOSSARY_SET,
    Q_GLOSSARY_GET,
    Q_GLOSSARIES,
    Q_MEMBER_ROLE,
    Q_N,
};

struct store {
    sqlite3 *db;
    char *path; /* or ":memory:" */
    bool read_only;
    int cache_kib;
    bool in_batch; /* between store_begin and its end */
    bool doomed; /* the batch cannot be committed: why says the reason */
    bool broken; /* an I/O error: see store_broken() */
    bool op_saved; /* the running operation has a savepoint */
    struct err why;
    int64_t op_changes; /* sqlite3_total_changes64 when it began */
    int64_t data_version; /* of the caches; another process raises it */
    int64_t committed_key; /* of the last message known to be committed */
    int64_t log_frames, log_moved; /* pages in the log; of them in the file */
    int64_t page_bytes;
    struct map *users; /* id -> key, as a pointer */
    struct map *heads; /* conversation id -> struct sqlite_head, owned */
    sqlite3_stmt *stmts[Q_N];
};

/* ---- statements (sqlite_stmt.c) ---- */

/* The prepared statement of a slot, reset and without bindings from before
 * that matter; NULL with *err set.  Borrowed. */
sqlite3_stmt *sqlite_stmt(
    struct store *s, enum sqlite_slot slot, const char *sql, struct err *err);
void sqlite_stmts_free(struct store *s);

/* Bind parameter i.  The bytes must live until the statement has run. */
void bind_span(sqlite3_stmt *st, int i, struct span v); /* absent is NULL */
void bind_z(sqlite3_stmt *st, int i, const char *v);
void bind_int(sqlite3_stmt *st, int i, int64_t v);

/* Next row: SQLITE_ROW or SQLITE_DONE; anything else is an error in *err.
 * After anything but SQLITE_ROW the statement is reset. */
int sqlite_step(struct store *s, sqlite3_stmt *st, struct err *err);
/* Run a statement that returns no rows. */
bool sqlite_run(struct store *s, sqlite3_stmt *st, struct err *err);

/* Borrowed until the next step; NULL gives an absent span. */
struct span column_span(sqlite3_stmt *st, int i);
/* Copy a column of text to a field of fixed size; NULL gives "". */
void column_z(sqlite3_stmt *st, int i, char *out, size_t out_bytes);

/* Turn an SQLite error into ours; returns false. */
bool sqlite_fail(struct store *s, int rc, struct err *err);

/* ---- operations (sqlite.c) ---- */

/* Every operation that writes runs between these two, in the caller's batch
 * or in a transaction of its own.  SAVED: the operation may fail midway for a
 * reason that lies in its input; it is then undone alone.  CHECKED: whatever
 * the input can cause is found before the first write, so only the machine can
 * stop it midway; if that happens, the batch is doomed.  A savepoint costs
 * (see sqlite.c), hence the difference. */
enum op_kind { OP_CHECKED, OP_SAVED };
bool op_begin(struct store *s, enum op_kind kind, struct err *err);
/* Returns ok, or false when finishing failed. */
bool op_end(struct store *s, bool ok, struct err *err);

/* ---- caches (sqlite_cache.c) ---- */

struct sqlite_head {
    int64_t key;
    int64_t last_seq;
};

void cache_init(struct store *s);
void cache_fini(struct store *s);
/* Forget everything: after a rollback, and when another process wrote. */
void cache_clear(struct store *s);
/* The key of a user; FAIL_NOT_FOUND. */
bool cache_user(
    struct store *s, struct span id, int64_t *ret_key, struct err *err);
/* Key and last sequence number, which the caller moves on after it has used
 * one; NULL with FAIL_NOT_FOUND.  Borrowed until the next call. */
struct sqlite_head *cache_head(
    struct store *s, struct span id, struct err *err);

/* ---- the ledger, for messages (sqlite_translation.c) ---- */

bool pending_check(const struct span *targets, size_t n, struct err *err);
bool pending_add(struct store *s, int64_t message, const struct span *targets,
    size_t n, int64_t now_ms, struct err *err);
/* Forget queued and settled rows of a message. */
bool ledger_drop(struct store *s, int64_t message, struct err *err);

#endif
