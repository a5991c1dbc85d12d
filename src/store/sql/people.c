/* SPDX-License-Identifier: ISC */
#include "store/sql/sql.h"

#include <string.h>

/* What people do about each other: reports, and blocking. */

/* ---- reports ---- */

static bool
add_report(struct sql *s, const struct store_report *r, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_REPORT_ADD,
        "INSERT INTO reports (id, message, conversation, reporter, reason, "
        "at_ms) SELECT ?1, m.key, m.conversation, ?3, ?4, ?5 FROM messages m "
        "WHERE m.id = ?2 AND m.deleted_ms = 0 ON CONFLICT (message, reporter) "
        "DO UPDATE SET reason = reports.reason RETURNING key",
        err);
    int64_t reporter;
    int rc;

    if (!st || !cache_user(s, span_of(r->reporter_id), &reporter, err))
        return false;
    bind_z(st, 1, r->id);
    bind_z(st, 2, r->message_id);
    bind_int(st, 3, reporter);
    bind_z(st, 4, r->reason);
    bind_int(st, 5, r->at_ms);
    rc = sql_step(s, st, err);
    if (rc == SQL_DONE)
        return err_set(err, FAIL_NOT_FOUND, "no such message");
    return rc == SQL_ROW && sql_step(s, st, err) == SQL_DONE;
}

static bool
sql_report_add(
    struct store *store, const struct store_report *r, struct err *err)
{
    struct sql *s = sql_of(store);
    if (!op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(s, add_report(s, r, err), err);
}

static bool
sql_reports(struct store *store, struct span conversation_id, int limit,
    void (*row)(const struct store_report *r, void *ctx), void *ctx,
    struct err *err)
{
    struct sql *s = sql_of(store);
    struct stmt *st = sql_stmt(s, Q_REPORTS,
        "SELECT r.id, m.id, c.id, u.id, r.reason, r.at_ms, a.id, m.language, "
        "m.content FROM conversations c JOIN reports r ON r.conversation = "
        "c.key AND r.outcome IS NULL JOIN messages m ON m.key = r.message "
        "JOIN users u ON u.key = r.reporter JOIN users a ON a.key = m.sender "
        "WHERE c.id = ?1 ORDER BY r.key LIMIT ?2",
        err);
    struct store_report r;
    int rc = SQL_FAILED;

    if (st) {
        bind_span(st, 1, conversation_id);
        bind_int(st, 2, limit);
    }
    while (st && (rc = sql_step(s, st, err)) == SQL_ROW) {
        column_z(st, 0, r.id, sizeof(r.id));
        column_z(st, 1, r.message_id, sizeof(r.message_id));
        column_z(st, 2, r.conversation_id, sizeof(r.conversation_id));
        column_z(st, 3, r.reporter_id, sizeof(r.reporter_id));
        column_z(st, 4, r.reason, sizeof(r.reason));
        r.at_ms = column_int64(st, 5);
        column_z(st, 6, r.author_id, sizeof(r.author_id));
        column_z(st, 7, r.language, sizeof(r.language));
        r.content = column_span(st, 8);
        row(&r, ctx);
    }
    return rc == SQL_DONE;
}

static bool
resolve(struct sql *s, struct span conversation_id, struct span id,
    struct span resolver_id, struct span outcome, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_REPORT_RESOLVE,
        "UPDATE reports SET outcome = ?3, resolver = ?4 WHERE id = ?2 AND "
        "outcome IS NULL AND conversation = "
        "(SELECT key FROM conversations WHERE id = ?1)",
        err);
    int64_t resolver, n;

    if (!st || !cache_user(s, resolver_id, &resolver, err))
        return false;
    bind_span(st, 1, conversation_id);
    bind_span(st, 2, id);
    bind_span(st, 3, outcome);
    bind_int(st, 4, resolver);
    if (!sql_change(s, st, &n, err))
        return false;
    return n > 0 || err_set(err, FAIL_NOT_FOUND, "no such report");
}

static bool
sql_report_resolve(struct store *store, struct span conversation_id,
    struct span id, struct span resolver_id, struct span outcome,
    struct err *err)
{
    struct sql *s = sql_of(store);
    if (!op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(
        s, resolve(s, conversation_id, id, resolver_id, outcome, err), err);
}

/* ---- blocking ---- */

/* In their direct conversation, if they have one. */
static bool
silence(struct sql *s, struct span user_id, struct span blocked_id, bool on,
    int64_t now_ms, struct err *err)
{
    struct store_conversation c;
    struct err why = {0};

    if (store_direct_get(&s->store, user_id, blocked_id, &c, &why))
        return member_set_role(s, span_of(c.id), blocked_id,
            on ? "reader" : "member", now_ms, err);
    return why.kind == FAIL_NOT_FOUND || err_set(err, why.kind, "%s", why.text);
}

static bool
set_block(struct sql *s, struct span user_id, struct span blocked_id, bool on,
    int64_t now_ms, struct err *err)
{
    struct stmt *st = on ? sql_stmt(s, Q_BLOCK_ADD,
                               "INSERT INTO blocks (user, blocked, at_ms) "
                               "VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
                               err)
                         : sql_stmt(s, Q_BLOCK_REMOVE,
                               "DELETE FROM blocks WHERE user = ?1 "
                               "AND blocked = ?2 AND ?3 > 0",
                               err);
    int64_t user, blocked;

    if (!st || !cache_user(s, user_id, &user, err) ||
        !cache_user(s, blocked_id, &blocked, err))
        return false;
    bind_int(st, 1, user);
    bind_int(st, 2, blocked);
    bind_int(st, 3, now_ms);
    return sql_run(s, st, err) &&
           (!on || invitations_end_between(s, user, blocked, now_ms, err)) &&
           silence(s, user_id, blocked_id, on, now_ms, err);
}

static bool
sql_block_set(struct store *store, struct span user_id, struct span blocked_id,
    bool on, int64_t now_ms, struct err *err)
{
    struct sql *s = sql_of(store);
    if (!op_begin(s, OP_SAVED, err))
        return false;
    return op_end(s, set_block(s, user_id, blocked_id, on, now_ms, err), err);
}

static bool
sql_blocks(struct store *store, struct span user_id,
    void (*row)(struct span id, struct span display_name, void *ctx), void *ctx,
    struct err *err)
{
    struct sql *s = sql_of(store);
    struct stmt *st = sql_stmt(s, Q_BLOCKS,
        "SELECT x.id, x.display_name FROM blocks b JOIN users x "
        "ON x.key = b.blocked WHERE b.user = "
        "(SELECT key FROM users WHERE id = ?1) ORDER BY x.display_name, x.id",
        err);
    int rc = SQL_FAILED;

    if (st)
        bind_span(st, 1, user_id);
    while (st && (rc = sql_step(s, st, err)) == SQL_ROW)
        row(column_span(st, 0), column_span(st, 1), ctx);
    return rc == SQL_DONE;
}

static bool
sql_block_between(struct store *store, struct span a, struct span b, bool *ret,
    struct err *err)
{
    struct sql *s = sql_of(store);
    struct stmt *st = sql_stmt(s, Q_BLOCK_BETWEEN,
        "SELECT EXISTS (SELECT 1 FROM blocks WHERE (user = ?1 AND blocked = "
        "?2) OR (user = ?2 AND blocked = ?1))",
        err);
    int64_t one, other;

    if (!st || !cache_user(s, a, &one, err) || !cache_user(s, b, &other, err))
        return false;
    bind_int(st, 1, one);
    bind_int(st, 2, other);
    return sql_truth(s, st, ret, err);
}

/* ---- finding somebody ---- */

/* Behind all that begins with a text. */
#define LAST_CHARACTER "\xf4\x8f\xbf\xbf"

static bool
sql_people_find(struct store *store, struct span asker_id, struct span text,
    int limit, void (*row)(const struct store_user *u, void *ctx), void *ctx,
    struct err *err)
{
#define FOUND(begins)                                                          \
    "SELECT " USER_COLUMNS " FROM users u WHERE NOT u.guest "                  \
    "AND u.disabled_ms = 0 AND (" begins ") AND NOT EXISTS (SELECT 1 FROM "    \
    "bots h WHERE h.user = u.key AND h.conversation IS NOT NULL) "             \
    "AND NOT EXISTS "                                                          \
    "(SELECT 1 FROM blocks b WHERE b.user = u.key AND b.blocked = "            \
    "(SELECT key FROM users WHERE id = ?3)) ORDER BY u.username LIMIT ?4"
    struct sql *s = sql_of(store);
    struct stmt *st = sql_stmt(s, Q_PEOPLE_FIND,
        sql_names(s,
            FOUND("(u.username >= ?1 AND u.username < ?2) OR "
                  "(u.display_name >= ?1 COLLATE NOCASE AND "
                  "u.display_name < ?2 COLLATE NOCASE)"),
            FOUND("(lower(u.username) >= lower(?1) AND "
                  "lower(u.username) < lower(?2)) OR "
                  "(lower(u.display_name) >= lower(?1) AND "
                  "lower(u.display_name) < lower(?2))")),
        err);
#undef FOUND
    struct store_user u = {0};
    struct buf end = {0};
    int rc = SQL_FAILED;

    buf_adds(&end, text);
    buf_addz(&end, LAST_CHARACTER);
    if (st) {
        bind_span(st, 1, text);
        bind_span(st, 2, buf_span(&end));
        bind_span(st, 3, asker_id);
        bind_int(st, 4, limit);
    }
    while (st && (rc = sql_step(s, st, err)) == SQL_ROW) {
        user_row(st, &u);
        row(&u, ctx);
    }
    buf_free(&end);
    return rc == SQL_DONE;
}

const struct store_people_ops sql_people_ops = {
    .report_add = sql_report_add,
    .reports = sql_reports,
    .report_resolve = sql_report_resolve,
    .block_set = sql_block_set,
    .blocks = sql_blocks,
    .block_between = sql_block_between,
    .people_find = sql_people_find,
    .sessions = sql_sessions,
    .written = sql_written,
    .user_erase = sql_user_erase,
    .identity_find = sql_identity_find,
    .identity_add = sql_identity_add,
};
