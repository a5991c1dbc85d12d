/* SPDX-License-Identifier: ISC */
#include "store/sql/sql.h"

bool
session_add(struct sql *s, const unsigned char hash[STORE_TOKEN_HASH_BYTES],
    struct span user_id, int64_t now_ms, int64_t expires_ms, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_SESSION_ADD,
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
    return sql_run(s, st, err);
}

bool
sql_session_add(struct store *store,
    const unsigned char hash[STORE_TOKEN_HASH_BYTES], struct span user_id,
    int64_t now_ms, int64_t expires_ms, struct err *err)
{
    struct sql *s = sql_of(store);
    if (!op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(
        s, session_add(s, hash, user_id, now_ms, expires_ms, err), err);
}

bool
sql_session_find(struct store *store,
    const unsigned char hash[STORE_TOKEN_HASH_BYTES], int64_t now_ms,
    struct store_user *ret, struct err *err)
{
    struct sql *s = sql_of(store);
    struct stmt *st = sql_stmt(s, Q_SESSION_FIND,
        "SELECT " USER_COLUMNS " FROM sessions JOIN users u ON u.key = user "
        "WHERE hash = ?1 AND expires_ms > ?2 AND u.disabled_ms = 0 "
        "AND NOT EXISTS (SELECT 1 FROM bots b JOIN users o ON o.key = b.owner "
        "WHERE b.user = u.key AND b.conversation IS NULL "
        "AND o.disabled_ms <> 0)",
        err);

    if (!st)
        return false;
    bind_hash(st, 1, hash);
    bind_int(st, 2, now_ms);
    return user_one(s, st, ret, "no such session", err);
}

static bool
session_remove(struct sql *s, const unsigned char hash[STORE_TOKEN_HASH_BYTES],
    struct err *err)
{
    struct stmt *st = sql_stmt(
        s, Q_SESSION_REMOVE, "DELETE FROM sessions WHERE hash = ?1", err);

    if (!st)
        return false;
    bind_hash(st, 1, hash);
    return sql_run(s, st, err);
}

bool
sql_session_remove(struct store *store,
    const unsigned char hash[STORE_TOKEN_HASH_BYTES], struct err *err)
{
    struct sql *s = sql_of(store);
    if (!op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(s, session_remove(s, hash, err), err);
}

static bool
sessions_expire(struct sql *s, int64_t now_ms, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_SESSIONS_EXPIRE,
        "DELETE FROM sessions WHERE expires_ms <= ?1", err);

    if (!st)
        return false;
    bind_int(st, 1, now_ms);
    return sql_run(s, st, err);
}

bool
sql_sessions_expire(struct store *store, int64_t now_ms, struct err *err)
{
    struct sql *s = sql_of(store);
    if (!op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(s, sessions_expire(s, now_ms, err), err);
}

bool
sessions_end(struct sql *s, int64_t user, const unsigned char *except_hash,
    struct err *err)
{
    static const unsigned char none[STORE_TOKEN_HASH_BYTES];
    struct stmt *st = sql_stmt(s, Q_SESSIONS_END,
        "DELETE FROM sessions WHERE user = ?1 AND hash <> ?2", err);

    if (!st)
        return false;
    bind_int(st, 1, user);
    bind_hash(st, 2, except_hash ? except_hash : none);
    return sql_run(s, st, err);
}

bool
sql_sessions_end(struct store *store, struct span user_id,
    const unsigned char *except_hash, struct err *err)
{
    struct sql *s = sql_of(store);
    int64_t user;

    if (!cache_user(s, user_id, &user, err) || !op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(s, sessions_end(s, user, except_hash, err), err);
}

bool
sql_sessions(struct store *store, struct span user_id, int64_t now_ms,
    void (*row)(const unsigned char hash[STORE_TOKEN_HASH_BYTES],
        int64_t created_ms, int64_t expires_ms, void *ctx),
    void *ctx, struct err *err)
{
    struct sql *s = sql_of(store);
    struct stmt *st = sql_stmt(s, Q_SESSIONS_OF,
        "SELECT hash, created_ms, expires_ms FROM sessions WHERE user = "
        "(SELECT key FROM users WHERE id = ?1) AND expires_ms > ?2 "
        "ORDER BY created_ms DESC",
        err);
    int rc = SQL_FAILED;

    if (st) {
        bind_span(st, 1, user_id);
        bind_int(st, 2, now_ms);
    }
    while (st && (rc = sql_step(s, st, err)) == SQL_ROW)
        row((const unsigned char *)column_span(st, 0).p, column_int64(st, 1),
            column_int64(st, 2), ctx);
    return rc == SQL_DONE;
}
