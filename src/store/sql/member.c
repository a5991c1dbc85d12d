/* SPDX-License-Identifier: ISC */
#include "store/sql/sql.h"

#include <stdio.h>
#include <string.h>

/*
 * Who is in a room.  Somebody banned has a row too, as what keeps them out; they
 * are no member, and whatever lists members leaves them out.
 */
#define MEMBER_QUERY                                                           \
    "SELECT c.id, u.id, u.username, u.display_name, u.language, m.role, "      \
    "u.guest, u.seen_ms, u.writing, m.joined_ms, m.muted_until_ms, "           \
    "u.bot <> 0 "                                                              \
    "FROM members m JOIN conversations c ON c.key = m.conversation "           \
    "JOIN users u ON u.key = m.user "
#define OF_ROOM "conversation = (SELECT key FROM conversations WHERE id = ?1) "
#define OF_USER "user = (SELECT key FROM users WHERE id = ?2) "

static void
member_row(struct stmt *st, struct store_member *ret)
{
    column_z(st, 0, ret->conversation_id, sizeof(ret->conversation_id));
    column_z(st, 1, ret->user_id, sizeof(ret->user_id));
    column_z(st, 2, ret->username, sizeof(ret->username));
    column_z(st, 3, ret->display_name, sizeof(ret->display_name));
    column_z(st, 4, ret->language, sizeof(ret->language));
    column_z(st, 5, ret->role, sizeof(ret->role));
    ret->guest = column_int(st, 6) != 0;
    ret->seen_ms = column_int64(st, 7);
    column_z(st, 8, ret->writing, sizeof(ret->writing));
    ret->joined_ms = column_int64(st, 9);
    ret->muted_until_ms = column_int64(st, 10);
    ret->bot = column_int(st, 11) != 0;
}

static bool
members_each(struct sql *s, struct stmt *st,
    void (*row)(const struct store_member *m, void *ctx), void *ctx,
    struct err *err)
{
    struct store_member m;
    int rc;

    while ((rc = sql_step(s, st, err)) == SQL_ROW) {
        member_row(st, &m);
        row(&m, ctx);
    }
    return rc == SQL_DONE;
}

/* Of the room ?1 the user ?2, banned or not. */
static bool
member_get(struct sql *s, struct span conversation_id, struct span user_id,
    struct store_member *ret, struct err *err)
{
    struct stmt *st = sql_stmt(
        s, Q_MEMBER_GET, MEMBER_QUERY "WHERE c.id = ?1 AND u.id = ?2", err);

    if (!st)
        return false;
    bind_span(st, 1, conversation_id);
    bind_span(st, 2, user_id);
    if (!sql_find_row(s, st, "not a member", err))
        return false;
    member_row(st, ret);
    sql_reset(st);
    return true;
}

static bool
sql_member_get(struct store *store, struct span conversation_id,
    struct span user_id, struct store_member *ret, struct err *err)
{
    return member_get(sql_of(store), conversation_id, user_id, ret, err);
}

/* As member_get, but whoever is banned is none. */
static bool
member_require(struct sql *s, struct span conversation_id, struct span user_id,
    struct store_member *ret, struct err *err)
{
    if (!member_get(s, conversation_id, user_id, ret, err))
        return false;
    return strcmp(ret->role, "banned") != 0 ||
           err_set(err, FAIL_NOT_FOUND, "not a member");
}

/* ---- telling ---- */

/* What somebody's row of a room's stream, and of their own, says. */
struct tale {
    enum store_event_kind kind;
    struct span conversation_id, user_id;
    const char *role;
    int64_t muted_until_ms, now_ms;
};

static struct store_event
event_of(const struct tale *t)
{
    struct store_event e = {.kind = t->kind,
        .conversation_id = t->conversation_id,
        .user_id = t->user_id,
        .muted_until_ms = t->muted_until_ms};

    snprintf(e.role, sizeof(e.role), "%s", t->role);
    return e;
}

/* In the person's own stream. */
static bool
tell_person(struct sql *s, const struct tale *t, int64_t conversation,
    const struct store_conversation *c, struct err *err)
{
    struct log_row row = {
        .kind = t->kind, .subject = conversation, .at_ms = t->now_ms};
    struct store_event e = event_of(t);
    int64_t user;

    e.own_stream = true;
    e.conversation = c;
    if (!cache_user(s, t->user_id, &user, err) ||
        !user_language(s, user, e.language, err) ||
        !log_own(s, user, &row, &e.offset, err))
        return false;
    store_event_add(&s->store, &e);
    return true;
}

/* There and in the room's. */
static bool
tell_both(struct sql *s, const struct tale *t,
    const struct store_conversation *c, struct err *err)
{
    struct sql_head *head = cache_head(s, t->conversation_id, err);
    struct log_row row = {.kind = t->kind, .at_ms = t->now_ms};
    struct store_event e = event_of(t);

    if (!head || !tell_person(s, t, head->key, c, err) ||
        !cache_user(s, t->user_id, &row.subject, err) ||
        !user_language(s, row.subject, e.language, err) ||
        !log_room(s, head, &row, &e.offset, err))
        return false;
    store_event_add(&s->store, &e);
    return true;
}

/* ---- coming ---- */

/* *ret_added is false for somebody who was in it before, and for a webhook of
 * another room. */
static bool
insert(struct sql *s, int64_t conversation, int64_t user, const char *role,
    int64_t now_ms, bool *ret_added, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_MEMBER_ADD,
        "INSERT INTO members (conversation, user, role, joined_ms) "
        "SELECT ?1, ?2, ?3, ?4 WHERE NOT EXISTS (SELECT 1 FROM bots "
        "WHERE user = ?2 AND conversation <> ?1) ON CONFLICT DO NOTHING",
        err);
    int64_t n;

    if (!st)
        return false;
    bind_int(st, 1, conversation);
    bind_int(st, 2, user);
    bind_z(st, 3, role);
    bind_int(st, 4, now_ms);
    if (!sql_change(s, st, &n, err))
        return false;
    *ret_added = n > 0;
    return !*ret_added || read_begin_at_end(s, conversation, user, now_ms, err);
}

bool
member_found(struct sql *s, int64_t conversation, struct span user_id,
    const char *role, const struct store_conversation *c, int64_t now_ms,
    struct err *err)
{
    struct tale t = {.kind = STORE_MEMBER_ADDED,
        .conversation_id = span_of(c->id),
        .user_id = user_id,
        .role = role,
        .now_ms = now_ms};
    int64_t user;
    bool added;

    return cache_user(s, user_id, &user, err) &&
           insert(s, conversation, user, role, now_ms, &added, err) &&
           (!added || tell_person(s, &t, conversation, c, err));
}

static bool
refuse_banned(struct sql *s, struct span conversation_id, struct span user_id,
    struct err *err)
{
    struct store_member m;

    if (!member_get(s, conversation_id, user_id, &m, err))
        return false;
    return strcmp(m.role, "banned") != 0 ||
           err_set(err, FAIL_FORBIDDEN, "banned from this conversation");
}

bool
member_join(struct sql *s, struct span conversation_id, struct span user_id,
    const char *role, int64_t now_ms, bool *ret_added, struct err *err)
{
    struct tale t = {
        STORE_MEMBER_ADDED, conversation_id, user_id, role, 0, now_ms};
    struct store_conversation c;
    struct sql_head *head;
    int64_t user;

    if (!conversation_find(s, conversation_id, &c, err) ||
        !cache_user(s, user_id, &user, err) ||
        !(head = cache_head(s, conversation_id, err)) ||
        !insert(s, head->key, user, role, now_ms, ret_added, err))
        return false;
    if (!*ret_added)
        return refuse_banned(s, conversation_id, user_id, err);
    if (!invitation_end(s, head->key, user, now_ms, err))
        return false;
    /* As with new accounts: of the public room nobody is told of each. */
    return span_eqz(conversation_id, STORE_ANY)
               ? tell_person(s, &t, head->key, &c, err)
               : tell_both(s, &t, &c, err);
}

static bool
sql_member_add(struct store *store, struct span conversation_id,
    struct span user_id, int64_t now_ms, struct err *err)
{
    struct sql *s = sql_of(store);
    bool added;

    if (!op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(s,
        member_join(s, conversation_id, user_id, "member", now_ms, &added, err),
        err);
}

/* ---- going ---- */

static bool
delete_row(struct sql *s, struct span conversation_id, struct span user_id,
    struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_MEMBER_REMOVE,
        "DELETE FROM members WHERE " OF_ROOM "AND " OF_USER, err);

    if (!st)
        return false;
    bind_span(st, 1, conversation_id);
    bind_span(st, 2, user_id);
    return sql_run(s, st, err);
}

bool
member_leave(struct sql *s, struct span conversation_id, struct span user_id,
    int64_t now_ms, struct err *err)
{
    struct tale t = {
        STORE_MEMBER_REMOVED, conversation_id, user_id, "outside", 0, now_ms};
    struct store_member m;

    return member_require(s, conversation_id, user_id, &m, err) &&
           delete_row(s, conversation_id, user_id, err) &&
           tell_both(s, &t, NULL, err);
}

static bool
sql_member_remove(struct store *store, struct span conversation_id,
    struct span user_id, int64_t now_ms, struct err *err)
{
    struct sql *s = sql_of(store);
    if (!op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(
        s, member_leave(s, conversation_id, user_id, now_ms, err), err);
}

/* They are told that they left, where they were in. */
static bool
ban(struct sql *s, struct span conversation_id, struct span user_id,
    int64_t now_ms, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_MEMBER_BAN,
        "INSERT INTO members (conversation, user, role, joined_ms) "
        "VALUES (?1, ?2, 'banned', ?3) ON CONFLICT (conversation, user) "
        "DO UPDATE SET role = 'banned', joined_ms = ?3, muted_until_ms = 0",
        err);
    struct tale t = {
        STORE_MEMBER_REMOVED, conversation_id, user_id, "banned", 0, now_ms};
    struct sql_head *head;
    struct store_member m;
    bool was_in = member_require(s, conversation_id, user_id, &m, NULL);
    int64_t user;

    if (!st || !cache_user(s, user_id, &user, err) ||
        !(head = cache_head(s, conversation_id, err)))
        return false;
    bind_int(st, 1, head->key);
    bind_int(st, 2, user);
    bind_int(st, 3, now_ms);
    return sql_run(s, st, err) && (!was_in || tell_both(s, &t, NULL, err));
}

static bool
sql_member_ban(struct store *store, struct span conversation_id,
    struct span user_id, int64_t now_ms, struct err *err)
{
    struct sql *s = sql_of(store);
    if (!op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(s, ban(s, conversation_id, user_id, now_ms, err), err);
}

static bool
unban(struct sql *s, struct span conversation_id, struct span user_id,
    struct err *err)
{
    struct store_member m;

    if (!member_get(s, conversation_id, user_id, &m, err) ||
        strcmp(m.role, "banned") != 0)
        return err_set(err, FAIL_NOT_FOUND, "not banned");
    return delete_row(s, conversation_id, user_id, err);
}

static bool
sql_member_unban(struct store *store, struct span conversation_id,
    struct span user_id, struct err *err)
{
    struct sql *s = sql_of(store);
    if (!op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(s, unban(s, conversation_id, user_id, err), err);
}

/* ---- changing ---- */

/* With a statement that sets ?3 of the user ?2 in the room ?1. */
static bool
change(struct sql *s, struct stmt *st, struct span conversation_id,
    struct span user_id, int64_t now_ms, struct err *err)
{
    struct tale t = {
        STORE_MEMBER_CHANGED, conversation_id, user_id, NULL, 0, now_ms};
    struct store_member m;

    bind_span(st, 1, conversation_id);
    bind_span(st, 2, user_id);
    if (!sql_run(s, st, err) ||
        !member_get(s, conversation_id, user_id, &m, err))
        return false;
    t.role = m.role;
    t.muted_until_ms = m.muted_until_ms;
    return tell_both(s, &t, NULL, err);
}

bool
member_set_role(struct sql *s, struct span conversation_id, struct span user_id,
    const char *role, int64_t now_ms, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_MEMBER_SET_ROLE,
        "UPDATE members SET role = ?3 WHERE " OF_ROOM "AND " OF_USER, err);
    struct store_member m;

    if (!st || !member_require(s, conversation_id, user_id, &m, err))
        return false;
    if (strcmp(m.role, role) == 0)
        return true;
    bind_z(st, 3, role);
    return change(s, st, conversation_id, user_id, now_ms, err);
}

static bool
sql_member_set_role(struct store *store, struct span conversation_id,
    struct span user_id, const char *role, int64_t now_ms, struct err *err)
{
    struct sql *s = sql_of(store);
    if (!op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(s,
        member_set_role(s, conversation_id, user_id, role, now_ms, err), err);
}

static bool
mute(struct sql *s, struct span conversation_id, struct span user_id,
    int64_t until_ms, int64_t now_ms, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_MEMBER_MUTE,
        "UPDATE members SET muted_until_ms = ?3 WHERE " OF_ROOM "AND " OF_USER,
        err);
    struct store_member m;

    if (!st || !member_require(s, conversation_id, user_id, &m, err))
        return false;
    if (m.muted_until_ms == until_ms)
        return true;
    bind_int(st, 3, until_ms);
    return change(s, st, conversation_id, user_id, now_ms, err);
}

static bool
sql_member_mute(struct store *store, struct span conversation_id,
    struct span user_id, int64_t until_ms, int64_t now_ms, struct err *err)
{
    struct sql *s = sql_of(store);
    if (!op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(
        s, mute(s, conversation_id, user_id, until_ms, now_ms, err), err);
}

/* ---- lists ---- */

static bool
sql_members(struct store *store, struct span conversation_id,
    void (*row)(const struct store_member *m, void *ctx), void *ctx,
    struct err *err)
{
    struct sql *s = sql_of(store);
    struct stmt *st = sql_stmt(s, Q_MEMBERS_OF,
        MEMBER_QUERY "WHERE c.id = ?1 AND m.role <> 'banned' ORDER BY m.user",
        err);

    if (!st)
        return false;
    bind_span(st, 1, conversation_id);
    return members_each(s, st, row, ctx, err);
}

static bool
sql_members_page(struct store *store, struct span conversation_id, bool banned,
    struct span after, int limit,
    void (*row)(const struct store_member *m, void *ctx), void *ctx,
    struct err *err)
{
    struct sql *s = sql_of(store);
    struct stmt *st = sql_stmt(s, Q_MEMBERS_PAGE,
        MEMBER_QUERY "WHERE m." OF_ROOM "AND (m.role = 'banned') = ?2 "
                     "AND m.user > coalesce((SELECT key FROM users "
                     "WHERE id = ?3), 0) ORDER BY m.user LIMIT ?4",
        err);

    if (!st)
        return false;
    bind_span(st, 1, conversation_id);
    bind_bool(st, 2, banned);
    bind_span(st, 3, after);
    bind_int(st, 4, limit);
    return members_each(s, st, row, ctx, err);
}

const struct store_member_ops sql_member_ops = {
    .member_add = sql_member_add,
    .member_remove = sql_member_remove,
    .member_get = sql_member_get,
    .member_set_role = sql_member_set_role,
    .member_mute = sql_member_mute,
    .member_ban = sql_member_ban,
    .member_unban = sql_member_unban,
    .members = sql_members,
    .members_page = sql_members_page,
};
