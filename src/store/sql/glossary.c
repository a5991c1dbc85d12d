/* SPDX-License-Identifier: ISC */
#include "store/sql/sql.h"

static bool
version_of(
    struct sql *s, struct span conversation_id, int64_t *ret, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_GLOSSARY_GET,
        "SELECT version FROM glossaries WHERE conversation = "
        "(SELECT key FROM conversations WHERE id = ?1)",
        err);

    if (!st)
        return false;
    bind_span(st, 1, conversation_id);
    if (!sql_find_row(s, st, "no such conversation", err))
        return false;
    *ret = column_int64(st, 0);
    sql_reset(st);
    return true;
}

static bool
tell_changed(struct sql *s, struct span conversation_id, struct span json,
    int64_t version, int64_t now_ms, struct err *err)
{
    struct log_row row = {.kind = STORE_ROOM_CHANGED, .at_ms = now_ms};
    struct store_event e = {.kind = row.kind,
        .conversation_id = conversation_id,
        .glossary = {conversation_id, version, json}};
    struct sql_head *head = cache_head(s, conversation_id, err);

    if (!head)
        return false;
    row.subject = head->key;
    if (!log_room(s, head, &row, &e.offset, err))
        return false;
    store_event_add(&s->store, &e);
    return true;
}

static bool
set(struct sql *s, struct span conversation_id, struct span json,
    int64_t now_ms, int64_t *ret_version, struct err *err)
{
    struct stmt *st;

    st = sql_stmt(s, Q_GLOSSARY_SET,
        "INSERT INTO glossaries (conversation, version, updated_ms, json) "
        "SELECT key, 1, ?2, ?3 FROM conversations WHERE id = ?1 "
        "ON CONFLICT (conversation) DO UPDATE SET "
        "version = glossaries.version + 1, updated_ms = ?2, json = ?3",
        err);
    if (!st)
        return false;
    bind_span(st, 1, conversation_id);
    bind_int(st, 2, now_ms);
    bind_span(st, 3, json);
    return sql_run(s, st, err) &&
           version_of(s, conversation_id, ret_version, err) &&
           tell_changed(s, conversation_id, json, *ret_version, now_ms, err);
}

static bool
sql_glossary_set(struct store *store, struct span conversation_id,
    struct span json, int64_t now_ms, int64_t *ret_version, struct err *err)
{
    struct sql *s = sql_of(store);
    if (!op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(
        s, set(s, conversation_id, json, now_ms, ret_version, err), err);
}

const struct store_glossary_ops sql_glossary_ops = {
    .glossary_set = sql_glossary_set,
};
