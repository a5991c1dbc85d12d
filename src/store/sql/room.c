/* SPDX-License-Identifier: ISC */
#include "store/sql/sql.h"

#include <stdio.h>

/* A room as memory needs it: counts, not names, so that it costs what its
 * languages are and not what its members are. */

/* What the members read; the languages with most readers first. */
static bool
count_members(struct sql *s, int64_t key, struct store_room *r, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_ROOM_READERS,
        "SELECT u.language, count(*) FROM members m "
        "JOIN users u ON u.key = m.user "
        "WHERE m.conversation = ?1 AND m.role <> 'banned' "
        "GROUP BY 1 ORDER BY 2 DESC",
        err);

    if (!st)
        return false;
    bind_int(st, 1, key);
    return readers_each(s, st, r->readers, &r->n_readers, &r->n_members, err);
}

/* Users are never removed, and all are in the public room but those who have a
 * link's only, and those who are kept out of it. */
static bool
count_users(struct sql *s, int64_t *ret, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_USERS_COUNT,
        "SELECT (SELECT max(key) FROM users) - (SELECT count(*) FROM users "
        "WHERE link IS NOT NULL) - (SELECT count(*) FROM members "
        "WHERE conversation = (SELECT key FROM conversations "
        "WHERE id = '" STORE_ANY "') AND role = 'banned') - "
        "(SELECT count(*) FROM users WHERE erased) - "
        "(SELECT count(*) FROM users WHERE bot <> 0)",
        err);

    return st && sql_number(s, st, ret, err);
}

/* With its glossary, which is borrowed from the statement. */
static bool
tell_room(struct sql *s, int64_t key, struct store_room *r,
    void (*row)(const struct store_room *r, void *ctx), void *ctx,
    struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_ROOM_GLOSSARY,
        "SELECT version, json FROM glossaries WHERE conversation = ?1", err);
    int rc;

    if (!st)
        return false;
    bind_int(st, 1, key);
    rc = sql_step(s, st, err);
    if (rc == SQL_ROW)
        r->glossary = (struct store_glossary){
            .conversation_id = span_of(r->conversation.id),
            .version = column_int64(st, 0),
            .json = column_span(st, 1)};
    if (rc == SQL_ROW || rc == SQL_DONE)
        row(r, ctx);
    if (rc == SQL_ROW)
        sql_reset(st);
    return rc == SQL_ROW || rc == SQL_DONE;
}

static bool
room_get(struct sql *s, struct span id,
    void (*row)(const struct store_room *r, void *ctx), void *ctx,
    struct err *err)
{
    struct store_room r = {.n_readers = 0};
    bool public = span_eqz(id, STORE_ANY);
    int64_t key;

    return conversation_find(s, id, &r.conversation, err) &&
           log_room_end(s, id, &key, &r.offset, err) &&
           (public ? count_users(s, &r.n_members, err)
                   : count_members(s, key, &r, err)) &&
           tell_room(s, key, &r, row, ctx, err);
}

bool
sql_room_get(struct store *store, struct span conversation_id,
    void (*row)(const struct store_room *r, void *ctx), void *ctx,
    struct err *err)
{
    struct sql *s = sql_of(store);
    bool ok;

    if (!read_begin(s, err))
        return false;
    ok = room_get(s, conversation_id, row, ctx, err);
    read_end(s);
    return ok;
}
