/* SPDX-License-Identifier: ISC */
#include "store/sql/sql.h"

#include <string.h>

/*
 * Old messages are erased: what is left of one is what is left of a deleted one, a
 * number and a row of the log.  A room remembers up to which number that is done,
 * so what was looked at is not looked at again.
 */
enum {
    ROOMS_AT_ONCE = 500, /* looked at for one that has old messages */
    DAY_MS = 24 * 3600 * 1000,
};

/* In days, of a room c on a server that says ?3: the shorter one; 0: for good. */
#define DAYS                                                                   \
    "(CASE WHEN c.retention_days = 0 OR (?3 > 0 AND ?3 < c.retention_days) "   \
    "THEN ?3 ELSE c.retention_days END)"

struct aged {
    int64_t key, erased, before_ms;
    char id[sizeof(((struct store_conversation *)0)->id)];
};

/* The next room behind the cursor whose oldest message is too old; key 0: there
 * is none among those that are looked at. */
static bool
next_room(struct sql *s, const struct store_retention *r, int64_t cursor,
    struct aged *ret, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_RETENTION_ROOM,
        "SELECT c.key, c.id, c.erased, " DAYS " FROM conversations c "
        "JOIN messages m ON m.conversation = c.key AND m.seq = c.erased + 1 "
        "WHERE c.key > ?1 AND c.key <= ?2 AND " DAYS " > 0 "
        "AND m.created_ms < ?4 - " DAYS " * 86400000 ORDER BY c.key LIMIT 1",
        err);
    int rc;

    *ret = (struct aged){0};
    if (!st)
        return false;
    bind_int(st, 1, cursor);
    bind_int(st, 2, cursor + ROOMS_AT_ONCE);
    bind_int(st, 3, r->days);
    bind_int(st, 4, r->now_ms);
    rc = sql_step(s, st, err);
    if (rc == SQL_ROW) {
        ret->key = column_int64(st, 0);
        column_z(st, 1, ret->id, sizeof(ret->id));
        ret->erased = column_int64(st, 2);
        ret->before_ms = r->now_ms - column_int64(st, 3) * DAY_MS;
        sql_reset(st);
    }
    return rc == SQL_ROW || rc == SQL_DONE;
}

struct old {
    int64_t key, seq;
    bool deleted; /* before */
    char id[ID_BYTES];
};

/* The first messages that are not erased yet, up to one that is not old. */
static bool
read_old(struct sql *s, const struct aged *room, int limit,
    struct old ret[STORE_EXPIRE_MAX], int *ret_n, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_RETENTION_OLD,
        "SELECT key, id, seq, deleted_ms > 0, created_ms FROM messages "
        "WHERE conversation = ?1 AND seq BETWEEN ?2 + 1 AND ?2 + ?3 "
        "ORDER BY seq",
        err);
    int rc;

    *ret_n = 0;
    if (!st)
        return false;
    bind_int(st, 1, room->key);
    bind_int(st, 2, room->erased);
    bind_int(st, 3, limit);
    while ((rc = sql_step(s, st, err)) == SQL_ROW) {
        struct old *m = &ret[*ret_n];
        if (column_int64(st, 4) >= room->before_ms) {
            sql_reset(st);
            return true;
        }
        m->key = column_int64(st, 0);
        column_z(st, 1, m->id, sizeof(m->id));
        m->seq = column_int64(st, 2);
        m->deleted = column_int(st, 3) != 0;
        ++*ret_n;
    }
    return rc == SQL_DONE;
}

static bool
remember(struct sql *s, int64_t room, int64_t seq, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_RETENTION_DONE,
        "UPDATE conversations SET erased = ?2 WHERE key = ?1", err);

    if (!st)
        return false;
    bind_int(st, 1, room);
    bind_int(st, 2, seq);
    return sql_run(s, st, err);
}

static bool
erase_room(struct sql *s, const struct aged *room,
    const struct store_retention *r, int *ret_n,
    void (*gone)(struct span message_id, void *ctx), void *ctx, struct err *err)
{
    struct old old[STORE_EXPIRE_MAX];

    if (!read_old(s, room, r->limit, old, ret_n, err))
        return false;
    for (int i = 0; i < *ret_n; i++) {
        if (old[i].deleted)
            continue;
        if (!message_wipe(s, old[i].key, span_of(room->id), r->now_ms, err))
            return false;
        gone(span_of(old[i].id), ctx);
    }
    return *ret_n == 0 || remember(s, room->key, old[*ret_n - 1].seq, err);
}

/* Is there a room behind the cursor at all? */
static bool
has_room(struct sql *s, int64_t cursor, bool *ret, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_RETENTION_MORE,
        "SELECT EXISTS (SELECT 1 FROM conversations WHERE key > ?1)", err);

    if (!st)
        return false;
    bind_int(st, 1, cursor);
    return sql_truth(s, st, ret, err);
}

/* Does anybody ask for it? */
static bool
is_wanted(
    struct sql *s, const struct store_retention *r, bool *ret, struct err *err)
{
    struct stmt *st;

    *ret = r->days > 0;
    if (*ret)
        return true;
    st = sql_stmt(s, Q_RETENTION_WANTED,
        "SELECT EXISTS (SELECT 1 FROM conversations WHERE retention_days > 0)",
        err);
    return st && sql_truth(s, st, ret, err);
}

static bool
expire(struct sql *s, const struct store_retention *r, int64_t *cursor,
    void (*gone)(struct span message_id, void *ctx), void *ctx, bool *ret_more,
    struct err *err)
{
    struct aged room;
    int n;

    *ret_more = false;
    if (*cursor == 0 && !is_wanted(s, r, ret_more, err))
        return false;
    if (*cursor == 0 && !*ret_more)
        return true;
    if (!next_room(s, r, *cursor, &room, err))
        return false;
    if (!room.key) {
        *cursor += ROOMS_AT_ONCE;
        return has_room(s, *cursor, ret_more, err);
    }
    *ret_more = true;
    if (!erase_room(s, &room, r, &n, gone, ctx, err))
        return false;
    *cursor = n == r->limit ? room.key - 1 : room.key;
    return true;
}

bool
sql_messages_expire(struct store *store, const struct store_retention *r,
    int64_t *cursor, void (*gone)(struct span message_id, void *ctx), void *ctx,
    bool *ret_more, struct err *err)
{
    struct sql *s = sql_of(store);

    if (!op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(s, expire(s, r, cursor, gone, ctx, ret_more, err), err);
}
