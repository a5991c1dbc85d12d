/* SPDX-License-Identifier: ISC */
#include "store/sql/sql.h"

/* People whom somebody else knows (identity.h). */

bool
sql_identity_find(struct store *store, const struct store_identity *id,
    struct store_user *ret, struct err *err)
{
    struct sql *s = sql_of(store);
    struct stmt *st = sql_stmt(s, Q_IDENTITY_FIND,
        "SELECT " USER_COLUMNS " FROM identities i JOIN users u "
        "ON u.key = i.user WHERE i.issuer = ?1 AND i.subject = ?2",
        err);

    if (!st)
        return false;
    bind_span(st, 1, id->issuer);
    bind_span(st, 2, id->subject);
    return user_one(s, st, ret, "nobody is known by this", err);
}

static bool
identity_insert(struct sql *s, const struct store_identity *id,
    const struct store_user *u, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_IDENTITY_ADD,
        "INSERT INTO identities (issuer, subject, user, created_ms) "
        "VALUES (?1, ?2, ?3, ?4)",
        err);
    int64_t user;

    if (!st || !cache_user(s, span_of(u->id), &user, err))
        return false;
    bind_span(st, 1, id->issuer);
    bind_span(st, 2, id->subject);
    bind_int(st, 3, user);
    bind_int(st, 4, u->created_ms);
    return sql_run(s, st, err);
}

static bool
add(struct sql *s, const struct store_identity *id, const struct store_user *u,
    struct err *err)
{
    struct store_user known;
    struct err why;

    if (sql_identity_find(&s->store, id, &known, &why))
        return err_set(err, FAIL_CONFLICT, "they have an account");
    return user_add(s, u, err) && identity_insert(s, id, u, err);
}

bool
sql_identity_add(struct store *store, const struct store_identity *id,
    const struct store_user *u, struct err *err)
{
    struct sql *s = sql_of(store);
    if (!op_begin(s, OP_SAVED, err))
        return false;
    return op_end(s, add(s, id, u, err), err);
}
