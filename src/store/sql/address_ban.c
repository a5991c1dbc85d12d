/* SPDX-License-Identifier: ISC */
#include "store/sql/sql.h"

/* Networks that nobody comes from. */

static bool
drop_expired(struct sql *s, int64_t now_ms, struct err *err)
{
    return sql_run_on(s, Q_ADDRESS_BANS_EXPIRE,
        "DELETE FROM address_bans WHERE expires_ms > 0 AND expires_ms <= ?1",
        now_ms, err);
}

static bool
add(struct sql *s, const struct store_address_ban *b, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_ADDRESS_BAN_ADD,
        "INSERT INTO address_bans (network, reason, created_by, created_ms, "
        "expires_ms) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (network) DO "
        "UPDATE SET reason = ?2, created_by = ?3, created_ms = ?4, "
        "expires_ms = ?5",
        err);
    int64_t creator;

    if (!st || !cache_user(s, b->created_by, &creator, err))
        return false;
    bind_span(st, 1, b->network);
    bind_span(st, 2, b->reason);
    bind_int(st, 3, creator);
    bind_int(st, 4, b->created_ms);
    bind_int(st, 5, b->expires_ms);
    return sql_run(s, st, err) && drop_expired(s, b->created_ms, err);
}

bool
sql_address_ban_add(
    struct store *store, const struct store_address_ban *b, struct err *err)
{
    struct sql *s = sql_of(store);

    if (!op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(s, add(s, b, err), err);
}

static bool
drop(struct sql *s, struct span network, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_ADDRESS_BAN_REMOVE,
        "DELETE FROM address_bans WHERE network = ?1", err);
    int64_t n;

    if (!st)
        return false;
    bind_span(st, 1, network);
    return sql_change(s, st, &n, err) &&
           (n > 0 ||
               err_set(err, FAIL_NOT_FOUND, "this network is not kept out"));
}

bool
sql_address_ban_remove(
    struct store *store, struct span network, struct err *err)
{
    struct sql *s = sql_of(store);

    if (!op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(s, drop(s, network, err), err);
}

bool
sql_address_bans(struct store *store, int64_t now_ms,
    void (*row)(const struct store_address_ban *b, void *ctx), void *ctx,
    struct err *err)
{
    struct sql *s = sql_of(store);
    struct stmt *st = sql_stmt(s, Q_ADDRESS_BANS,
        "SELECT b.network, b.reason, u.id, b.created_ms, b.expires_ms "
        "FROM address_bans b JOIN users u ON u.key = b.created_by "
        "WHERE b.expires_ms = 0 OR b.expires_ms > ?1 "
        "ORDER BY b.created_ms DESC, b.network DESC",
        err);
    int rc = SQL_FAILED;

    if (st)
        bind_int(st, 1, now_ms);
    while (st && (rc = sql_step(s, st, err)) == SQL_ROW) {
        struct store_address_ban b = {.network = column_span(st, 0),
            .reason = column_span(st, 1),
            .created_by = column_span(st, 2),
            .created_ms = column_int64(st, 3),
            .expires_ms = column_int64(st, 4)};
        row(&b, ctx);
    }
    return rc == SQL_DONE;
}
