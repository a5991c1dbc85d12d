/* SPDX-License-Identifier: ISC */
#include "store/sql/sql.h"

#include <stdio.h>

/* Accounts of programs (bot.h). */

/* Those of the owner ?1, who are no webhooks, or the webhooks of the conversation
 * ?2. */
#define OF_WHICH                                                               \
    "FROM bots b JOIN users u ON u.key = b.user JOIN users o ON o.key = "      \
    "b.owner LEFT JOIN conversations c ON c.key = b.conversation "             \
    "WHERE (o.id = ?1 AND b.conversation IS NULL OR c.id = ?2) "

static void
bind_which(struct stmt *st, const struct store_bots *which)
{
    bind_span(st, 1, which->owner_id);
    bind_span(st, 2, which->conversation_id);
}

static bool
sql_bots(struct store *store, const struct store_bots *which,
    void (*row)(const struct store_bot *b, void *ctx), void *ctx,
    struct err *err)
{
    struct sql *s = sql_of(store);
    struct stmt *st = sql_stmt(s, Q_BOTS,
        "SELECT " USER_COLUMNS ", o.id, c.id " OF_WHICH "ORDER BY u.key", err);
    struct store_bot b = {0};
    int rc = SQL_FAILED;

    if (st)
        bind_which(st, which);
    while (st && (rc = sql_step(s, st, err)) == SQL_ROW) {
        user_row(st, &b.user);
        column_z(st, USER_N_COLUMNS, b.owner_id, sizeof(b.owner_id));
        column_z(st, USER_N_COLUMNS + 1, b.conversation_id,
            sizeof(b.conversation_id));
        row(&b, ctx);
    }
    return rc == SQL_DONE;
}

/* ---- adding ---- */

bool
bot_check_fewer(struct sql *s, struct stmt *st, int max, struct err *err)
{
    int64_t n;

    if (!sql_number(s, st, &n, err))
        return false;
    return n < max ||
           err_set(err, FAIL_CONFLICT, "there are %d already, remove one", max);
}

static bool
check_room_for(struct sql *s, const struct store_bots *which, struct err *err)
{
    struct stmt *st =
        sql_stmt(s, Q_BOTS_COUNT, "SELECT count(*) " OF_WHICH, err);
    int max = which->conversation_id.p ? STORE_HOOKS_MAX : STORE_BOTS_MAX;

    if (!st)
        return false;
    bind_which(st, which);
    return bot_check_fewer(s, st, max, err);
}

static bool
insert(struct sql *s, int64_t user, const struct store_bot *b, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_BOT_ADD,
        "INSERT INTO bots (user, owner, conversation) VALUES (?1, ?2, "
        "(SELECT key FROM conversations WHERE id = ?3))",
        err);
    int64_t owner;

    if (!st || !cache_user(s, span_of(b->owner_id), &owner, err))
        return false;
    bind_int(st, 1, user);
    bind_int(st, 2, owner);
    bind_z(st, 3, b->conversation_id);
    return sql_run(s, st, err);
}

static bool
join(struct sql *s, const struct store_bot *b, struct err *err)
{
    bool added;

    return !b->conversation_id[0] ||
           member_join(s, span_of(b->conversation_id), span_of(b->user.id),
               "member", b->user.created_ms, &added, err);
}

static bool
add(struct sql *s, struct store_bot *b,
    const unsigned char hash[STORE_TOKEN_HASH_BYTES], struct err *err)
{
    struct store_bots which = {0};
    struct store_user owner;
    int64_t user;

    if (b->conversation_id[0])
        which.conversation_id = span_of(b->conversation_id);
    else
        which.owner_id = span_of(b->owner_id);
    if (!user_find(s, span_of(b->owner_id), &owner, err) ||
        !check_room_for(s, &which, err))
        return false;
    if (!b->user.language[0])
        snprintf(
            b->user.language, sizeof(b->user.language), "%s", owner.language);
    return user_insert(s, &b->user, &user, err) && insert(s, user, b, err) &&
           join(s, b, err) &&
           session_add(s, hash, span_of(b->user.id), b->user.created_ms,
               INT64_MAX, err);
}

static bool
sql_bot_add(struct store *store, struct store_bot *b,
    const unsigned char hash[STORE_TOKEN_HASH_BYTES], struct err *err)
{
    struct sql *s = sql_of(store);

    if (!b->user.bot)
        return err_set(err, FAIL_BAD_INPUT, "a bot has a scope");
    if (!op_begin(s, OP_SAVED, err))
        return false;
    return op_end(s, add(s, b, hash, err), err);
}

/* ---- one of them ---- */

static bool
find(struct sql *s, const struct store_bots *which, struct span id,
    int64_t *ret_key, struct err *err)
{
    struct stmt *st =
        sql_stmt(s, Q_BOT_FIND, "SELECT u.key " OF_WHICH "AND u.id = ?3", err);

    if (!st)
        return false;
    bind_which(st, which);
    bind_span(st, 3, id);
    if (!sql_find_row(s, st,
            which->conversation_id.p ? "no such webhook" : "no such bot", err))
        return false;
    *ret_key = column_int64(st, 0);
    sql_reset(st);
    return true;
}

static bool
sql_bot_renew(struct store *store, const struct store_bots *which,
    struct span id, const unsigned char hash[STORE_TOKEN_HASH_BYTES],
    int64_t now_ms, struct err *err)
{
    struct sql *s = sql_of(store);
    int64_t user = 0;

    if (!op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(s,
        find(s, which, id, &user, err) && sessions_end(s, user, NULL, err) &&
            session_add(s, hash, id, now_ms, INT64_MAX, err),
        err);
}

/* Out of all rooms, and nobody acts as it again. */
static bool
shut(struct sql *s, int64_t user, struct span id, int64_t now_ms,
    struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_BOT_SHUT,
        "UPDATE users SET username = 'deleted-' || id, disabled_ms = ?2 "
        "WHERE key = ?1",
        err);

    if (!st || !user_leave_all(s, user, id, now_ms, err) ||
        !likeness_drop(s, user, err) || !sessions_end(s, user, NULL, err) ||
        !sql_run_on(
            s, Q_BOT_REMOVE, "DELETE FROM bots WHERE user = ?1", user, err))
        return false;
    bind_int(st, 1, user);
    bind_int(st, 2, now_ms);
    return sql_run(s, st, err);
}

static bool
remove_bot(struct sql *s, const struct store_bots *which, struct span id,
    int64_t now_ms, struct err *err)
{
    int64_t user;

    return find(s, which, id, &user, err) && shut(s, user, id, now_ms, err);
}

/* One of the owner's; "": there is none. */
static bool
owned(struct sql *s, int64_t owner, int64_t *ret_key, char ret_id[ID_BYTES],
    struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_BOTS_OWNED,
        "SELECT u.key, u.id FROM bots b JOIN users u ON u.key = b.user "
        "WHERE b.owner = ?1 AND b.conversation IS NULL LIMIT 1",
        err);
    int rc;

    *ret_key = 0;
    ret_id[0] = '\0';
    if (!st)
        return false;
    bind_int(st, 1, owner);
    rc = sql_step(s, st, err);
    if (rc == SQL_ROW) {
        *ret_key = column_int64(st, 0);
        column_z(st, 1, ret_id, ID_BYTES);
        sql_reset(st);
    }
    return rc == SQL_ROW || rc == SQL_DONE;
}

bool
bots_drop(struct sql *s, int64_t owner, int64_t now_ms, struct err *err)
{
    char id[ID_BYTES];
    int64_t user;

    for (;;) {
        if (!owned(s, owner, &user, id, err))
            return false;
        if (!id[0])
            return true;
        if (!shut(s, user, span_of(id), now_ms, err))
            return false;
    }
}

static bool
sql_bot_remove(struct store *store, const struct store_bots *which,
    struct span id, int64_t now_ms, struct err *err)
{
    struct sql *s = sql_of(store);

    if (!op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(s, remove_bot(s, which, id, now_ms, err), err);
}

const struct store_bot_ops sql_bot_ops = {
    .bot_add = sql_bot_add,
    .bots = sql_bots,
    .bot_renew = sql_bot_renew,
    .bot_remove = sql_bot_remove,
};

/* ---- the name that a message came under, for messages ---- */

bool
bot_alias_add(struct sql *s, int64_t message, struct span name, struct err *err)
{
    struct stmt *st;

    if (!name.p)
        return true;
    st = sql_stmt(s, Q_ALIAS_ADD,
        "INSERT INTO aliases (message, name) VALUES (?1, ?2)", err);
    if (!st)
        return false;
    bind_int(st, 1, message);
    bind_span(st, 2, name);
    return sql_run(s, st, err);
}
