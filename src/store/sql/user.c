/* SPDX-License-Identifier: ISC */
#include "store/sql/sql.h"

#include <string.h>

void
user_row(struct stmt *st, struct store_user *ret)
{
    column_z(st, 0, ret->id, sizeof(ret->id));
    column_z(st, 1, ret->username, sizeof(ret->username));
    column_z(st, 2, ret->display_name, sizeof(ret->display_name));
    column_z(st, 3, ret->email, sizeof(ret->email));
    column_z(st, 4, ret->password_hash, sizeof(ret->password_hash));
    column_z(st, 5, ret->language, sizeof(ret->language));
    ret->guest = column_int(st, 6) != 0;
    ret->created_ms = column_int64(st, 7);
    column_z(st, 8, ret->writing, sizeof(ret->writing));
    ret->visitor = ret->guest && column_int(st, 9) != 0;
    ret->admin = column_int(st, 10) != 0;
    ret->disabled = column_int(st, 11) != 0;
    ret->bot = (unsigned)column_int(st, 12);
    column_z(st, 13, ret->picture, sizeof(ret->picture));
}

bool
user_one(struct sql *s, struct stmt *st, struct store_user *ret,
    const char *missing, struct err *err)
{
    if (!sql_find_row(s, st, missing, err))
        return false;
    user_row(st, ret);
    sql_reset(st);
    return true;
}

/* Names and addresses share one space: else somebody could take another's
 * address for a name and stand in the way of that one's login.  *ret_email says
 * whether the address is free. */
static bool
check_free(
    struct sql *s, const struct store_user *u, bool *ret_email, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_USER_TAKEN,
        sql_names(s,
            "SELECT username = ?1 OR coalesce(email = ?1, 1 = 0) FROM users "
            "WHERE username = ?1 OR email = ?1 OR username = ?2 OR email = ?2 "
            "ORDER BY 1 DESC",
            "SELECT lower(username) = lower(?1) OR coalesce(lower(email) = "
            "lower(?1), false) FROM users WHERE lower(username) = lower(?1) "
            "OR lower(email) = lower(?1) OR lower(username) = lower(?2) "
            "OR lower(email) = lower(?2) ORDER BY 1 DESC"),
        err);
    bool name;

    if (!st)
        return false;
    bind_z(st, 1, u->username);
    bind_z(st, 2, u->email[0] ? u->email : NULL);
    switch (sql_step(s, st, err)) {
    case SQL_ROW:
        name = column_int(st, 0) != 0;
        sql_reset(st);
        *ret_email = false;
        return !name || err_set(err, FAIL_CONFLICT, "this username is taken");
    case SQL_DONE:
        *ret_email = u->email[0] != '\0';
        return true;
    default:
        return false;
    }
}

/* Everybody is in the public room: the first event of their own stream. */
static bool
join_any(struct sql *s, const struct store_user *u, struct err *err)
{
    struct store_conversation any;
    struct sql_head *head;

    if (!conversation_find(s, SPAN(STORE_ANY), &any, err) ||
        !(head = cache_head(s, SPAN(STORE_ANY), err)) ||
        !member_found(
            s, head->key, span_of(u->id), "member", &any, u->created_ms, err))
        return false;
    s->store.last_event->guest = u->guest;
    return true;
}

bool
user_insert(struct sql *s, const struct store_user *u, int64_t *ret_key,
    struct err *err)
{
    struct stmt *st;
    bool email;

    if (!check_free(s, u, &email, err) || !likeness_check(s, u, err))
        return false;
    st = sql_stmt(s, Q_USER_ADD,
        "INSERT INTO users (id, username, display_name, email, password_hash, "
        "language, guest, created_ms, seen_ms, bot) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?10, ?9)",
        err);
    if (!st)
        return false;
    bind_z(st, 1, u->id);
    bind_z(st, 2, u->username);
    bind_z(st, 3, u->display_name);
    bind_z(st, 4, email ? u->email : NULL);
    bind_z(st, 5, u->password_hash);
    bind_z(st, 6, u->language);
    bind_bool(st, 7, u->guest);
    bind_int(st, 8, u->created_ms);
    bind_int(st, 9, u->bot);
    bind_int(st, 10, u->bot ? 0 : u->created_ms); /* never counted as here */
    return sql_insert(s, st, ret_key, err) &&
           (u->guest || likeness_add(s, *ret_key, u->likeness, err));
}

bool
user_add(struct sql *s, const struct store_user *u, struct err *err)
{
    int64_t key;

    return user_insert(s, u, &key, err) && join_any(s, u, err);
}

static bool
sql_user_add(struct store *store, const struct store_user *u, struct err *err)
{
    struct sql *s = sql_of(store);
    if (!id_valid(span_of(u->id)) || !u->username[0])
        return err_set(err, FAIL_BAD_INPUT, "a user needs an id and a name");
    if (!op_begin(s, OP_SAVED, err))
        return false;
    return op_end(s, user_add(s, u, err), err);
}

static bool
sql_user_by_name(struct store *store, struct span name, struct store_user *ret,
    struct err *err)
{
    struct sql *s = sql_of(store);
    struct stmt *st = sql_stmt(s, Q_USER_BY_NAME,
        sql_names(s,
            "SELECT " USER_COLUMNS " FROM users u "
            "WHERE u.username = ?1 OR u.email = ?1",
            "SELECT " USER_COLUMNS " FROM users u "
            "WHERE lower(u.username) = lower(?1) OR lower(u.email) = "
            "lower(?1)"),
        err);

    if (!st)
        return false;
    bind_span(st, 1, name);
    return user_one(s, st, ret, "no such user", err);
}

bool
user_find(
    struct sql *s, struct span id, struct store_user *ret, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_USER_BY_ID,
        "SELECT " USER_COLUMNS " FROM users u WHERE u.id = ?1", err);

    if (!st)
        return false;
    bind_span(st, 1, id);
    return user_one(s, st, ret, "no such user", err);
}

bool
sql_user_by_id(struct store *store, struct span id, struct store_user *ret,
    struct err *err)
{
    return user_find(sql_of(store), id, ret, err);
}

/* Those of a room see what its members read; of the public room, where
 * everybody is, nobody is told of each. */
static bool
tell_rooms(struct sql *s, const struct log_row *row, struct store_event *e,
    struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_USER_ROOMS,
        "SELECT c.id FROM members m JOIN conversations c "
        "ON c.key = m.conversation WHERE m.user = ?1 AND m.role <> 'banned' "
        "AND c.type <> 'global'",
        err);
    int rc = SQL_FAILED;

    if (st)
        bind_int(st, 1, row->subject);
    while (st && (rc = sql_step(s, st, err)) == SQL_ROW) {
        struct sql_head *head;
        e->conversation_id = column_span(st, 0);
        head = cache_head(s, e->conversation_id, err);
        if (!head || !log_room(s, head, row, &e->offset, err)) {
            sql_reset(st);
            return false;
        }
        store_event_add(&s->store, e);
    }
    return rc == SQL_DONE;
}

bool
user_language(
    struct sql *s, int64_t user, char ret[STORE_LANG_BYTES], struct err *err)
{
    struct stmt *st = sql_stmt(
        s, Q_USER_LANGUAGE, "SELECT language FROM users WHERE key = ?1", err);

    if (!st)
        return false;
    bind_int(st, 1, user);
    if (!sql_find_row(s, st, "no such user", err))
        return false;
    column_z(st, 0, ret, STORE_LANG_BYTES);
    sql_reset(st);
    return true;
}

/* The user's own stream, and, when it is about what they read, their rooms. */
static bool
tell_change(struct sql *s, struct span id, const char *was, bool rooms,
    int64_t now_ms, struct err *err)
{
    struct log_row row = {.kind = STORE_USER_CHANGED, .at_ms = now_ms};
    struct store_event e = {
        .kind = row.kind, .user_id = id, .own_stream = true};
    struct store_user u;

    if (!user_find(s, id, &u, err) || !cache_user(s, id, &row.subject, err) ||
        !log_own(s, row.subject, &row, &e.offset, err))
        return false;
    memcpy(e.language, u.language, sizeof(e.language));
    memcpy(e.was, was ? was : u.language, sizeof(e.was));
    memcpy(e.writing, u.writing, sizeof(e.writing));
    memcpy(e.picture, u.picture, sizeof(e.picture));
    store_event_add(&s->store, &e);
    e.own_stream = false;
    return !rooms || tell_rooms(s, &row, &e, err);
}

bool
user_log_changed(struct sql *s, struct span id, int64_t now_ms, struct err *err)
{
    return tell_change(s, id, NULL, false, now_ms, err);
}

/* With a statement that sets ?2 of user ?1. */
static bool
set_code(struct stmt *st, struct sql *s, struct span id, struct span code,
    struct err *err)
{
    int64_t n;

    if (!st)
        return false;
    bind_span(st, 1, id);
    bind_span(st, 2, code);
    if (!sql_change(s, st, &n, err))
        return false;
    return n > 0 || err_set(err, FAIL_NOT_FOUND, "no such user");
}

static bool
set_language(struct sql *s, struct span id, struct span language,
    int64_t now_ms, struct err *err)
{
    char was[STORE_LANG_BYTES];
    int64_t user;

    return cache_user(s, id, &user, err) && user_language(s, user, was, err) &&
           set_code(sql_stmt(s, Q_USER_SET_LANGUAGE,
                        "UPDATE users SET language = ?2 WHERE id = ?1", err),
               s, id, language, err) &&
           tell_change(s, id, was, true, now_ms, err);
}

static bool
sql_user_set_language(struct store *store, struct span id, struct span language,
    int64_t now_ms, struct err *err)
{
    struct sql *s = sql_of(store);

    if (!pending_check(&language, 1, err) || !op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(s, set_language(s, id, language, now_ms, err), err);
}

static bool
sql_user_set_writing(struct store *store, struct span id, struct span writing,
    int64_t now_ms, struct err *err)
{
    struct sql *s = sql_of(store);
    struct stmt *st;

    if ((writing.len > 0 && !pending_check(&writing, 1, err)) ||
        !op_begin(s, OP_CHECKED, err))
        return false;
    st = sql_stmt(s, Q_USER_SET_WRITING,
        "UPDATE users SET writing = ?2 WHERE id = ?1", err);
    return op_end(s,
        set_code(st, s, id, writing, err) &&
            tell_change(s, id, NULL, false, now_ms, err),
        err);
}

static bool
set_seen(struct sql *s, struct span id, int64_t seen_ms, struct err *err)
{
    struct stmt *st = sql_stmt(
        s, Q_USER_SEEN, "UPDATE users SET seen_ms = ?2 WHERE id = ?1", err);

    if (!st)
        return false;
    bind_span(st, 1, id);
    bind_int(st, 2, seen_ms);
    return sql_run(s, st, err);
}

static bool
sql_user_seen(
    struct store *store, struct span id, int64_t seen_ms, struct err *err)
{
    struct sql *s = sql_of(store);
    if (!op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(s, set_seen(s, id, seen_ms, err), err);
}

/* ---- a guest becomes an account ---- */

static bool
upgrade_row(
    struct sql *s, const struct store_user *u, bool email, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_USER_UPGRADE,
        "UPDATE users SET username = ?2, display_name = ?3, email = ?4, "
        "password_hash = ?5, guest = ?6, link = NULL WHERE id = ?1 AND guest",
        err);
    int64_t n;

    if (!st)
        return false;
    bind_z(st, 1, u->id);
    bind_z(st, 2, u->username);
    bind_z(st, 3, u->display_name);
    bind_z(st, 4, email ? u->email : NULL);
    bind_z(st, 5, u->password_hash);
    bind_bool(st, 6, false);
    if (!sql_change(s, st, &n, err))
        return false;
    return n > 0 || err_set(err, FAIL_CONFLICT, "you have an account already");
}

static bool
upgrade(
    struct sql *s, const struct store_user *u, int64_t now_ms, struct err *err)
{
    struct store_conversation any;
    struct sql_head *head;
    int64_t user;
    bool email;

    if (!cache_user(s, span_of(u->id), &user, err) ||
        !check_free(s, u, &email, err) || !likeness_check(s, u, err) ||
        !conversation_find(s, SPAN(STORE_ANY), &any, err) ||
        !(head = cache_head(s, SPAN(STORE_ANY), err)))
        return false;
    return upgrade_row(s, u, email, err) &&
           likeness_add(s, user, u->likeness, err) &&
           member_found(
               s, head->key, span_of(u->id), "member", &any, now_ms, err) &&
           user_log_changed(s, span_of(u->id), now_ms, err);
}

static bool
sql_user_upgrade(struct store *store, const struct store_user *u,
    int64_t now_ms, struct err *err)
{
    struct sql *s = sql_of(store);
    if (!op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(s, upgrade(s, u, now_ms, err), err);
}

const struct store_user_ops sql_user_ops = {
    .user_add = sql_user_add,
    .users_liken = sql_users_liken,
    .user_by_name = sql_user_by_name,
    .user_by_id = sql_user_by_id,
    .user_set_language = sql_user_set_language,
    .user_set_writing = sql_user_set_writing,
    .user_seen = sql_user_seen,
    .person_get = sql_person_get,
    .recent_readers = sql_recent_readers,
    .session_add = sql_session_add,
    .session_find = sql_session_find,
    .session_remove = sql_session_remove,
    .user_upgrade = sql_user_upgrade,
    .sessions_end = sql_sessions_end,
    .sessions_expire = sql_sessions_expire,
    .guests_expire = sql_guests_expire,
};
