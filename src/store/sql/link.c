/* SPDX-License-Identifier: ISC */
#include "store/sql/sql.h"

#include <stdio.h>
#include <string.h>

/* Invitation links.  They are found by the hash of a token of 256 random bits:
 * what the time of a look-up tells of a hash helps nobody to a token. */

#define LINK_COLUMNS                                                           \
    "SELECT l.id, c.id, u.id, l.name, l.role, l.language, l.guests, "          \
    "l.created_ms, l.expires_ms, l.uses_max, l.guests_max, l.revoked_ms, "     \
    "l.uses, (SELECT count(DISTINCT g.key) FROM users g JOIN sessions s "      \
    "ON s.user = g.key WHERE g.link = l.key AND g.guest "                      \
    "AND s.expires_ms > ?2), l.key FROM links l "                              \
    "JOIN conversations c ON c.key = l.conversation "                          \
    "JOIN users u ON u.key = l.created_by "

static int64_t
link_row(struct stmt *st, struct store_link *ret)
{
    memset(ret, 0, sizeof(*ret));
    column_z(st, 0, ret->id, sizeof(ret->id));
    column_z(st, 1, ret->conversation_id, sizeof(ret->conversation_id));
    column_z(st, 2, ret->created_by, sizeof(ret->created_by));
    column_z(st, 3, ret->name, sizeof(ret->name));
    column_z(st, 4, ret->role, sizeof(ret->role));
    column_z(st, 5, ret->language, sizeof(ret->language));
    ret->guests = column_int(st, 6) != 0;
    ret->created_ms = column_int64(st, 7);
    ret->expires_ms = column_int64(st, 8);
    ret->uses_max = column_int64(st, 9);
    ret->guests_max = column_int64(st, 10);
    ret->revoked_ms = column_int64(st, 11);
    ret->uses = column_int64(st, 12);
    ret->n_guests = column_int64(st, 13);
    return column_int64(st, 14);
}

static bool
add(struct sql *s, const struct store_link *l,
    const unsigned char hash[STORE_TOKEN_HASH_BYTES], struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_LINK_ADD,
        "INSERT INTO links (id, hash, conversation, created_by, name, role, "
        "guests, language, created_ms, expires_ms, uses_max, guests_max) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        err);
    struct sql_head *head;
    int64_t creator;

    if (!st || !cache_user(s, span_of(l->created_by), &creator, err) ||
        !(head = cache_head(s, span_of(l->conversation_id), err)))
        return false;
    bind_z(st, 1, l->id);
    bind_hash(st, 2, hash);
    bind_int(st, 3, head->key);
    bind_int(st, 4, creator);
    bind_z(st, 5, l->name);
    bind_z(st, 6, l->role);
    bind_bool(st, 7, l->guests);
    bind_z(st, 8, l->language);
    bind_int(st, 9, l->created_ms);
    bind_int(st, 10, l->expires_ms);
    bind_int(st, 11, l->uses_max);
    bind_int(st, 12, l->guests_max);
    return sql_run(s, st, err);
}

static bool
sql_link_add(struct store *store, const struct store_link *l,
    const unsigned char hash[STORE_TOKEN_HASH_BYTES], struct err *err)
{
    struct sql *s = sql_of(store);
    if (!op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(s, add(s, l, hash, err), err);
}

static bool
sql_links(struct store *store, struct span conversation_id, int64_t now_ms,
    void (*row)(const struct store_link *l, void *ctx), void *ctx,
    struct err *err)
{
    struct sql *s = sql_of(store);
    struct stmt *st = sql_stmt(
        s, Q_LINKS, LINK_COLUMNS "WHERE c.id = ?1 ORDER BY l.key DESC", err);
    struct store_link l;
    int rc = SQL_FAILED;

    if (st) {
        bind_span(st, 1, conversation_id);
        bind_int(st, 2, now_ms);
    }
    while (st && (rc = sql_step(s, st, err)) == SQL_ROW) {
        link_row(st, &l);
        row(&l, ctx);
    }
    return rc == SQL_DONE;
}

/* ---- coming by one ---- */

static bool
is_valid(const struct store_link *l, int64_t now_ms)
{
    return l->revoked_ms == 0 && !l->conversation.archived &&
           (l->expires_ms == 0 || l->expires_ms > now_ms) &&
           (l->uses_max == 0 || l->uses < l->uses_max);
}

static bool
find(struct sql *s, const unsigned char hash[STORE_TOKEN_HASH_BYTES],
    int64_t now_ms, struct store_link *ret, int64_t *ret_key, struct err *err)
{
    struct stmt *st =
        sql_stmt(s, Q_LINK_FIND, LINK_COLUMNS "WHERE l.hash = ?1", err);
    int rc;

    if (!st)
        return false;
    bind_hash(st, 1, hash);
    bind_int(st, 2, now_ms);
    rc = sql_step(s, st, err);
    if (rc == SQL_ROW) {
        *ret_key = link_row(st, ret);
        sql_reset(st);
        if (!conversation_find(
                s, span_of(ret->conversation_id), &ret->conversation, err))
            return false;
        if (is_valid(ret, now_ms))
            return true;
    }
    return (rc == SQL_ROW || rc == SQL_DONE) &&
           err_set(err, FAIL_NOT_FOUND, "this link is not valid any more");
}

static bool
sql_link_find(struct store *store,
    const unsigned char hash[STORE_TOKEN_HASH_BYTES], int64_t now_ms,
    struct store_link *ret, struct err *err)
{
    int64_t key = 0;

    return find(sql_of(store), hash, now_ms, ret, &key, err);
}

static bool
count_use(struct sql *s, int64_t key, struct err *err)
{
    return sql_run_on(s, Q_LINK_USED,
        "UPDATE links SET uses = uses + 1 WHERE key = ?1", key, err);
}

static bool
enter(struct sql *s, const unsigned char hash[STORE_TOKEN_HASH_BYTES],
    struct span user_id, int64_t now_ms, struct store_link *ret,
    struct err *err)
{
    int64_t key = 0;
    bool added;

    return find(s, hash, now_ms, ret, &key, err) &&
           member_join(s, span_of(ret->conversation_id), user_id, ret->role,
               now_ms, &added, err) &&
           (!added || count_use(s, key, err));
}

static bool
sql_link_enter(struct store *store,
    const unsigned char hash[STORE_TOKEN_HASH_BYTES], struct span user_id,
    int64_t now_ms, struct store_link *ret, struct err *err)
{
    struct sql *s = sql_of(store);
    if (!op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(s, enter(s, hash, user_id, now_ms, ret, err), err);
}

static bool
check_guest(const struct store_link *l, struct store_user *u, struct err *err)
{
    if (!l->guests)
        return err_set(
            err, FAIL_FORBIDDEN, "this link is for those who have an account");
    if (l->guests_max && l->n_guests >= l->guests_max)
        return err_set(err, FAIL_BUSY,
            "as many guests are here as this link lets in at once");
    if (!u->language[0])
        snprintf(u->language, sizeof(u->language), "%s", l->language);
    return u->language[0] ||
           err_set(err, FAIL_BAD_INPUT, "language is missing");
}

static bool
set_link(struct sql *s, int64_t user, int64_t link, struct err *err)
{
    struct stmt *st = sql_stmt(
        s, Q_USER_SET_LINK, "UPDATE users SET link = ?2 WHERE key = ?1", err);

    if (!st)
        return false;
    bind_int(st, 1, user);
    bind_int(st, 2, link);
    return sql_run(s, st, err);
}

static bool
guest(struct sql *s, const unsigned char hash[STORE_TOKEN_HASH_BYTES],
    struct store_user *u, int64_t now_ms, struct err *err)
{
    struct store_link l;
    int64_t key = 0, user;
    bool added;

    return find(s, hash, now_ms, &l, &key, err) && check_guest(&l, u, err) &&
           user_insert(s, u, &user, err) && set_link(s, user, key, err) &&
           member_join(s, span_of(l.conversation_id), span_of(u->id), l.role,
               now_ms, &added, err) &&
           count_use(s, key, err);
}

static bool
sql_link_guest(struct store *store,
    const unsigned char hash[STORE_TOKEN_HASH_BYTES], struct store_user *u,
    int64_t now_ms, struct err *err)
{
    struct sql *s = sql_of(store);
    if (!op_begin(s, OP_SAVED, err))
        return false;
    return op_end(s, guest(s, hash, u, now_ms, err), err);
}

/* ---- revoking ---- */

/* The next guest behind *after who came by the link; *ret_id "" at the end. */
static bool
next_guest(struct sql *s, int64_t link, int64_t *after, char ret_id[ID_BYTES],
    struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_LINK_GUESTS,
        "SELECT key, id FROM users WHERE link = ?1 AND guest AND key > ?2 "
        "ORDER BY key LIMIT 1",
        err);
    int rc;

    ret_id[0] = '\0';
    if (!st)
        return false;
    bind_int(st, 1, link);
    bind_int(st, 2, *after);
    rc = sql_step(s, st, err);
    if (rc == SQL_ROW) {
        *after = column_int64(st, 0);
        column_z(st, 1, ret_id, ID_BYTES);
        sql_reset(st);
    }
    return rc == SQL_ROW || rc == SQL_DONE;
}

/* Some may have left the room before. */
static bool
put_out(struct sql *s, struct span conversation_id, int64_t user,
    struct span user_id, int64_t now_ms, struct err *err)
{
    struct err why = {0};

    if (!member_leave(s, conversation_id, user_id, now_ms, &why) &&
        why.kind != FAIL_NOT_FOUND)
        return err_set(err, why.kind, "%s", why.text);
    return sessions_end(s, user, NULL, err);
}

static bool
put_out_all(struct sql *s, int64_t link, struct span conversation_id,
    int64_t now_ms, void (*gone)(struct span user_id, void *ctx), void *ctx,
    struct err *err)
{
    int64_t user = 0;
    char id[ID_BYTES];

    for (;;) {
        if (!next_guest(s, link, &user, id, err))
            return false;
        if (!id[0])
            return true;
        if (!put_out(s, conversation_id, user, span_of(id), now_ms, err))
            return false;
        gone(span_of(id), ctx);
    }
}

/* The key of a link of the conversation, revoked from now on. */
static bool
mark_revoked(struct sql *s, struct span conversation_id, struct span id,
    int64_t now_ms, int64_t *ret_key, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_LINK_REVOKE,
        "UPDATE links SET revoked_ms = iif(revoked_ms > 0, revoked_ms, ?3) "
        "WHERE id = ?2 AND conversation = "
        "(SELECT key FROM conversations WHERE id = ?1) RETURNING key",
        err);
    int rc;

    if (!st)
        return false;
    bind_span(st, 1, conversation_id);
    bind_span(st, 2, id);
    bind_int(st, 3, now_ms);
    rc = sql_step(s, st, err);
    if (rc == SQL_DONE)
        return err_set(err, FAIL_NOT_FOUND, "no such link");
    if (rc != SQL_ROW)
        return false;
    *ret_key = column_int64(st, 0);
    return sql_step(s, st, err) == SQL_DONE;
}

static bool
sql_link_revoke(struct store *store, struct span conversation_id,
    struct span id, int64_t now_ms,
    void (*gone)(struct span user_id, void *ctx), void *ctx, struct err *err)
{
    struct sql *s = sql_of(store);
    int64_t key = 0;

    if (!op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(s,
        mark_revoked(s, conversation_id, id, now_ms, &key, err) &&
            put_out_all(s, key, conversation_id, now_ms, gone, ctx, err),
        err);
}

const struct store_link_ops sql_link_ops = {
    .link_add = sql_link_add,
    .links = sql_links,
    .link_find = sql_link_find,
    .link_enter = sql_link_enter,
    .link_guest = sql_link_guest,
    .link_revoke = sql_link_revoke,
};
