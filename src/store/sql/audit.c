/* SPDX-License-Identifier: ISC */
#include "store/sql/sql.h"

/* What people with power did. */

static bool
add(struct sql *s, const struct store_audit *a, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_AUDIT_ADD,
        "INSERT INTO audits (at_ms, actor, act, conversation, subject, detail) "
        "SELECT ?1, key, ?3, (SELECT key FROM conversations WHERE id = ?4), "
        "(SELECT key FROM users WHERE id = ?5), ?6 FROM users WHERE id = ?2",
        err);

    if (!st)
        return false;
    bind_int(st, 1, a->at_ms);
    bind_span(st, 2, a->actor_id);
    bind_span(st, 3, a->act);
    bind_span(st, 4, a->conversation_id);
    bind_span(st, 5, a->subject_id);
    bind_span(st, 6, a->detail.p ? a->detail : SPAN(""));
    return sql_run(s, st, err);
}

bool
sql_audit_add(struct store *store, const struct store_audit *a, struct err *err)
{
    struct sql *s = sql_of(store);
    if (!op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(s, add(s, a, err), err);
}

bool
sql_audits(struct store *store, struct span conversation_id, int64_t before,
    int limit, void (*row)(const struct store_audit *a, void *ctx), void *ctx,
    struct err *err)
{
    struct sql *s = sql_of(store);
    struct stmt *st = sql_stmt(s, Q_AUDITS,
        "SELECT a.key, a.at_ms, u.id, a.act, c.id, x.id, a.detail "
        "FROM audits a JOIN users u ON u.key = a.actor "
        "LEFT JOIN conversations c ON c.key = a.conversation "
        "LEFT JOIN users x ON x.key = a.subject "
        "WHERE (?1 IS NULL OR a.conversation = "
        "(SELECT key FROM conversations WHERE id = ?1)) "
        "AND (?2 = 0 OR a.key < ?2) ORDER BY a.key DESC LIMIT ?3",
        err);
    int rc = SQL_FAILED;

    if (st) {
        bind_span(st, 1, conversation_id);
        bind_int(st, 2, before);
        bind_int(st, 3, limit);
    }
    while (st && (rc = sql_step(s, st, err)) == SQL_ROW) {
        struct store_audit a = {.key = column_int64(st, 0),
            .at_ms = column_int64(st, 1),
            .actor_id = column_span(st, 2),
            .act = column_span(st, 3),
            .conversation_id = column_span(st, 4),
            .subject_id = column_span(st, 5),
            .detail = column_span(st, 6)};
        row(&a, ctx);
    }
    return rc == SQL_DONE;
}
