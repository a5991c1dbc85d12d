/* SPDX-License-Identifier: ISC */
#include "store/sqlite.h"

#include <assert.h>

#define USER_COLUMNS                                                           \
    "u.id, u.username, u.display_name, u.email, u.password_hash, u.language, " \
    "u.guest, u.created_ms"

static void
user_row(sqlite3_stmt *st, struct store_user *ret)
{
    column_z(st, 0, ret->id, sizeof(ret->id));
    column_z(st, 1, ret->username, sizeof(ret->username));
    column_z(st, 2, ret->display_name, sizeof(ret->display_name));
    column_z(st, 3, ret->email, sizeof(ret->email));
    column_z(st, 4, ret->password_hash, sizeof(ret->password_hash));
    column_z(st, 5, ret->language, sizeof(ret->language));
    ret->guest = sqlite3_column_int(st, 6) != 0;
    ret->created_ms = sqlite3_column_int64(st, 7);
}

/* The one user that a bound query finds. */
static bool
user_one(struct store *s, sqlite3_stmt *st, struct store_user *ret,
    const char *missing, struct err *err)
{
    switch (sqlite_step(s, st, err)) {
    case SQLITE_ROW:
        user_row(st, ret);
        sqlite3_reset(st);
        return true;
    case SQLITE_DONE:
        return err_set(err, FAIL_NOT_FOUND, "%s", missing);
    default:
        return false;
    }
}

/* Names and addresses share one space: else somebody could take another's
 * address for a name and stand in the way of that one's login. */
static bool
check_free(struct store *s, const struct store_user *u, struct err *err)
{
    sqlite3_stmt *st = sqlite_stmt(s, Q_USER_TAKEN,
        "SELECT username = ?1 OR email = ?1 FROM users WHERE username = ?1 "
        "OR email = ?1 OR username = ?2 OR email = ?2 ORDER BY 1 DESC",
        err);
    bool name;

    if (!st)
        return false;
    bind_z(st, 1, u->username);
    bind_z(st, 2, u->email[0] ? u->email : NULL);
    switch (sqlite_step(s, st, err)) {
    case SQLITE_ROW:
        name = sqlite3_column_int(st, 0) != 0;
        sqlite3_reset(st);
        return err_set(err, FAIL_CONFLICT, "this %s is taken",
            name ? "username" : "e-mail address");
    case SQLITE_DONE:
        return true;
    default:
        return false;
    }
}

static bool
join_any(struct store *s, int64_t user, int64_t now_ms, struct err *err)
{
    sqlite3_stmt *st = sqlite_stmt(s, Q_USER_JOIN_ANY,
        "INSERT INTO members (conversation, user, role, joined_ms) "
        "SELECT key, ?1, 'member', ?2 FROM conversations "
        "WHERE id = '" STORE_ANY "'",
        err);

    if (!st)
        return false;
    bind_int(st, 1, user);
    bind_int(st, 2, now_ms);
    return sqlite_run(s, st, err);
}

static bool
user_add(struct store *s, const struct store_user *u, struct err *err)
{
    sqlite3_stmt *st;

    if (!check_free(s, u, err))
        return false;
    st = sqlite_stmt(s, Q_USER_ADD,
        "INSERT INTO users (id, username, display_name, email, password_hash, "
        "language, guest, created_ms, seen_ms) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8)",
        err);
    if (!st)
        return false;
    bind_z(st, 1, u->id);
    bind_z(st, 2, u->username);
    bind_z(st, 3, u->display_name);
    bind_z(st, 4, u->email[0] ? u->email : NULL);
    bind_z(st, 5, u->password_hash);
    bind_z(st, 6, u->language);
    bind_int(st, 7, u->guest);
    bind_int(st, 8, u->created_ms);
    return sqlite_run(s, st, err) &&
           join_any(s, sqlite3_last_insert_rowid(s->db), u->created_ms, err);
}

bool
store_user_add(struct store *s, const struct store_user *u, struct err *err)
{
    if (!id_valid(span_of(u->id)) || !u->username[0])
        return err_set(err, FAIL_BAD_INPUT, "a user needs an id and a name");
    if (!op_begin(s, OP_SAVED, err))
        return false;
    return op_end(s, user_add(s, u, err), err);
}

bool
store_user_by_name(
    struct store *s, struct span name, struct store_user *ret, struct err *err)
{
    sqlite3_stmt *st = sqlite_stmt(s, Q_USER_BY_NAME,
        "SELECT " USER_COLUMNS " FROM users u "
        "WHERE u.username = ?1 OR u.email = ?1",
        err);

    if (!st)
        return false;
    bind_span(st, 1, name);
    return user_one(s, st, ret, "no such user", err);
}

bool
store_user_by_id(
    struct store *s, struct span id, struct store_user *ret, struct err *err)
{
    sqlite3_stmt *st = sqlite_stmt(s, Q_USER_BY_ID,
        "SELECT " USER_COLUMNS " FROM users u WHERE u.id = ?1", err);

    if (!st)
        return false;
    bind_span(st, 1, id);
    return user_one(s, st, ret, "no such user", err);
}

static bool
set_language(
    struct store *s, struct span id, struct span language, struct err *err)
{
    sqlite3_stmt *st = sqlite_stmt(s, Q_USER_SET_LANGUAGE,
        "UPDATE users SET language = ?2 WHERE id = ?1", err);

    if (!st)
        return false;
    bind_span(st, 1, id);
    bind_span(st, 2, language);
    if (!sqlite_run(s, st, err))
        return false;
    if (sqlite3_changes(s->db) == 0)
        return err_set(err, FAIL_NOT_FOUND, "no such user");
    return true;
}

bool
store_user_set_language(
    struct store *s, struct span id, struct span language, struct err *err)
{
    if (!pending_check(&language, 1, err) || !op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(s, set_language(s, id, language, err), err);
}

static bool
set_seen(struct store *s, struct span id, int64_t seen_ms, struct err *err)
{
    sqlite3_stmt *st = sqlite_stmt(
        s, Q_USER_SEEN, "UPDATE users SET seen_ms = ?2 WHERE id = ?1", err);

    if (!st)
        return false;
    bind_span(st, 1, id);
    bind_int(st, 2, seen_ms);
    return sqlite_run(s, st, err);
}

bool
store_user_seen(
    struct store *s, struct span id, int64_t seen_ms, struct err *err)
{
    if (!op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(s, set_seen(s, id, seen_ms, err), err);
}

/* ---- sessions ---- */

static void
bind_hash(
    sqlite3_stmt *st, int i, const unsigned char hash[STORE_TOKEN_HASH_BYTES])
{
    int rc =
        sqlite3_bind_blob(st, i, hash, STORE_TOKEN_HASH_BYTES, SQLITE_STATIC);

    assert(rc == SQLITE_OK);
    (void)rc;
}

static bool
session_add(struct store *s, const unsigned char hash[STORE_TOKEN_HASH_BYTES],
    struct span user_id, int64_t now_ms, int64_t expires_ms, struct err *err)
{
    sqlite3_stmt *st = sqlite_stmt(s, Q_SESSION_ADD,
        "INSERT INTO sessions (hash, user, created_ms, expires_ms) "
        "VALUES (?1, ?2, ?3, ?4)",
        err);
    int64_t user;

    if (!st || !cache_user(s, user_id, &user, err))
        return false;
    bind_hash(st, 1, hash);
    bind_int(st, 2, user);
    bind_int(st, 3, now_ms);
    bind_int(st, 4, expires_ms);
    return sqlite_run(s, st, err);
}

bool
store_session_add(struct store *s,
    const unsigned char hash[STORE_TOKEN_HASH_BYTES], struct span user_id,
    int64_t now_ms, int64_t expires_ms, struct err *err)
{
    if (!op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(
        s, session_add(s, hash, user_id, now_ms, expires_ms, err), err);
}

bool
store_session_find(struct store *s,
    const unsigned char hash[STORE_TOKEN_HASH_BYTES], int64_t now_ms,
    struct store_user *ret, struct err *err)
{
    sqlite3_stmt *st = sqlite_stmt(s, Q_SESSION_FIND,
        "SELECT " USER_COLUMNS " FROM sessions JOIN users u ON u.key = user "
        "WHERE hash = ?1 AND expires_ms > ?2",
        err);

    if (!st)
        return false;
    bind_hash(st, 1, hash);
    bind_int(st, 2, now_ms);
    return user_one(s, st, ret, "no such session", err);
}

static bool
session_remove(struct store *s,
    const unsigned char hash[STORE_TOKEN_HASH_BYTES], struct err *err)
{
    sqlite3_stmt *st = sqlite_stmt(
        s, Q_SESSION_REMOVE, "DELETE FROM sessions WHERE hash = ?1", err);

    if (!st)
        return false;
    bind_hash(st, 1, hash);
    return sqlite_run(s, st, err);
}

bool
store_session_remove(struct store *s,
    const unsigned char hash[STORE_TOKEN_HASH_BYTES], struct err *err)
{
    if (!op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(s, session_remove(s, hash, err), err);
}

static bool
sessions_expire(struct store *s, int64_t now_ms, struct err *err)
{
    sqlite3_stmt *st = sqlite_stmt(s, Q_SESSIONS_EXPIRE,
        "DELETE FROM sessions WHERE expires_ms <= ?1", err);

    if (!st)
        return false;
    bind_int(st, 1, now_ms);
    return sqlite_run(s, st, err);
}

bool
store_sessions_expire(struct store *s, int64_t now_ms, struct err *err)
{
    if (!op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(s, sessions_expire(s, now_ms, err), err);
}
