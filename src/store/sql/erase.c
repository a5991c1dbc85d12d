/* SPDX-License-Identifier: ISC */
#include "store/sql/sql.h"

#include <stdio.h>
#include <string.h>

/* Taking one's things along, and going for good. */

/* ---- what somebody wrote ---- */

/* Nothing lists messages by their writer: a page looks at so many at most. */
static bool
messages_by(struct sql *s, struct span user_id, int64_t *cursor, int scan,
    int limit, void (*row)(const struct store_written *w, void *ctx), void *ctx,
    bool *ret_more, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_WRITTEN,
        "SELECT m.key, m.id, c.id, m.seq, m.content, m.language, m.created_ms "
        "FROM messages m JOIN conversations c ON c.key = m.conversation "
        "WHERE m.key > ?2 AND m.key <= ?2 + ?3 AND m.sender = ?1 "
        "AND m.deleted_ms = 0 ORDER BY m.key LIMIT ?4",
        err);
    struct stmt *last =
        sql_stmt(s, Q_WRITTEN_END, "SELECT max(key) FROM messages", err);
    int64_t user, at = *cursor + scan, end;
    int rc;
    int n = 0;

    if (!st || !last || !cache_user(s, user_id, &user, err) ||
        !sql_number(s, last, &end, err))
        return false;
    bind_int(st, 1, user);
    bind_int(st, 2, *cursor);
    bind_int(st, 3, scan);
    bind_int(st, 4, limit);
    while ((rc = sql_step(s, st, err)) == SQL_ROW) {
        struct store_written w = {.id = column_span(st, 1),
            .conversation_id = column_span(st, 2),
            .seq = column_int64(st, 3),
            .content = column_span(st, 4),
            .language = column_span(st, 5),
            .created_ms = column_int64(st, 6)};
        if (++n == limit)
            at = column_int64(st, 0);
        row(&w, ctx);
    }
    *cursor = at;
    *ret_more = at < end;
    return rc == SQL_DONE;
}

bool
sql_written(struct store *store, struct span user_id, int64_t *cursor, int scan,
    int limit, void (*row)(const struct store_written *w, void *ctx), void *ctx,
    bool *ret_more, struct err *err)
{
    return messages_by(
        sql_of(store), user_id, cursor, scan, limit, row, ctx, ret_more, err);
}

/* ---- going ---- */

/* A room they are in but the public one, and who is to own it, if they did:
 * the one of the highest role, there for longest. */
static bool
next_room(struct sql *s, int64_t user, char ret_room[65],
    char ret_heir[ID_BYTES], struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_ERASE_ROOM,
        "SELECT c.id, iif(m.role = 'owner', (SELECT u.id FROM members h "
        "JOIN users u ON u.key = h.user WHERE h.conversation = c.key "
        "AND h.user <> ?1 AND h.role <> 'banned' ORDER BY "
        "instr('admin moderator member reader', h.role), h.joined_ms, h.user "
        "LIMIT 1), NULL) FROM members m JOIN conversations c "
        "ON c.key = m.conversation WHERE m.user = ?1 AND m.role <> 'banned' "
        "ORDER BY c.key LIMIT 1",
        err);
    int rc;

    ret_room[0] = '\0';
    if (!st)
        return false;
    bind_int(st, 1, user);
    rc = sql_step(s, st, err);
    if (rc == SQL_ROW) {
        column_z(st, 0, ret_room, 65);
        column_z(st, 1, ret_heir, ID_BYTES);
        sql_reset(st);
    }
    return rc == SQL_ROW || rc == SQL_DONE;
}

bool
user_leave_all(struct sql *s, int64_t user, struct span user_id, int64_t now_ms,
    struct err *err)
{
    char room[65], heir[ID_BYTES];

    for (;;) {
        if (!next_room(s, user, room, heir, err))
            return false;
        if (!room[0])
            return true;
        if ((heir[0] && !member_set_role(s, span_of(room), span_of(heir),
                            "owner", now_ms, err)) ||
            !member_leave(s, span_of(room), user_id, now_ms, err))
            return false;
    }
}

static bool
forget(struct sql *s, int64_t user, int64_t now_ms, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_ERASE_USER,
        "UPDATE users SET username = 'deleted-' || id, display_name = "
        "'deleted', picture = '', email = NULL, password_hash = '', admin = NOT ?3, link = NULL, "
        "disabled_ms = ?2, erased = ?3 WHERE key = ?1",
        err);

    if (!st || !likeness_drop(s, user, err) || !face_drop(s, -user, err) ||
        !sql_run_on(s, Q_ERASE_BLOCKS,
            "DELETE FROM blocks WHERE user = ?1 OR blocked = ?1", user, err) ||
        !sql_run_on(
            s, Q_ERASE_READS, "DELETE FROM reads WHERE user = ?1", user, err) ||
        !sql_run_on(s, Q_ERASE_HIDDEN,
            "DELETE FROM hidden_readers WHERE user = ?1", user, err) ||
        !sql_run_on(s, Q_RESETS_DROP, "DELETE FROM resets WHERE user = ?1",
            user, err) ||
        !sql_run_on(s, Q_IDENTITY_DROP,
            "DELETE FROM identities WHERE user = ?1", user, err) ||
        !sessions_end(s, user, NULL, err))
        return false;
    bind_int(st, 1, user);
    bind_int(st, 2, now_ms);
    bind_bool(st, 3, true);
    cache_clear(s); /* it has their marks */
    return sql_run(s, st, err);
}

static bool
erase(struct sql *s, struct span user_id, int64_t now_ms, struct err *err)
{
    int64_t user;

    return admin_check_leave(s, user_id, err) &&
           cache_user(s, user_id, &user, err) &&
           bots_drop(s, user, now_ms, err) &&
           user_leave_all(s, user, user_id, now_ms, err) &&
           invitations_end_of(s, user, now_ms, err) &&
           forget(s, user, now_ms, err);
}

bool
sql_user_erase(
    struct store *store, struct span user_id, int64_t now_ms, struct err *err)
{
    struct sql *s = sql_of(store);
    if (!op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(s, erase(s, user_id, now_ms, err), err);
}

/* ---- guests who came for nothing ---- */

/* One of them; "": there is none. */
static bool
silent_guest(struct sql *s, int64_t before_ms, int64_t now_ms,
    char ret[ID_BYTES], struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_GUEST_SILENT,
        "SELECT u.id FROM users u WHERE u.guest AND NOT u.spoke "
        "AND NOT u.erased AND u.seen_ms < ?1 AND NOT EXISTS (SELECT 1 FROM "
        "sessions x WHERE x.user = u.key AND x.expires_ms > ?2) "
        "ORDER BY u.seen_ms LIMIT 1",
        err);
    int rc;

    ret[0] = '\0';
    if (!st)
        return false;
    bind_int(st, 1, before_ms);
    bind_int(st, 2, now_ms);
    rc = sql_step(s, st, err);
    if (rc == SQL_ROW) {
        column_z(st, 0, ret, ID_BYTES);
        sql_reset(st);
    }
    return rc == SQL_ROW || rc == SQL_DONE;
}

static bool
expire(struct sql *s, int64_t before_ms, int64_t now_ms, int limit,
    bool *ret_more, struct err *err)
{
    char id[ID_BYTES];

    *ret_more = true;
    for (int i = 0; i < limit; i++) {
        if (!silent_guest(s, before_ms, now_ms, id, err))
            return false;
        *ret_more = id[0] != '\0';
        if (!*ret_more)
            return true;
        if (!erase(s, span_of(id), now_ms, err))
            return false;
    }
    return true;
}

bool
sql_guests_expire(struct store *store, int64_t before_ms, int64_t now_ms,
    int limit, bool *ret_more, struct err *err)
{
    struct sql *s = sql_of(store);

    if (!op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(s, expire(s, before_ms, now_ms, limit, ret_more, err), err);
}
