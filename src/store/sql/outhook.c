/* SPDX-License-Identifier: ISC */
#include "store/sql/sql.h"

/* Outgoing webhooks (outhook.h). */

#define OUTHOOK_QUERY                                                          \
    "SELECT h.id, c.id, u.id, h.url, h.secret, h.created_ms, h.at, "           \
    "h.failures, h.disabled_ms, h.reason FROM outhooks h "                     \
    "JOIN conversations c ON c.key = h.conversation "                          \
    "JOIN users u ON u.key = h.created_by "
#define IS_DUE                                                                 \
    "h.disabled_ms = 0 AND h.due_ms <= ?1 AND h.at < "                         \
    "coalesce((SELECT max(seq) FROM messages WHERE "                           \
    "conversation = c.key), 0) + " LOG_OTHERS
#define OF_ROOM                                                                \
    "id = ?2 AND conversation = (SELECT key FROM conversations WHERE id = ?1)"

static void
outhook_row(struct stmt *st, struct store_outhook *ret)
{
    column_z(st, 0, ret->id, sizeof(ret->id));
    column_z(st, 1, ret->conversation_id, sizeof(ret->conversation_id));
    column_z(st, 2, ret->created_by, sizeof(ret->created_by));
    column_z(st, 3, ret->url, sizeof(ret->url));
    column_z(st, 4, ret->secret, sizeof(ret->secret));
    ret->created_ms = column_int64(st, 5);
    ret->at = column_int64(st, 6);
    ret->failures = column_int(st, 7);
    ret->disabled_ms = column_int64(st, 8);
    column_z(st, 9, ret->reason, sizeof(ret->reason));
}

static bool
check_room_for(struct sql *s, int64_t conversation, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_OUTHOOKS_COUNT,
        "SELECT count(*) FROM outhooks WHERE conversation = ?1", err);

    if (!st)
        return false;
    bind_int(st, 1, conversation);
    return bot_check_fewer(s, st, STORE_OUTHOOKS_MAX, err);
}

static bool
add(struct sql *s, const struct store_outhook *h, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_OUTHOOK_ADD,
        "INSERT INTO outhooks (id, conversation, created_by, url, secret, "
        "created_ms, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        err);
    int64_t user, conversation, end;

    if (!st || !cache_user(s, span_of(h->created_by), &user, err) ||
        !log_room_end(
            s, span_of(h->conversation_id), &conversation, &end, err) ||
        !check_room_for(s, conversation, err))
        return false;
    bind_z(st, 1, h->id);
    bind_int(st, 2, conversation);
    bind_int(st, 3, user);
    bind_z(st, 4, h->url);
    bind_z(st, 5, h->secret);
    bind_int(st, 6, h->created_ms);
    bind_int(st, 7, end);
    return sql_run(s, st, err);
}

static bool
sql_outhook_add(
    struct store *store, const struct store_outhook *h, struct err *err)
{
    struct sql *s = sql_of(store);

    if (!op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(s, add(s, h, err), err);
}

static bool
sql_outhooks(struct store *store, struct span conversation_id,
    void (*row)(const struct store_outhook *h, void *ctx), void *ctx,
    struct err *err)
{
    struct sql *s = sql_of(store);
    struct stmt *st = sql_stmt(s, Q_OUTHOOKS,
        OUTHOOK_QUERY "WHERE c.id = ?1 ORDER BY h.created_ms, h.id", err);
    struct store_outhook h;
    int rc = SQL_FAILED;

    if (st)
        bind_span(st, 1, conversation_id);
    while (st && (rc = sql_step(s, st, err)) == SQL_ROW) {
        outhook_row(st, &h);
        row(&h, ctx);
    }
    return rc == SQL_DONE;
}

/* With a statement of the one ?2 of the conversation ?1. */
static bool
change(struct sql *s, struct stmt *st, struct span conversation_id,
    struct span id, struct err *err)
{
    int64_t n;

    bind_span(st, 1, conversation_id);
    bind_span(st, 2, id);
    if (!sql_change(s, st, &n, err))
        return false;
    return n > 0 || err_set(err, FAIL_NOT_FOUND, "no such webhook");
}

static bool
sql_outhook_remove(struct store *store, struct span conversation_id,
    struct span id, struct err *err)
{
    struct sql *s = sql_of(store);
    struct stmt *st;

    if (!op_begin(s, OP_CHECKED, err))
        return false;
    st = sql_stmt(
        s, Q_OUTHOOK_REMOVE, "DELETE FROM outhooks WHERE " OF_ROOM, err);
    return op_end(s, st && change(s, st, conversation_id, id, err), err);
}

static bool
enable(struct sql *s, struct span conversation_id, struct span id,
    int64_t now_ms, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_OUTHOOK_ENABLE,
        "UPDATE outhooks SET disabled_ms = 0, failures = 0, due_ms = ?3 "
        "WHERE " OF_ROOM,
        err);

    if (!st)
        return false;
    bind_int(st, 3, now_ms);
    return change(s, st, conversation_id, id, err);
}

static bool
sql_outhook_enable(struct store *store, struct span conversation_id,
    struct span id, int64_t now_ms, struct err *err)
{
    struct sql *s = sql_of(store);

    if (!op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(s, enable(s, conversation_id, id, now_ms, err), err);
}

/* ---- telling ---- */

static bool
sql_outhook_due(struct store *store, int64_t now_ms, bool *ret, struct err *err)
{
    struct sql *s = sql_of(store);
    struct stmt *st = sql_stmt(s, Q_OUTHOOK_ANY_DUE,
        "SELECT EXISTS (SELECT 1 FROM outhooks h JOIN conversations c "
        "ON c.key = h.conversation WHERE " IS_DUE ")",
        err);

    if (!st)
        return false;
    bind_int(st, 1, now_ms);
    return sql_truth(s, st, ret, err);
}

static bool
lease(struct sql *s, const char *id, int64_t until_ms, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_OUTHOOK_LEASE,
        "UPDATE outhooks SET due_ms = ?2 WHERE id = ?1", err);

    if (!st)
        return false;
    bind_z(st, 1, id);
    bind_int(st, 2, until_ms);
    return sql_run(s, st, err);
}

static bool
take(struct sql *s, int64_t now_ms, int64_t until_ms, struct store_outhook *ret,
    bool *ret_found, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_OUTHOOK_DUE,
        OUTHOOK_QUERY "WHERE " IS_DUE "ORDER BY h.due_ms LIMIT 1", err);
    int rc;

    *ret_found = false;
    if (!st)
        return false;
    bind_int(st, 1, now_ms);
    rc = sql_step(s, st, err);
    if (rc == SQL_ROW) {
        outhook_row(st, ret);
        *ret_found = true;
        sql_reset(st);
    }
    return (rc == SQL_ROW || rc == SQL_DONE) &&
           (!*ret_found || lease(s, ret->id, until_ms, err));
}

static bool
sql_outhook_take(struct store *store, int64_t now_ms, int64_t until_ms,
    struct store_outhook *ret, bool *ret_found, struct err *err)
{
    struct sql *s = sql_of(store);

    if (!op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(s, take(s, now_ms, until_ms, ret, ret_found, err), err);
}

static bool
settle(struct sql *s, const struct store_outcome *o, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_OUTHOOK_SETTLE,
        "UPDATE outhooks SET at = ?3, failures = iif(?4, failures + 1, 0), "
        "due_ms = ?5, disabled_ms = ?6, reason = coalesce(?7, '') "
        "WHERE id = ?1 AND at = ?2 AND disabled_ms = 0",
        err);

    if (!st)
        return false;
    bind_span(st, 1, o->id);
    bind_int(st, 2, o->from);
    bind_int(st, 3, o->to);
    bind_bool(st, 4, o->failed);
    bind_int(st, 5, o->due_ms);
    bind_int(st, 6, o->disabled_ms);
    bind_span(st, 7, o->reason);
    return sql_run(s, st, err);
}

static bool
sql_outhook_settle(
    struct store *store, const struct store_outcome *o, struct err *err)
{
    struct sql *s = sql_of(store);

    if (!op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(s, settle(s, o, err), err);
}

const struct store_outhook_ops sql_outhook_ops = {
    .outhook_add = sql_outhook_add,
    .outhooks = sql_outhooks,
    .outhook_remove = sql_outhook_remove,
    .outhook_enable = sql_outhook_enable,
    .outhook_due = sql_outhook_due,
    .outhook_take = sql_outhook_take,
    .outhook_settle = sql_outhook_settle,
    .story = sql_story,
};
