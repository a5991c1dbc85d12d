/* SPDX-License-Identifier: ISC */
#include "store/sql/sql.h"

#include <string.h>

/* Who is asked into a room: see store/invitation.h. */

#define INVITATION_QUERY                                                       \
    "SELECT " INVITATION_COLUMNS "FROM invitations i "                         \
    "JOIN conversations c ON c.key = i.conversation "                          \
    "JOIN users u ON u.key = i.user JOIN users v ON v.key = i.inviter "
#define OF_ROOM "(SELECT key FROM conversations WHERE id = ?1)"
#define OF_USER "(SELECT key FROM users WHERE id = ?2)"

/* Borrowed until the next step. */
static struct store_invitation
invitation_row(struct stmt *st)
{
    return (struct store_invitation){
        .conversation_id = column_span(st, 0),
        .title = column_span(st, 1),
        .type = column_span(st, 2),
        .user_id = column_span(st, 3),
        .user_name = column_span(st, 4),
        .inviter_id = column_span(st, 5),
        .inviter_name = column_span(st, 6),
        .at_ms = column_int64(st, 7),
    };
}

bool
invitations_each(struct sql *s, struct stmt *st,
    void (*row)(const struct store_invitation *i, void *ctx), void *ctx,
    struct err *err)
{
    int rc;

    while ((rc = sql_step(s, st, err)) == SQL_ROW) {
        struct store_invitation i = invitation_row(st);
        row(&i, ctx);
    }
    return rc == SQL_DONE;
}

/* ---- telling who is asked, and nobody else ---- */

/* In their own stream: how it is now. */
static bool
tell(struct sql *s, int64_t conversation, int64_t user, int64_t now_ms,
    struct err *err)
{
    struct log_row row = {.kind = STORE_INVITATION_CHANGED,
        .subject = conversation,
        .at_ms = now_ms};
    struct store_event e = {.kind = row.kind, .own_stream = true};
    struct stmt *st;

    if (!log_own(s, user, &row, &e.offset, err))
        return false;
    st = sql_stmt(s, Q_INVITATION_NOW,
        "SELECT " INVITATION_COLUMNS "FROM conversations c "
        "JOIN users u ON u.key = ?2 " INVITATION_PARTS "WHERE c.key = ?1",
        err);
    if (!st)
        return false;
    bind_int(st, 1, conversation);
    bind_int(st, 2, user);
    if (!sql_find_row(s, st, "no such conversation", err))
        return false;
    e.invitation = invitation_row(st);
    e.conversation_id = e.invitation.conversation_id;
    e.user_id = e.invitation.user_id;
    store_event_add(&s->store, &e);
    sql_reset(st);
    return true;
}

bool
invitation_end(struct sql *s, int64_t conversation, int64_t user,
    int64_t now_ms, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_INVITATION_END,
        "DELETE FROM invitations WHERE conversation = ?1 AND user = ?2 "
        "RETURNING declined_ms",
        err);
    bool open;
    int rc;

    if (!st)
        return false;
    bind_int(st, 1, conversation);
    bind_int(st, 2, user);
    rc = sql_step(s, st, err);
    if (rc != SQL_ROW)
        return rc == SQL_DONE;
    open = column_int64(st, 0) == 0;
    return sql_step(s, st, err) == SQL_DONE &&
           (!open || tell(s, conversation, user, now_ms, err));
}

/* End those that a statement finds, one at a time: ?1 asked or is asked, of ?2
 * if that is not 0. */
static bool
end_all(
    struct sql *s, int64_t user, int64_t other, int64_t now_ms, struct err *err)
{
    int64_t conversation, asked;
    int rc;

    for (;;) {
        struct stmt *st = sql_stmt(s, Q_INVITATION_ANY,
            "SELECT conversation, user FROM invitations WHERE "
            "(user = ?1 AND (?2 = 0 OR inviter = ?2)) OR "
            "(inviter = ?1 AND (?2 = 0 OR user = ?2)) LIMIT 1",
            err);
        if (!st)
            return false;
        bind_int(st, 1, user);
        bind_int(st, 2, other);
        rc = sql_step(s, st, err);
        if (rc != SQL_ROW)
            return rc == SQL_DONE;
        conversation = column_int64(st, 0);
        asked = column_int64(st, 1);
        sql_reset(st);
        if (!invitation_end(s, conversation, asked, now_ms, err))
            return false;
    }
}

bool
invitations_end_of(struct sql *s, int64_t user, int64_t now_ms, struct err *err)
{
    return end_all(s, user, 0, now_ms, err);
}

bool
invitations_end_between(
    struct sql *s, int64_t user, int64_t other, int64_t now_ms, struct err *err)
{
    return end_all(s, user, other, now_ms, err);
}

/* ---- who may take in whom ---- */

static bool
sql_acquaintance_get(struct store *store, struct span asker_id,
    struct span user_id, struct span conversation_id, int64_t since_ms,
    struct store_acquaintance *ret, struct err *err)
{
    struct sql *s = sql_of(store);
    struct stmt *st = sql_stmt(s, Q_ACQUAINTANCE,
        "SELECT u.bot <> 0, u.added_by, "
        "EXISTS (SELECT 1 FROM blocks WHERE (user = ?1 AND blocked = ?2) "
        "OR (user = ?2 AND blocked = ?1)), "
        "EXISTS (SELECT 1 FROM members b JOIN members a "
        "ON a.conversation = b.conversation AND a.user = ?1 "
        "AND a.role <> 'banned' JOIN conversations c ON c.key = b.conversation "
        "WHERE b.user = ?2 AND b.role <> 'banned' AND c.type <> 'global' "
        "AND NOT c.listed), "
        "EXISTS (SELECT 1 FROM invitations WHERE user = ?2 AND conversation = "
        "(SELECT key FROM conversations WHERE id = ?3)), "
        "(SELECT count(*) FROM invitations WHERE user = ?2 "
        "AND declined_ms = 0), "
        "(SELECT count(*) FROM invitations WHERE user = ?2 "
        "AND declined_ms = 0 AND inviter = ?1), "
        "(SELECT count(*) FROM invitations WHERE inviter = ?1 "
        "AND at_ms > ?4) FROM users u WHERE u.key = ?2 AND NOT u.erased",
        err);
    int64_t asker, user;

    if (!st || !cache_user(s, asker_id, &asker, err) ||
        !cache_user(s, user_id, &user, err))
        return false;
    bind_int(st, 1, asker);
    bind_int(st, 2, user);
    bind_span(st, 3, conversation_id);
    bind_int(st, 4, since_ms);
    if (!sql_find_row(s, st, "no such user", err))
        return false;
    *ret = (struct store_acquaintance){
        .bot = column_int(st, 0) != 0,
        .blocked = column_int(st, 2) != 0,
        .contact = column_int(st, 3) != 0,
        .asked = column_int(st, 4) != 0,
        .n_open = column_int64(st, 5),
        .n_of_asker = column_int64(st, 6),
        .n_asked = column_int64(st, 7),
    };
    column_z(st, 1, ret->added_by, sizeof(ret->added_by));
    sql_reset(st);
    return true;
}

static bool
sql_added_by_get(struct store *store, struct span user_id,
    char ret[STORE_ADDED_BY_BYTES], struct err *err)
{
    struct sql *s = sql_of(store);
    struct stmt *st = sql_stmt(
        s, Q_ADDED_BY_GET, "SELECT added_by FROM users WHERE id = ?1", err);

    if (!st)
        return false;
    bind_span(st, 1, user_id);
    if (!sql_find_row(s, st, "no such user", err))
        return false;
    column_z(st, 0, ret, STORE_ADDED_BY_BYTES);
    sql_reset(st);
    return true;
}

static bool
set_added_by(
    struct sql *s, struct span user_id, struct span added_by, struct err *err)
{
    struct stmt *st = sql_stmt(
        s, Q_ADDED_BY_SET, "UPDATE users SET added_by = ?2 WHERE id = ?1", err);

    if (!st)
        return false;
    bind_span(st, 1, user_id);
    bind_span(st, 2, added_by);
    return sql_run(s, st, err);
}

static bool
sql_added_by_set(struct store *store, struct span user_id, struct span added_by,
    struct err *err)
{
    struct sql *s = sql_of(store);
    if (!op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(s, set_added_by(s, user_id, added_by, err), err);
}

/* ---- asking ---- */

static bool
insert(struct sql *s, const struct store_asking *a, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_INVITATION_ADD,
        "INSERT INTO invitations (conversation, user, inviter, at_ms) "
        "VALUES (?1, ?2, ?3, ?4) ON CONFLICT (conversation, user) "
        "DO UPDATE SET inviter = ?3, at_ms = ?4, declined_ms = 0 "
        "WHERE invitations.declined_ms <> 0 AND invitations.declined_ms < ?5",
        err);
    struct sql_head *head;
    int64_t user, inviter, n;

    if (!st || !cache_user(s, a->user_id, &user, err) ||
        !cache_user(s, a->inviter_id, &inviter, err) ||
        !(head = cache_head(s, a->conversation_id, err)))
        return false;
    bind_int(st, 1, head->key);
    bind_int(st, 2, user);
    bind_int(st, 3, inviter);
    bind_int(st, 4, a->now_ms);
    bind_int(st, 5, a->again_ms);
    return sql_change(s, st, &n, err) &&
           (n == 0 || tell(s, head->key, user, a->now_ms, err));
}

static bool
add(struct sql *s, const struct store_asking *a, bool *ret_asked,
    struct err *err)
{
    struct store_member m;
    struct err why = {0};

    *ret_asked = false;
    if (store_member_get(&s->store, a->conversation_id, a->user_id, &m, &why))
        return strcmp(m.role, "banned") != 0 ||
               err_set(err, FAIL_FORBIDDEN, "banned from this conversation");
    if (why.kind != FAIL_NOT_FOUND)
        return err_set(err, why.kind, "%s", why.text);
    *ret_asked = true;
    return insert(s, a, err);
}

static bool
sql_invitation_add(struct store *store, const struct store_asking *a,
    bool *ret_asked, struct err *err)
{
    struct sql *s = sql_of(store);
    if (!op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(s, add(s, a, ret_asked, err), err);
}

/* ---- answering ---- */

/* The keys of a row that ?3 asked for, or anybody; open: that waits. */
static bool
find(struct sql *s, struct span conversation_id, struct span user_id,
    struct span by_id, bool open, int64_t *ret_conversation, int64_t *ret_user,
    struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_INVITATION_FIND,
        "SELECT conversation, user FROM invitations WHERE conversation = " OF_ROOM
        " AND user = " OF_USER " AND (?3 IS NULL OR inviter = "
        "(SELECT key FROM users WHERE id = ?3)) "
        "AND (declined_ms = 0 OR NOT ?4)",
        err);

    if (!st)
        return false;
    bind_span(st, 1, conversation_id);
    bind_span(st, 2, user_id);
    bind_span(st, 3, by_id);
    bind_bool(st, 4, open);
    if (!sql_find_row(s, st, "no such invitation", err))
        return false;
    *ret_conversation = column_int64(st, 0);
    *ret_user = column_int64(st, 1);
    sql_reset(st);
    return true;
}

static bool
sql_invitation_accept(struct store *store, struct span conversation_id,
    struct span user_id, int64_t now_ms, struct err *err)
{
    struct sql *s = sql_of(store);
    int64_t conversation, user;
    bool added;

    if (!op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(s,
        find(s, conversation_id, user_id, (struct span){0}, true, &conversation,
            &user, err) &&
            member_join(
                s, conversation_id, user_id, "member", now_ms, &added, err),
        err);
}

static bool
decline(struct sql *s, struct span conversation_id, struct span user_id,
    int64_t now_ms, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_INVITATION_DECLINE,
        "UPDATE invitations SET declined_ms = ?3 "
        "WHERE conversation = ?1 AND user = ?2",
        err);
    int64_t conversation, user;

    if (!st || !find(s, conversation_id, user_id, (struct span){0}, true,
                   &conversation, &user, err))
        return false;
    bind_int(st, 1, conversation);
    bind_int(st, 2, user);
    bind_int(st, 3, now_ms);
    return sql_run(s, st, err) && tell(s, conversation, user, now_ms, err);
}

static bool
sql_invitation_decline(struct store *store, struct span conversation_id,
    struct span user_id, int64_t now_ms, struct err *err)
{
    struct sql *s = sql_of(store);
    if (!op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(s, decline(s, conversation_id, user_id, now_ms, err), err);
}

static bool
sql_invitation_withdraw(struct store *store, struct span conversation_id,
    struct span user_id, struct span by_id, int64_t now_ms, struct err *err)
{
    struct sql *s = sql_of(store);
    int64_t conversation, user;

    if (!op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(s,
        find(s, conversation_id, user_id, by_id, false, &conversation, &user,
            err) &&
            invitation_end(s, conversation, user, now_ms, err),
        err);
}

/* ---- lists ---- */

static bool
sql_invitations_of(struct store *store, struct span user_id,
    void (*row)(const struct store_invitation *i, void *ctx), void *ctx,
    struct err *err)
{
    struct sql *s = sql_of(store);
    struct stmt *st = sql_stmt(s, Q_INVITATIONS_OF,
        INVITATION_QUERY "WHERE i.user = (SELECT key FROM users WHERE id = ?1) "
                         "AND i.declined_ms = 0 ORDER BY i.at_ms, c.key",
        err);

    if (!st)
        return false;
    bind_span(st, 1, user_id);
    return invitations_each(s, st, row, ctx, err);
}

static bool
sql_invitations_into(struct store *store, struct span conversation_id,
    int limit, void (*row)(const struct store_invitation *i, void *ctx),
    void *ctx, struct err *err)
{
    struct sql *s = sql_of(store);
    struct stmt *st = sql_stmt(s, Q_INVITATIONS_INTO,
        INVITATION_QUERY "WHERE i.conversation = " OF_ROOM
                         " ORDER BY i.at_ms, u.key LIMIT ?2",
        err);

    if (!st)
        return false;
    bind_span(st, 1, conversation_id);
    bind_int(st, 2, limit);
    return invitations_each(s, st, row, ctx, err);
}

const struct store_invitation_ops sql_invitation_ops = {
    .acquaintance_get = sql_acquaintance_get,
    .added_by_get = sql_added_by_get,
    .added_by_set = sql_added_by_set,
    .invitation_add = sql_invitation_add,
    .invitation_accept = sql_invitation_accept,
    .invitation_decline = sql_invitation_decline,
    .invitation_withdraw = sql_invitation_withdraw,
    .invitations_of = sql_invitations_of,
    .invitations_into = sql_invitations_into,
};
