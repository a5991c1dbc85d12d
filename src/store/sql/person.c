/* SPDX-License-Identifier: ISC */
#include "store/sql/sql.h"

/* A person as memory needs them, and what those who were here lately read. */

static bool
tell_seats(struct sql *s, int64_t key,
    void (*tell)(const struct store_seat *seat, void *ctx), void *ctx,
    struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_PERSON_ROOMS,
        "SELECT c.id, m.role, m.muted_until_ms FROM members m "
        "JOIN conversations c ON c.key = m.conversation "
        "WHERE m.user = ?1 AND m.role <> 'banned'",
        err);
    int rc;

    if (!st)
        return false;
    bind_int(st, 1, key);
    while ((rc = sql_step(s, st, err)) == SQL_ROW)
        tell(&(struct store_seat){column_span(st, 0), column_span(st, 1),
                 column_int64(st, 2)},
            ctx);
    return rc == SQL_DONE;
}

static bool
place_of(struct sql *s, struct span id, struct store_person *ret,
    int64_t *ret_key, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_PERSON,
        "SELECT key, seen_ms, (SELECT max(n) FROM log WHERE stream = -u.key) "
        "FROM users u WHERE id = ?1",
        err);

    if (!st)
        return false;
    bind_span(st, 1, id);
    if (sql_step(s, st, err) != SQL_ROW)
        return false; /* it was there, in the same transaction */
    *ret_key = column_int64(st, 0);
    ret->seen_ms = column_int64(st, 1);
    ret->offset = column_int64(st, 2);
    sql_reset(st);
    return true;
}

bool
sql_person_get(struct store *store, struct span id, struct store_person *ret,
    void (*seat)(const struct store_seat *seat, void *ctx), void *ctx,
    struct err *err)
{
    struct sql *s = sql_of(store);
    int64_t key;
    bool ok;

    if (!read_begin(s, err))
        return false;
    ok = sql_user_by_id(store, id, &ret->user, err) &&
         place_of(s, id, ret, &key, err) && tell_seats(s, key, seat, ctx, err);
    read_end(s);
    return ok;
}

bool
readers_each(struct sql *s, struct stmt *st,
    struct store_readers ret[STORE_LANGUAGES_MAX], size_t *ret_n,
    int64_t *ret_sum, struct err *err)
{
    int rc;

    *ret_n = 0;
    *ret_sum = 0;
    while ((rc = sql_step(s, st, err)) == SQL_ROW) {
        struct store_readers *one = &ret[*ret_n];
        *ret_sum += column_int64(st, 1);
        if (*ret_n == STORE_LANGUAGES_MAX)
            continue;
        column_z(st, 0, one->language, sizeof(one->language));
        one->n = column_int64(st, 1);
        ++*ret_n;
    }
    return rc == SQL_DONE;
}

bool
sql_recent_readers(struct store *store, int64_t since_ms,
    int64_t guests_since_ms, struct store_readers ret[STORE_LANGUAGES_MAX],
    size_t *ret_n, struct err *err)
{
    struct sql *s = sql_of(store);
    struct stmt *st = sql_stmt(s, Q_RECENT_READERS,
        "SELECT language, CAST(sum(n) AS BIGINT) FROM ("
        "SELECT language, count(*) AS n FROM users "
        "WHERE seen_ms >= ?1 AND NOT guest GROUP BY 1 "
        "UNION ALL SELECT * FROM (SELECT language, count(*) AS n FROM users "
        "WHERE seen_ms >= ?2 AND guest GROUP BY 1 ORDER BY 2 DESC "
        "LIMIT ?3) g) x GROUP BY 1 ORDER BY 2 DESC",
        err);
    int64_t sum;

    if (!st)
        return false;
    bind_int(st, 1, since_ms);
    bind_int(st, 2, guests_since_ms);
    bind_int(st, 3, STORE_GUEST_LANGUAGES_MAX);
    return readers_each(s, st, ret, ret_n, &sum, err);
}
