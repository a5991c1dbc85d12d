/* SPDX-License-Identifier: ISC */
#include "store/sql/sql.h"

#include <string.h>

/* Running a server: what admins decide, whom they trust or shut out, how
 * somebody gets a new password. */

/* ---- policies ---- */

static const char *const registrations[] = {
    [STORE_OPEN] = "open",
    [STORE_BY_INVITATION] = "invitation",
    [STORE_CLOSED] = "closed",
};

static void
policy_row(struct stmt *st, struct store_policy *p)
{
    struct span name = column_span(st, 0), value = column_span(st, 1);

    if (span_eqz(name, "guests"))
        p->no_guests = span_eqz(value, "off");
    for (int i = STORE_OPEN; i <= STORE_CLOSED; i++)
        if (span_eqz(name, "registration") && span_eqz(value, registrations[i]))
            p->registration = (enum store_registration)i;
}

static bool
sql_policy_get(struct store *store, struct store_policy *ret, struct err *err)
{
    struct sql *s = sql_of(store);
    struct stmt *st =
        sql_stmt(s, Q_POLICIES, "SELECT name, value FROM policies", err);
    int rc = SQL_FAILED;

    *ret = (struct store_policy){.registration = STORE_OPEN};
    while (st && (rc = sql_step(s, st, err)) == SQL_ROW)
        policy_row(st, ret);
    return rc == SQL_DONE;
}

static bool
set_policy(struct sql *s, const char *name, const char *value, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_POLICY_SET,
        "INSERT INTO policies (name, value) VALUES (?1, ?2) "
        "ON CONFLICT (name) DO UPDATE SET value = ?2",
        err);

    if (!st)
        return false;
    bind_z(st, 1, name);
    bind_z(st, 2, value);
    return sql_run(s, st, err);
}

static bool
sql_policy_set(
    struct store *store, const struct store_policy *p, struct err *err)
{
    struct sql *s = sql_of(store);

    if (!op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(s,
        set_policy(s, "registration", registrations[p->registration], err) &&
            set_policy(s, "guests", p->no_guests ? "off" : "on", err),
        err);
}

/* ---- people ---- */

/* Is there an admin who is not shut out, beside this one? */
static bool
find_admin(struct sql *s, struct span but, bool *ret, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_ADMIN_FIND,
        "SELECT EXISTS (SELECT 1 FROM users WHERE admin AND disabled_ms = 0 "
        "AND (?1 IS NULL OR id <> ?1))",
        err);

    if (!st)
        return false;
    bind_span(st, 1, but);
    return sql_truth(s, st, ret, err);
}

static bool
sql_has_admin(struct store *store, bool *ret, struct err *err)
{
    return find_admin(sql_of(store), (struct span){0}, ret, err);
}

bool
admin_check_leave(struct sql *s, struct span user_id, struct err *err)
{
    struct store_user u;
    bool others;

    if (!user_find(s, user_id, &u, err))
        return false;
    return !u.admin ||
           (find_admin(s, user_id, &others, err) &&
               (others ||
                   err_set(err, FAIL_CONFLICT,
                       "make somebody else an admin of this server first")));
}

/* An account, and not the last admin unless it stays one. */
static bool
check_account(struct sql *s, struct span id, bool stays, struct err *err)
{
    struct store_user u;

    if (!user_find(s, id, &u, err))
        return false;
    if (u.guest)
        return err_set(err, FAIL_NOT_FOUND, "no such account");
    return stays || admin_check_leave(s, id, err);
}

/* With a statement of the user ?1. */
static bool
set(struct sql *s, struct stmt *st, struct span id, int64_t now_ms,
    struct err *err)
{
    bind_span(st, 1, id);
    return sql_run(s, st, err) && user_log_changed(s, id, now_ms, err);
}

static bool
set_admin(
    struct sql *s, struct span id, bool admin, int64_t now_ms, struct err *err)
{
    struct stmt *st = sql_stmt(
        s, Q_ADMIN_SET, "UPDATE users SET admin = ?2 WHERE id = ?1", err);

    if (!st || !check_account(s, id, admin, err))
        return false;
    bind_bool(st, 2, admin);
    return set(s, st, id, now_ms, err);
}

static bool
sql_user_set_admin(struct store *store, struct span id, bool admin,
    int64_t now_ms, struct err *err)
{
    struct sql *s = sql_of(store);
    if (!op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(s, set_admin(s, id, admin, now_ms, err), err);
}

static bool
disable(struct sql *s, struct span id, bool disabled, int64_t now_ms,
    struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_USER_DISABLE,
        "UPDATE users SET disabled_ms = ?2 WHERE id = ?1", err);
    int64_t user;

    if (!st || !check_account(s, id, !disabled, err) ||
        !cache_user(s, id, &user, err))
        return false;
    bind_int(st, 2, disabled ? now_ms : 0);
    return set(s, st, id, now_ms, err) &&
           (!disabled || sessions_end(s, user, NULL, err));
}

static bool
sql_user_disable(struct store *store, struct span id, bool disabled,
    int64_t now_ms, struct err *err)
{
    struct sql *s = sql_of(store);
    if (!op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(s, disable(s, id, disabled, now_ms, err), err);
}

static bool
sql_users_page(struct store *store, struct span text, struct span after,
    int limit, void (*row)(const struct store_user *u, void *ctx), void *ctx,
    struct err *err)
{
    struct sql *s = sql_of(store);
    struct stmt *st = sql_stmt(s, Q_USERS_PAGE,
        "SELECT " USER_COLUMNS " FROM users u WHERE u.key > "
        "coalesce((SELECT key FROM users WHERE id = ?2), 0) AND "
        "(?1 IS NULL OR instr(lower(u.username), lower(?1)) > 0 OR "
        "instr(lower(u.display_name), lower(?1)) > 0 OR "
        "instr(lower(u.email), lower(?1)) > 0) ORDER BY u.key LIMIT ?3",
        err);
    struct store_user u = {0};
    int rc = SQL_FAILED;

    if (st) {
        bind_span(st, 1, text);
        bind_span(st, 2, after);
        bind_int(st, 3, limit);
    }
    while (st && (rc = sql_step(s, st, err)) == SQL_ROW) {
        user_row(st, &u);
        row(&u, ctx);
    }
    return rc == SQL_DONE;
}

/* ---- passwords ---- */

static bool
set_password(struct sql *s, struct span id, const char *password_hash,
    const unsigned char *except_hash, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_PASSWORD_SET,
        "UPDATE users SET password_hash = ?2 WHERE id = ?1", err);
    int64_t user;

    if (!st || !check_account(s, id, true, err) ||
        !cache_user(s, id, &user, err))
        return false;
    bind_span(st, 1, id);
    bind_z(st, 2, password_hash);
    return sql_run(s, st, err) && sessions_end(s, user, except_hash, err);
}

static bool
sql_user_set_password(struct store *store, struct span id,
    const char *password_hash, const unsigned char *except_hash,
    struct err *err)
{
    struct sql *s = sql_of(store);
    if (!op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(s, set_password(s, id, password_hash, except_hash, err), err);
}

static bool
drop_resets(struct sql *s, int64_t user, struct err *err)
{
    return sql_run_on(
        s, Q_RESETS_DROP, "DELETE FROM resets WHERE user = ?1", user, err);
}

static bool
add_reset(struct sql *s, const unsigned char hash[STORE_TOKEN_HASH_BYTES],
    struct span user_id, int64_t expires_ms, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_RESET_ADD,
        "INSERT INTO resets (hash, user, expires_ms) VALUES (?1, ?2, ?3)", err);
    int64_t user;

    if (!st || !check_account(s, user_id, true, err) ||
        !cache_user(s, user_id, &user, err) || !drop_resets(s, user, err))
        return false;
    bind_hash(st, 1, hash);
    bind_int(st, 2, user);
    bind_int(st, 3, expires_ms);
    return sql_run(s, st, err);
}

static bool
sql_reset_add(struct store *store,
    const unsigned char hash[STORE_TOKEN_HASH_BYTES], struct span user_id,
    int64_t expires_ms, struct err *err)
{
    struct sql *s = sql_of(store);
    if (!op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(s, add_reset(s, hash, user_id, expires_ms, err), err);
}

static bool
take_reset(struct sql *s, const unsigned char hash[STORE_TOKEN_HASH_BYTES],
    int64_t now_ms, char ret_user_id[ID_BYTES], struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_RESET_FIND,
        "SELECT u.id, u.key FROM resets JOIN users u ON u.key = user "
        "WHERE hash = ?1 AND expires_ms > ?2",
        err);
    int64_t user = 0;
    int rc;

    if (!st)
        return false;
    bind_hash(st, 1, hash);
    bind_int(st, 2, now_ms);
    rc = sql_step(s, st, err);
    if (rc == SQL_DONE)
        return err_set(err, FAIL_NOT_FOUND, "this link is not valid any more");
    if (rc != SQL_ROW)
        return false;
    column_z(st, 0, ret_user_id, ID_BYTES);
    user = column_int64(st, 1);
    sql_reset(st);
    return drop_resets(s, user, err);
}

static bool
sql_reset_take(struct store *store,
    const unsigned char hash[STORE_TOKEN_HASH_BYTES], int64_t now_ms,
    char ret_user_id[ID_BYTES], struct err *err)
{
    struct sql *s = sql_of(store);
    if (!op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(s, take_reset(s, hash, now_ms, ret_user_id, err), err);
}

const struct store_admin_ops sql_admin_ops = {
    .policy_get = sql_policy_get,
    .policy_set = sql_policy_set,
    .address_ban_add = sql_address_ban_add,
    .address_ban_remove = sql_address_ban_remove,
    .address_bans = sql_address_bans,
    .has_admin = sql_has_admin,
    .user_set_admin = sql_user_set_admin,
    .user_disable = sql_user_disable,
    .users_page = sql_users_page,
    .backlog = sql_backlog,
    .rooms_page = sql_rooms_page,
    .user_set_password = sql_user_set_password,
    .reset_add = sql_reset_add,
    .reset_take = sql_reset_take,
    .audit_add = sql_audit_add,
    .audits = sql_audits,
};
