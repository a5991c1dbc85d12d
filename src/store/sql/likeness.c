/* SPDX-License-Identifier: ISC */
#include "store/sql/sql.h"

/* What accounts' names look like.  Guests have none: others may have the same
 * name, and they are marked. */

bool
likeness_check(struct sql *s, const struct store_user *u, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_LIKENESS_FIND,
        "SELECT 1 FROM likenesses WHERE likeness IN (?1, ?2, ?3, ?4) LIMIT 1",
        err);

    _Static_assert(STORE_LIKENESSES_MAX == 4, "as many as the statement has");
    if (!st)
        return false;
    for (int i = 0; i < STORE_LIKENESSES_MAX; i++)
        bind_int(st, i + 1, u->likeness[i]); /* 0: nobody's */
    switch (sql_step(s, st, err)) {
    case SQL_ROW:
        sql_reset(st);
        return err_set(err, FAIL_CONFLICT,
            "somebody here has this name, or one that looks like it");
    case SQL_DONE:
        return true;
    default:
        return false;
    }
}

bool
likeness_drop(struct sql *s, int64_t user, struct err *err)
{
    return sql_run_on(s, Q_LIKENESS_DROP,
        "DELETE FROM likenesses WHERE user = ?1", user, err);
}

bool
likeness_add(struct sql *s, int64_t user,
    const int64_t likeness[STORE_LIKENESSES_MAX], struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_LIKENESS_ADD,
        "INSERT INTO likenesses (likeness, user) VALUES (?1, ?2) "
        "ON CONFLICT DO NOTHING",
        err);

    for (int i = 0; st && i < STORE_LIKENESSES_MAX; i++) {
        if (!likeness[i])
            continue;
        bind_int(st, 1, likeness[i]);
        bind_int(st, 2, user);
        if (!sql_run(s, st, err))
            return false;
    }
    return st != NULL;
}

static bool
liken_all(struct sql *s,
    void (*of)(struct span username, struct span display_name,
        int64_t ret[STORE_LIKENESSES_MAX], void *ctx),
    void *ctx, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_UNLIKENED,
        "SELECT u.key, u.username, u.display_name FROM unlikened "
        "JOIN users u ON u.key = user",
        err);
    int rc = SQL_FAILED;

    while (st && (rc = sql_step(s, st, err)) == SQL_ROW) {
        int64_t likeness[STORE_LIKENESSES_MAX] = {0};
        of(column_span(st, 1), column_span(st, 2), likeness, ctx);
        if (!likeness_add(s, column_int64(st, 0), likeness, err)) {
            sql_reset(st);
            return false;
        }
    }
    if (rc != SQL_DONE)
        return false;
    st = sql_stmt(s, Q_UNLIKENED_DROP, "DELETE FROM unlikened", err);
    return st && sql_run(s, st, err);
}

bool
sql_users_liken(struct store *store,
    void (*of)(struct span username, struct span display_name,
        int64_t ret[STORE_LIKENESSES_MAX], void *ctx),
    void *ctx, struct err *err)
{
    struct sql *s = sql_of(store);

    if (!op_begin(s, OP_SAVED, err))
        return false;
    return op_end(s, liken_all(s, of, ctx, err), err);
}
