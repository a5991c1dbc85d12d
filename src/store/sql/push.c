/* SPDX-License-Identifier: ISC */
#include "store/sql/sql.h"

#include <string.h>

#include "store/push.h"

/* Notifications to devices whose people do not look (push.h). */

enum {
    WAIT_MS = 4000, /* for a translation; then the original is told */
    FORGET_MAX = 200, /* rows that are forgotten on the way to one */
};

/* ---- devices ---- */

#define DEVICE_COLUMNS                                                         \
    "d.session, d.endpoint, d.p256dh, d.auth, d.all_rooms, d.quiet, "          \
    "d.created_ms, d.told_ms, d.failures, d.reason"
enum { DEVICE_N = 10 }; /* of them */

static void
device_row(struct stmt *st, struct store_push_device *ret)
{
    memcpy(ret->session, column_span(st, 0).p, sizeof(ret->session));
    column_z(st, 1, ret->endpoint, sizeof(ret->endpoint));
    column_z(st, 2, ret->p256dh, sizeof(ret->p256dh));
    column_z(st, 3, ret->auth, sizeof(ret->auth));
    ret->all_rooms = column_int(st, 4) != 0;
    ret->quiet = column_int(st, 5) != 0;
    ret->created_ms = column_int64(st, 6);
    ret->told_ms = column_int64(st, 7);
    ret->failures = column_int(st, 8);
    column_z(st, 9, ret->reason, sizeof(ret->reason));
}

static bool
replace(struct sql *s, const struct store_push_device *d, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_PUSH_REPLACE,
        "DELETE FROM push_devices WHERE session = ?1 OR endpoint = ?2", err);

    if (!st)
        return false;
    bind_hash(st, 1, d->session);
    bind_z(st, 2, d->endpoint);
    return sql_run(s, st, err);
}

/* Is there such a session, and room for one more? */
static bool
check(struct sql *s, int64_t user, const struct store_push_device *d,
    struct err *err)
{
    struct stmt *own = sql_stmt(s, Q_PUSH_SESSION,
        "SELECT EXISTS (SELECT 1 FROM sessions WHERE hash = ?1 AND user = ?2)",
        err);
    struct stmt *others = sql_stmt(s, Q_PUSH_COUNT,
        "SELECT count(*) FROM push_devices WHERE user = ?1 "
        "AND session <> ?2 AND endpoint <> ?3",
        err);
    int64_t n;
    bool found;

    if (!own || !others)
        return false;
    bind_hash(own, 1, d->session);
    bind_int(own, 2, user);
    bind_int(others, 1, user);
    bind_hash(others, 2, d->session);
    bind_z(others, 3, d->endpoint);
    if (!sql_truth(s, own, &found, err) || !sql_number(s, others, &n, err))
        return false;
    if (!found)
        return err_set(err, FAIL_NOT_FOUND, "no such session");
    return n < STORE_PUSH_DEVICES_MAX ||
           err_set(err, FAIL_CONFLICT, "there are %d already",
               STORE_PUSH_DEVICES_MAX);
}

static bool
add(struct sql *s, struct span user_id, const struct store_push_device *d,
    struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_PUSH_ADD,
        "INSERT INTO push_devices (session, user, endpoint, p256dh, auth, "
        "all_rooms, quiet, created_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        err);
    int64_t user;

    if (!st || !cache_user(s, user_id, &user, err) || !check(s, user, d, err) ||
        !replace(s, d, err))
        return false;
    bind_hash(st, 1, d->session);
    bind_int(st, 2, user);
    bind_z(st, 3, d->endpoint);
    bind_z(st, 4, d->p256dh);
    bind_z(st, 5, d->auth);
    bind_bool(st, 6, d->all_rooms);
    bind_bool(st, 7, d->quiet);
    bind_int(st, 8, d->created_ms);
    s->pushes = -1;
    return sql_run(s, st, err);
}

static bool
sql_push_add(struct store *store, struct span user_id,
    const struct store_push_device *d, struct err *err)
{
    struct sql *s = sql_of(store);

    if (!op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(s, add(s, user_id, d, err), err);
}

static bool
drop(struct sql *s, struct span user_id, const unsigned char *session,
    struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_PUSH_DROP,
        "DELETE FROM push_devices WHERE session = ?1 AND user = ?2", err);
    int64_t user, n;

    if (!st || !cache_user(s, user_id, &user, err))
        return false;
    bind_hash(st, 1, session);
    bind_int(st, 2, user);
    if (!sql_change(s, st, &n, err))
        return false;
    return n > 0 || err_set(err, FAIL_NOT_FOUND, "that gets no notifications");
}

static bool
sql_push_remove(struct store *store, struct span user_id,
    const unsigned char session[STORE_TOKEN_HASH_BYTES], struct err *err)
{
    struct sql *s = sql_of(store);

    if (!op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(s, drop(s, user_id, session, err), err);
}

static bool
sql_push_devices(struct store *store, struct span user_id,
    void (*row)(const struct store_push_device *d, void *ctx), void *ctx,
    struct err *err)
{
    struct sql *s = sql_of(store);
    struct stmt *st = sql_stmt(s, Q_PUSH_DEVICES,
        "SELECT " DEVICE_COLUMNS " FROM push_devices d WHERE d.user = "
        "(SELECT key FROM users WHERE id = ?1) ORDER BY d.created_ms",
        err);
    struct store_push_device d;
    int rc = SQL_FAILED;

    if (st)
        bind_span(st, 1, user_id);
    while (st && (rc = sql_step(s, st, err)) == SQL_ROW) {
        device_row(st, &d);
        row(&d, ctx);
    }
    return rc == SQL_DONE;
}

/* ---- the server's keys ---- */

static bool
keys(struct sql *s, struct store_push_keys *keys, struct err *err)
{
    struct stmt *put = sql_stmt(s, Q_PUSH_KEYS_PUT,
        "INSERT INTO push_keys (key, public_key, secret_key) "
        "VALUES (1, ?1, ?2) ON CONFLICT DO NOTHING",
        err);
    struct stmt *get = sql_stmt(s, Q_PUSH_KEYS_GET,
        "SELECT public_key, secret_key FROM push_keys WHERE key = 1", err);

    if (!put || !get)
        return false;
    bind_z(put, 1, keys->public_key);
    bind_z(put, 2, keys->secret_key);
    if (!sql_run(s, put, err) || !sql_find_row(s, get, "no keys", err))
        return false;
    column_z(get, 0, keys->public_key, sizeof(keys->public_key));
    column_z(get, 1, keys->secret_key, sizeof(keys->secret_key));
    sql_reset(get);
    return true;
}

static bool
sql_push_keys(struct store *store, struct store_push_keys *ret, struct err *err)
{
    struct sql *s = sql_of(store);

    if (!op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(s, keys(s, ret, err), err);
}

/* ---- with a message ---- */

/* Does anybody want to be told anything?  In a batch whose statements nobody waits
 * for, asking would cost more than saying yes. */
static bool
anybody(struct sql *s, bool *ret, struct err *err)
{
    if (s->pushes < 0 && s->scoped) {
        *ret = true;
        return true;
    }
    if (s->pushes < 0) {
        struct stmt *st = sql_stmt(
            s, Q_PUSH_ANY, "SELECT EXISTS (SELECT 1 FROM push_devices)", err);
        if (!st || !sql_truth(s, st, ret, err))
            return false;
        s->pushes = *ret;
    }
    *ret = s->pushes != 0;
    return true;
}

#define PUSH                                                                   \
    "INSERT INTO pushes (session, conversation, message, due_ms) "             \
    "SELECT d.session, ?2, ?1, ?4 FROM "
#define NEWEST                                                                 \
    "ON CONFLICT (session, conversation) DO UPDATE SET message = "             \
    "excluded.message"

static void
bind_push(struct stmt *st, int64_t message, int64_t conversation,
    int64_t sender, int64_t now_ms)
{
    bind_int(st, 1, message);
    bind_int(st, 2, conversation);
    bind_int(st, 3, sender);
    bind_int(st, 4, now_ms + WAIT_MS);
}

/* Members, in a room that is direct, small, or told as a whole.  In this order, so
 * that of any other nobody's membership is looked at. */
static bool
push_members(struct sql *s, int64_t message, int64_t conversation,
    int64_t sender, bool all, int64_t now_ms, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_PUSH_MEMBERS,
        PUSH "(SELECT type FROM conversations WHERE key = ?2 AND (?6 OR "
             "type = 'direct' OR (SELECT count(*) FROM (SELECT 1 FROM members "
             "WHERE conversation = ?2 LIMIT ?5 + 1) x) <= ?5)) c "
             "CROSS JOIN members m CROSS JOIN push_devices d "
             "WHERE m.conversation = ?2 AND d.user = m.user "
             "AND m.user <> ?3 AND m.role <> 'banned' "
             "AND (?6 OR d.all_rooms OR c.type = 'direct') LIMIT ?7 " NEWEST,
        err);

    if (!st)
        return false;
    bind_push(st, message, conversation, sender, now_ms);
    bind_int(st, 5, STORE_PUSH_ROOM_MAX);
    bind_bool(st, 6, all);
    bind_int(st, 7, STORE_PUSH_EVERYBODY_MAX);
    return sql_run(s, st, err);
}

static bool
push_mentioned(struct sql *s, int64_t message, int64_t conversation,
    int64_t sender, int64_t now_ms, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_PUSH_MENTIONED,
        PUSH "mentions n JOIN push_devices d ON d.user = n.user "
             "WHERE n.message = ?1 AND n.user <> ?3 " NEWEST,
        err);

    if (!st)
        return false;
    bind_push(st, message, conversation, sender, now_ms);
    return sql_run(s, st, err);
}

bool
push_message(struct sql *s, int64_t message, int64_t conversation,
    int64_t sender, const struct store_mentions *mentioning, int64_t now_ms,
    struct err *err)
{
    bool wanted;

    if (!anybody(s, &wanted, err))
        return false;
    return !wanted ||
           (push_members(s, message, conversation, sender,
                mentioning && mentioning->all, now_ms, err) &&
               (!mentioning || push_mentioned(s, message, conversation, sender,
                                   now_ms, err)));
}

/* ---- telling ---- */

/* It is moot unless who is told has a session, is in the room, has not read it, does
 * not look, and does not block who wrote it. */
#define TOLD                                                                   \
    "EXISTS (SELECT 1 FROM sessions e WHERE e.hash = p.session "               \
    "AND e.expires_ms > ?1) AND u.disabled_ms = 0 AND m.deleted_ms = 0 "       \
    "AND m.created_ms > ?2 AND EXISTS (SELECT 1 FROM members x WHERE "         \
    "x.conversation = p.conversation AND x.user = d.user "                     \
    "AND x.role <> 'banned') AND NOT EXISTS (SELECT 1 FROM reads r WHERE "     \
    "r.user = d.user AND r.conversation = p.conversation "                     \
    "AND r.seq >= m.seq) AND NOT EXISTS (SELECT 1 FROM looks l "               \
    "JOIN holders h ON h.id = l.holder WHERE l.user = d.user "                 \
    "AND h.until_ms >= now_ms()) AND NOT EXISTS (SELECT 1 FROM blocks b "      \
    "WHERE b.user = d.user AND b.blocked = m.sender)"

static bool
next(struct sql *s, int64_t now_ms, struct store_push *ret, bool *ret_moot,
    bool *ret_found, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_PUSH_DUE,
        "SELECT " DEVICE_COLUMNS ", u.id, u.language, c.id, c.type, c.title, "
        "m.id, m.seq, iif(" TOLD ", 0, 1) FROM pushes p "
        "JOIN push_devices d ON d.session = p.session "
        "JOIN users u ON u.key = d.user "
        "JOIN conversations c ON c.key = p.conversation "
        "JOIN messages m ON m.key = p.message WHERE d.due_ms <= ?1 "
        "AND (p.due_ms <= ?1 OR NOT EXISTS (SELECT 1 FROM pending q "
        "WHERE q.message = p.message AND q.language = u.language)) "
        "ORDER BY p.due_ms LIMIT 1",
        err);
    int rc;

    *ret_found = false;
    if (!st)
        return false;
    bind_int(st, 1, now_ms);
    bind_int(st, 2, now_ms - STORE_PUSH_DAY_MS);
    rc = sql_step(s, st, err);
    if (rc == SQL_ROW) {
        device_row(st, &ret->device);
        column_z(st, DEVICE_N, ret->user_id, sizeof(ret->user_id));
        column_z(st, DEVICE_N + 1, ret->language, sizeof(ret->language));
        column_z(st, DEVICE_N + 2, ret->conversation_id,
            sizeof(ret->conversation_id));
        column_z(st, DEVICE_N + 3, ret->type, sizeof(ret->type));
        column_z(st, DEVICE_N + 4, ret->title, sizeof(ret->title));
        column_z(st, DEVICE_N + 5, ret->message_id, sizeof(ret->message_id));
        ret->seq = column_int64(st, DEVICE_N + 6);
        *ret_moot = column_int(st, DEVICE_N + 7) != 0;
        *ret_found = true;
        sql_reset(st);
    }
    return rc == SQL_ROW || rc == SQL_DONE;
}

/* Of a device and a room, if it is still this message. */
static bool
forget(struct sql *s, const struct store_push *p, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_PUSH_FORGET,
        "DELETE FROM pushes WHERE session = ?1 AND conversation = "
        "(SELECT key FROM conversations WHERE id = ?2) AND message = "
        "(SELECT key FROM messages WHERE id = ?3)",
        err);

    if (!st)
        return false;
    bind_hash(st, 1, p->device.session);
    bind_z(st, 2, p->conversation_id);
    bind_z(st, 3, p->message_id);
    return sql_run(s, st, err);
}

static bool
lease(struct sql *s, const unsigned char *session, int64_t until_ms,
    struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_PUSH_LEASE,
        "UPDATE push_devices SET due_ms = ?2 WHERE session = ?1", err);

    if (!st)
        return false;
    bind_hash(st, 1, session);
    bind_int(st, 2, until_ms);
    return sql_run(s, st, err);
}

static bool
take(struct sql *s, int64_t now_ms, int64_t until_ms, struct store_push *ret,
    bool *ret_found, struct err *err)
{
    bool wanted, moot = false;

    *ret_found = false;
    if (!anybody(s, &wanted, err))
        return false;
    for (int i = 0; wanted && i < FORGET_MAX; i++) {
        if (!next(s, now_ms, ret, &moot, ret_found, err))
            return false;
        if (!*ret_found)
            return true;
        if (!moot)
            return lease(s, ret->device.session, until_ms, err);
        *ret_found = false;
        if (!forget(s, ret, err))
            return false;
    }
    return true;
}

/* One whose translation is awaited counts, too: that is a few seconds. */
static bool
sql_push_due(struct store *store, int64_t now_ms, bool *ret, struct err *err)
{
    struct sql *s = sql_of(store);
    struct stmt *st = sql_stmt(s, Q_PUSH_ANY_DUE,
        "SELECT EXISTS (SELECT 1 FROM pushes p JOIN push_devices d "
        "ON d.session = p.session WHERE d.due_ms <= ?1)",
        err);

    if (!st)
        return false;
    bind_int(st, 1, now_ms);
    return sql_truth(s, st, ret, err);
}

static bool
sql_push_take(struct store *store, int64_t now_ms, int64_t until_ms,
    struct store_push *ret, bool *ret_found, struct err *err)
{
    struct sql *s = sql_of(store);

    if (!op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(s, take(s, now_ms, until_ms, ret, ret_found, err), err);
}

static bool
note(struct sql *s, const struct store_push *p, enum store_push_end end,
    int64_t now_ms, int64_t due_ms, struct span reason, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_PUSH_SETTLE,
        "UPDATE push_devices SET due_ms = ?2, "
        "failures = iif(?3, 0, failures + 1), "
        "told_ms = iif(?3, ?4, told_ms), reason = coalesce(?5, '') "
        "WHERE session = ?1 AND endpoint = ?6",
        err);

    if (!st)
        return false;
    bind_hash(st, 1, p->device.session);
    bind_int(st, 2, due_ms);
    bind_bool(st, 3, end == STORE_PUSH_TOLD);
    bind_int(st, 4, now_ms);
    bind_span(st, 5, reason);
    bind_z(st, 6, p->device.endpoint);
    return sql_run(s, st, err);
}

static bool
end_device(struct sql *s, const struct store_push *p, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_PUSH_GONE,
        "DELETE FROM push_devices WHERE session = ?1 AND endpoint = ?2", err);

    if (!st)
        return false;
    bind_hash(st, 1, p->device.session);
    bind_z(st, 2, p->device.endpoint);
    return sql_run(s, st, err);
}

static bool
settle(struct sql *s, const struct store_push *p, enum store_push_end end,
    int64_t now_ms, int64_t due_ms, struct span reason, struct err *err)
{
    if (end == STORE_PUSH_GONE)
        return end_device(s, p, err);
    return (end == STORE_PUSH_LATER || forget(s, p, err)) &&
           note(s, p, end, now_ms, due_ms, reason, err);
}

static bool
sql_push_settle(struct store *store, const struct store_push *p,
    enum store_push_end end, int64_t now_ms, int64_t due_ms, struct span reason,
    struct err *err)
{
    struct sql *s = sql_of(store);

    if (!op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(s, settle(s, p, end, now_ms, due_ms, reason, err), err);
}

const struct store_push_ops sql_push_ops = {
    .push_add = sql_push_add,
    .push_remove = sql_push_remove,
    .push_devices = sql_push_devices,
    .push_keys = sql_push_keys,
    .look_set = look_set,
    .looks_clear = look_clear_all,
    .push_due = sql_push_due,
    .push_take = sql_push_take,
    .push_settle = sql_push_settle,
};
