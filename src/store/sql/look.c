/* SPDX-License-Identifier: ISC */
#include "store/push.h"
#include "store/sql/sql.h"

/* Who has the page before their eyes (push.h). */

static bool
set(struct sql *s, struct span user_id, bool looks, struct err *err)
{
    struct stmt *st =
        looks ? sql_stmt(s, Q_LOOK_ADD,
                    "INSERT INTO looks (user, holder) VALUES (?1, ?2) "
                    "ON CONFLICT DO NOTHING",
                    err)
              : sql_stmt(s, Q_LOOK_DROP,
                    "DELETE FROM looks WHERE user = ?1 AND holder = ?2", err);
    int64_t user;

    if (!st || !cache_user(s, user_id, &user, err))
        return false;
    bind_int(st, 1, user);
    bind_z(st, 2, s->holder_id);
    return sql_run(s, st, err);
}

bool
look_set(struct store *store, struct span user_id, bool looks, struct err *err)
{
    struct sql *s = sql_of(store);

    if (!s->holder_id)
        return err_set(err, FAIL_BAD_INPUT, "the handle is nobody's");
    if (!op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(s, set(s, user_id, looks, err), err);
}

static bool
clear(struct sql *s, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_LOOKS_CLEAR,
        "DELETE FROM looks WHERE holder = ?1 OR holder NOT IN "
        "(SELECT id FROM holders WHERE until_ms >= now_ms())",
        err);

    if (!st)
        return false;
    bind_z(st, 1, s->holder_id);
    return sql_run(s, st, err);
}

bool
look_clear_all(struct store *store, struct err *err)
{
    struct sql *s = sql_of(store);

    if (!s->holder_id)
        return err_set(err, FAIL_BAD_INPUT, "the handle is nobody's");
    if (!op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(s, clear(s, err), err);
}
