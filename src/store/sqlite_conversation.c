/* SPDX-License-Identifier: ISC */
#include "store/sqlite.h"

#include <string.h>

/* A conversation c with its creator u and its last message l. */
#define CONVERSATION_COLUMNS                                                   \
    "c.id, c.type, c.title, u.id, c.created_ms, l.created_ms, l.seq "
#define CONVERSATION_PARTS                                                     \
    " LEFT JOIN users u ON u.key = c.created_by "                              \
    "LEFT JOIN messages l ON l.conversation = c.key AND l.seq = "              \
    "(SELECT max(seq) FROM messages WHERE conversation = c.key) "
#define MEMBER_QUERY                                                           \
    "SELECT c.id, u.id, u.username, u.display_name, u.language, m.role, "      \
    "u.guest, u.seen_ms "                                                      \
    "FROM members m JOIN conversations c ON c.key = m.conversation "           \
    "JOIN users u ON u.key = m.user "

static void
conversation_row(sqlite3_stmt *st, struct store_conversation *ret)
{
    column_z(st, 0, ret->id, sizeof(ret->id));
    column_z(st, 1, ret->type, sizeof(ret->type));
    column_z(st, 2, ret->title, sizeof(ret->title));
    column_z(st, 3, ret->created_by, sizeof(ret->created_by));
    ret->created_ms = sqlite3_column_int64(st, 4);
    ret->last_message_ms = sqlite3_column_int64(st, 5);
    ret->last_seq = sqlite3_column_int64(st, 6);
}

static bool
member_add(struct store *s, int64_t conversation, int64_t user,
    const char *role, int64_t now_ms, struct err *err)
{
    sqlite3_stmt *st = sqlite_stmt(s, Q_MEMBER_ADD,
        "INSERT INTO members (conversation, user, role, joined_ms) "
        "VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
        err);

    if (!st)
        return false;
    bind_int(st, 1, conversation);
    bind_int(st, 2, user);
    bind_z(st, 3, role);
    bind_int(st, 4, now_ms);
    return sqlite_run(s, st, err);
}

static bool
conversation_add(struct store *s, const struct store_conversation *c,
    const struct span *members, size_t n_members, struct err *err)
{
    sqlite3_stmt *st = sqlite_stmt(s, Q_CONVERSATION_ADD,
        "INSERT INTO conversations (id, type, title, created_by, created_ms) "
        "VALUES (?1, ?2, ?3, ?4, ?5)",
        err);
    int64_t creator, user, key;

    if (!st || !cache_user(s, span_of(c->created_by), &creator, err))
        return false;
    bind_z(st, 1, c->id);
    bind_z(st, 2, c->type);
    bind_z(st, 3, c->title);
    bind_int(st, 4, creator);
    bind_int(st, 5, c->created_ms);
    if (!sqlite_run(s, st, err))
        return false;
    key = sqlite3_last_insert_rowid(s->db);
    if (!member_add(s, key, creator, "admin", c->created_ms, err))
        return false;
    for (size_t i = 0; i < n_members; i++)
        if (!cache_user(s, members[i], &user, err) ||
            !member_add(s, key, user, "member", c->created_ms, err))
            return false;
    return true;
}

bool
store_conversation_add(struct store *s, const struct store_conversation *c,
    const struct span *members, size_t n_members, struct err *err)
{
    if (!id_valid(span_of(c->id)))
        return err_set(err, FAIL_BAD_INPUT, "not a conversation id");
    if (strcmp(c->type, "group") != 0 && strcmp(c->type, "direct") != 0)
        return err_set(err, FAIL_BAD_INPUT, "not a conversation type");
    if (!op_begin(s, OP_SAVED, err))
        return false;
    return op_end(s, conversation_add(s, c, members, n_members, err), err);
}

bool
store_conversation_get(struct store *s, struct span id,
    struct store_conversation *ret, struct err *err)
{
    sqlite3_stmt *st = sqlite_stmt(s, Q_CONVERSATION_GET,
        "SELECT " CONVERSATION_COLUMNS "FROM conversations c" CONVERSATION_PARTS
        "WHERE c.id = ?1",
        err);

    if (!st)
        return false;
    bind_span(st, 1, id);
    switch (sqlite_step(s, st, err)) {
    case SQLITE_ROW:
        conversation_row(st, ret);
        sqlite3_reset(st);
        return true;
    case SQLITE_DONE:
        return err_set(err, FAIL_NOT_FOUND, "no such conversation");
    default:
        return false;
    }
}

static bool
conversations_each(struct store *s, sqlite3_stmt *st,
    void (*row)(const struct store_conversation *c, void *ctx), void *ctx,
    struct err *err)
{
    struct store_conversation c;
    int rc;

    while ((rc = sqlite_step(s, st, err)) == SQLITE_ROW) {
        conversation_row(st, &c);
        row(&c, ctx);
    }
    return rc == SQLITE_DONE;
}

bool
store_conversations_of(struct store *s, struct span user_id,
    void (*row)(const struct store_conversation *c, void *ctx), void *ctx,
    struct err *err)
{
    sqlite3_stmt *st = sqlite_stmt(s, Q_CONVERSATIONS_OF,
        "SELECT " CONVERSATION_COLUMNS
        "FROM members m JOIN conversations c ON c.key = m.conversation" CONVERSATION_PARTS
        "WHERE m.user = (SELECT key FROM users WHERE id = ?1)"
        " ORDER BY max(coalesce(l.created_ms, 0), c.created_ms) DESC, c.key",
        err);

    if (!st)
        return false;
    bind_span(st, 1, user_id);
    return conversations_each(s, st, row, ctx, err);
}

bool
store_conversations_all(struct store *s,
    void (*row)(const struct store_conversation *c, void *ctx), void *ctx,
    struct err *err)
{
    sqlite3_stmt *st = sqlite_stmt(s, Q_CONVERSATIONS_ALL,
        "SELECT " CONVERSATION_COLUMNS "FROM conversations c" CONVERSATION_PARTS
        "ORDER BY c.key",
        err);

    return st && conversations_each(s, st, row, ctx, err);
}

/* ---- members ---- */

static bool
join(struct store *s, struct span conversation_id, struct span user_id,
    int64_t now_ms, struct err *err)
{
    const struct sqlite_head *head = cache_head(s, conversation_id, err);
    int64_t user;

    return head && cache_user(s, user_id, &user, err) &&
           member_add(s, head->key, user, "member", now_ms, err);
}

bool
store_member_add(struct store *s, struct span conversation_id,
    struct span user_id, int64_t now_ms, struct err *err)
{
    if (!op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(s, join(s, conversation_id, user_id, now_ms, err), err);
}

static bool
leave(struct store *s, struct span conversation_id, struct span user_id,
    struct err *err)
{
    sqlite3_stmt *st = sqlite_stmt(s, Q_MEMBER_REMOVE,
        "DELETE FROM members WHERE "
        "conversation = (SELECT key FROM conversations WHERE id = ?1) AND "
        "user = (SELECT key FROM users WHERE id = ?2)",
        err);

    if (!st)
        return false;
    bind_span(st, 1, conversation_id);
    bind_span(st, 2, user_id);
    if (!sqlite_run(s, st, err))
        return false;
    if (sqlite3_changes(s->db) == 0)
        return err_set(err, FAIL_NOT_FOUND, "not a member");
    return true;
}

bool
store_member_remove(struct store *s, struct span conversation_id,
    struct span user_id, struct err *err)
{
    if (!op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(s, leave(s, conversation_id, user_id, err), err);
}

bool
store_members(struct store *s, struct span conversation_id,
    void (*row)(const struct store_member *m, void *ctx), void *ctx,
    struct err *err)
{
    sqlite3_stmt *st;
    struct store_member m;
    int rc;

    if (conversation_id.p)
        st = sqlite_stmt(s, Q_MEMBERS_OF,
            MEMBER_QUERY "WHERE c.id = ?1 ORDER BY m.user", err);
    else
        st = sqlite_stmt(s, Q_MEMBERS_ALL,
            MEMBER_QUERY "ORDER BY m.conversation, m.user", err);
    if (!st)
        return false;
    if (conversation_id.p)
        bind_span(st, 1, conversation_id);
    while ((rc = sqlite_step(s, st, err)) == SQLITE_ROW) {
        column_z(st, 0, m.conversation_id, sizeof(m.conversation_id));
        column_z(st, 1, m.user_id, sizeof(m.user_id));
        column_z(st, 2, m.username, sizeof(m.username));
        column_z(st, 3, m.display_name, sizeof(m.display_name));
        column_z(st, 4, m.language, sizeof(m.language));
        column_z(st, 5, m.role, sizeof(m.role));
        m.guest = sqlite3_column_int(st, 6) != 0;
        m.seen_ms = sqlite3_column_int64(st, 7);
        row(&m, ctx);
    }
    return rc == SQLITE_DONE;
}
