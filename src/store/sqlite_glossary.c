/* SPDX-License-Identifier: ISC */
#include "store/sqlite.h"

static bool
check_admin(struct store *s, struct span conversation_id, struct span user_id,
    struct err *err)
{
    sqlite3_stmt *st = sqlite_stmt(s, Q_MEMBER_ROLE,
        "SELECT 1 FROM members WHERE role = 'admin' AND "
        "conversation = (SELECT key FROM conversations WHERE id = ?1) AND "
        "user = (SELECT key FROM users WHERE id = ?2)",
        err);

    if (!st)
        return false;
    bind_span(st, 1, conversation_id);
    bind_span(st, 2, user_id);
    switch (sqlite_step(s, st, err)) {
    case SQLITE_ROW:
        sqlite3_reset(st);
        return true;
    case SQLITE_DONE:
        return err_set(
            err, FAIL_FORBIDDEN, "only an admin of the conversation may");
    default:
        return false;
    }
}

static bool
version_of(
    struct store *s, struct span conversation_id, int64_t *ret, struct err *err)
{
    sqlite3_stmt *st = sqlite_stmt(s, Q_GLOSSARY_GET,
        "SELECT version FROM glossaries WHERE conversation = "
        "(SELECT key FROM conversations WHERE id = ?1)",
        err);

    if (!st)
        return false;
    bind_span(st, 1, conversation_id);
    if (sqlite_step(s, st, err) != SQLITE_ROW)
        return false;
    *ret = sqlite3_column_int64(st, 0);
    sqlite3_reset(st);
    return true;
}

static bool
set(struct store *s, struct span conversation_id, struct span user_id,
    struct span json, int64_t now_ms, int64_t *ret_version, struct err *err)
{
    sqlite3_stmt *st;

    if (!check_admin(s, conversation_id, user_id, err))
        return false;
    st = sqlite_stmt(s, Q_GLOSSARY_SET,
        "INSERT INTO glossaries (conversation, version, updated_ms, json) "
        "SELECT key, 1, ?2, ?3 FROM conversations WHERE id = ?1 "
        "ON CONFLICT DO UPDATE SET version = version + 1, updated_ms = ?2, "
        "json = ?3",
        err);
    if (!st)
        return false;
    bind_span(st, 1, conversation_id);
    bind_int(st, 2, now_ms);
    bind_span(st, 3, json);
    return sqlite_run(s, st, err) &&
           version_of(s, conversation_id, ret_version, err);
}

bool
store_glossary_set(struct store *s, struct span conversation_id,
    struct span user_id, struct span json, int64_t now_ms, int64_t *ret_version,
    struct err *err)
{
    if (!op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(s,
        set(s, conversation_id, user_id, json, now_ms, ret_version, err), err);
}

bool
store_glossaries(struct store *s,
    void (*row)(const struct store_glossary *g, void *ctx), void *ctx,
    struct err *err)
{
    sqlite3_stmt *st = sqlite_stmt(s, Q_GLOSSARIES,
        "SELECT c.id, g.version, g.json FROM glossaries g "
        "JOIN conversations c ON c.key = g.conversation",
        err);
    int rc;

    if (!st)
        return false;
    while ((rc = sqlite_step(s, st, err)) == SQLITE_ROW) {
        struct store_glossary g = {.conversation_id = column_span(st, 0),
            .version = sqlite3_column_int64(st, 1),
            .json = column_span(st, 2)};
        row(&g, ctx);
    }
    return rc == SQLITE_DONE;
}
