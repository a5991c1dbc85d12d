/* SPDX-License-Identifier: ISC */
#include "store/sql/sql.h"

/*
 * Who holds which queued rows (store.h, store_hold).  One row for each holder,
 * and its key in what it queued: so a lease is renewed for all of that at once,
 * and costs a save nothing.
 */

static int64_t
end_of(int64_t now_ms, int64_t ms)
{
    return ms > INT64_MAX - now_ms ? INT64_MAX : now_ms + ms;
}

struct lease {
    int64_t key; /* 0: there is none */
    int64_t until_ms, now_ms;
};

/* As it is, by the database's clock. */
static bool
find(struct sql *s, struct lease *ret, struct err *err)
{
    struct stmt *now = sql_stmt(s, Q_HOLDER_NOW, "SELECT now_ms()", err);
    struct stmt *st = sql_stmt(s, Q_HOLDER_FIND,
        "SELECT key, until_ms FROM holders WHERE id = ?1", err);
    int rc;

    *ret = (struct lease){0};
    if (!st || !now || !sql_number(s, now, &ret->now_ms, err))
        return false;
    bind_z(st, 1, s->holder_id);
    rc = sql_step(s, st, err);
    if (rc == SQL_ROW) {
        ret->key = column_int64(st, 0);
        ret->until_ms = column_int64(st, 1);
        sql_reset(st);
    }
    return rc == SQL_ROW || rc == SQL_DONE;
}

static bool
move_end(struct sql *s, int64_t key, int64_t until_ms, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_HOLDER_MOVE,
        "UPDATE holders SET until_ms = ?2 WHERE key = ?1", err);

    if (!st)
        return false;
    bind_int(st, 1, key);
    bind_int(st, 2, until_ms);
    return sql_run(s, st, err);
}

static bool
add(struct sql *s, int64_t until_ms, int64_t *ret_key, struct err *err)
{
    struct stmt *next = sql_stmt(
        s, Q_HOLDER_NEXT, "SELECT coalesce(max(key), 0) + 1 FROM holders", err);
    struct stmt *st = sql_stmt(s, Q_HOLDER_ADD,
        "INSERT INTO holders (key, id, until_ms) VALUES (?1, ?2, ?3)", err);

    if (!next || !st || !sql_number(s, next, ret_key, err))
        return false;
    bind_int(st, 1, *ret_key);
    bind_z(st, 2, s->holder_id);
    bind_int(st, 3, until_ms);
    return sql_run(s, st, err);
}

/* What was queued since others took over the rest. */
static bool
hold_again(struct sql *s, int64_t old, int64_t fresh, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_HOLDER_AGAIN,
        "UPDATE pending SET holder = ?2 WHERE holder = ?1", err);

    if (!st)
        return false;
    bind_int(st, 1, old);
    bind_int(st, 2, fresh);
    return sql_run(s, st, err);
}

static bool
hold(struct sql *s, int64_t ms, bool *ret_lost, struct err *err)
{
    int64_t until_ms, key;
    struct lease was;

    if (!find(s, &was, err))
        return false;
    key = was.key;
    until_ms = end_of(was.now_ms, ms);
    if (!(key ? move_end(s, key, until_ms, err) : add(s, until_ms, &key, err)))
        return false;
    *ret_lost = s->holder && (!was.key || was.until_ms < was.now_ms);
    if (s->holder && key != s->holder && !hold_again(s, s->holder, key, err))
        return false;
    s->holder = key;
    return true;
}

bool
sql_hold(struct store *store, int64_t ms, bool *ret_lost, struct err *err)
{
    struct sql *s = sql_of(store);

    if (!s->holder_id)
        return err_set(err, FAIL_BAD_INPUT, "the handle is nobody's");
    if (!op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(s, hold(s, ms, ret_lost, err), err);
}

static bool
take_over(struct sql *s, int64_t *ret_n, struct err *err)
{
    struct stmt *take, *forget;

    take = sql_stmt(s, Q_HOLDER_TAKE,
        "UPDATE pending SET holder = ?1 WHERE holder NOT IN "
        "(SELECT key FROM holders WHERE until_ms >= now_ms())",
        err);
    forget = sql_stmt(s, Q_HOLDER_FORGET,
        "DELETE FROM holders WHERE until_ms < now_ms() AND key <> ?1", err);
    if (!take || !forget)
        return false;
    bind_int(take, 1, s->holder);
    bind_int(forget, 1, s->holder);
    return sql_change(s, take, ret_n, err) && sql_run(s, forget, err);
}

bool
sql_take_over(struct store *store, int64_t *ret_n, struct err *err)
{
    struct sql *s = sql_of(store);

    if (!s->holder)
        return err_set(err, FAIL_BAD_INPUT, "the handle holds nothing");
    if (!op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(s, take_over(s, ret_n, err), err);
}

static bool
let_go(struct sql *s, struct err *err)
{
    struct lease is;

    return find(s, &is, err) && (!is.key || move_end(s, is.key, 0, err));
}

bool
sql_let_go(struct store *store, struct err *err)
{
    struct sql *s = sql_of(store);

    if (!s->holder_id)
        return err_set(err, FAIL_BAD_INPUT, "the handle is nobody's");
    if (!op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(s, let_go(s, err), err);
}
