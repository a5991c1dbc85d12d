/* SPDX-License-Identifier: ISC */
#include "store/sql/sql.h"

/* Pictures of rooms and people. */

/* ---- giving one ---- */

static bool
put(struct sql *s, int64_t stream, int64_t owner, struct span webp,
    struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_FACE_PUT,
        "INSERT INTO faces (stream, owner, bytes, webp) "
        "VALUES (?1, ?2, ?3, ?4) ON CONFLICT (stream) DO UPDATE SET "
        "owner = excluded.owner, bytes = excluded.bytes, webp = excluded.webp",
        err);

    if (!st)
        return false;
    bind_int(st, 1, stream);
    bind_int(st, 2, owner);
    bind_int(st, 3, (int64_t)webp.len);
    bind_bytes(st, 4, webp);
    return sql_run(s, st, err);
}

bool
face_drop(struct sql *s, int64_t stream, struct err *err)
{
    return sql_run_on(
        s, Q_FACE_DROP, "DELETE FROM faces WHERE stream = ?1", stream, err);
}

/* The old one is in the sum, too: whoever is so near to the end makes room
 * first. */
static bool
set_face(struct sql *s, int64_t stream, int64_t owner,
    const struct store_face *f, int64_t bytes_max, struct err *err)
{
    int64_t bytes;

    if (f->version.len == 0)
        return face_drop(s, stream, err);
    if (!files_bytes_of(s, owner, &bytes, err))
        return false;
    if (bytes + (int64_t)f->webp.len > bytes_max)
        return err_set(err, FAIL_TOO_LARGE, "you have no room for more files");
    return put(s, stream, owner, f->webp, err);
}

static bool
name_face(struct stmt *st, struct sql *s, int64_t key,
    const struct store_face *f, struct err *err)
{
    if (!st)
        return false;
    bind_int(st, 1, key);
    bind_span(st, 2, f->version.len ? f->version : SPAN(""));
    return sql_run(s, st, err);
}

static bool
user_set(struct sql *s, struct span id, const struct store_face *f,
    int64_t bytes_max, int64_t now_ms, struct err *err)
{
    int64_t user;

    return cache_user(s, id, &user, err) &&
           set_face(s, -user, user, f, bytes_max, err) &&
           name_face(sql_stmt(s, Q_FACE_OF_USER,
                         "UPDATE users SET picture = ?2 WHERE key = ?1", err),
               s, user, f, err) &&
           user_log_changed(s, id, now_ms, err);
}

static bool
sql_user_set_face(struct store *store, struct span user_id,
    const struct store_face *f, int64_t bytes_max, int64_t now_ms,
    struct err *err)
{
    struct sql *s = sql_of(store);

    if (!op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(s, user_set(s, user_id, f, bytes_max, now_ms, err), err);
}

static bool
room_set(struct sql *s, struct span id, struct span by_id,
    const struct store_face *f, int64_t bytes_max, int64_t now_ms,
    struct err *err)
{
    struct sql_head *head = cache_head(s, id, err);
    int64_t by;

    return head && cache_user(s, by_id, &by, err) &&
           set_face(s, head->key, by, f, bytes_max, err) &&
           name_face(
               sql_stmt(s, Q_FACE_OF_ROOM,
                   "UPDATE conversations SET picture = ?2 WHERE key = ?1", err),
               s, head->key, f, err) &&
           conversation_log_changed(s, id, now_ms, err);
}

static bool
sql_room_set_face(struct store *store, struct span conversation_id,
    struct span by_id, const struct store_face *f, int64_t bytes_max,
    int64_t now_ms, struct err *err)
{
    struct sql *s = sql_of(store);

    if (!op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(
        s, room_set(s, conversation_id, by_id, f, bytes_max, now_ms, err), err);
}

/* ---- seeing one ---- */

/* May v see u? */
#define SEES                                                                   \
    "(v.key = u.key OR v.admin OR EXISTS (SELECT 1 FROM members a "            \
    "JOIN members b ON b.conversation = a.conversation AND b.user = u.key "    \
    "WHERE a.user = v.key AND a.role <> 'banned' AND b.role <> 'banned') "     \
    "OR EXISTS (SELECT 1 FROM invitations i WHERE "                            \
    "(i.user = v.key AND i.inviter = u.key) OR "                               \
    "(i.user = u.key AND i.inviter = v.key)))"

static bool
one(struct sql *s, struct stmt *st, struct span id, struct span viewer_id,
    void (*face)(const struct store_face *f, void *ctx), void *ctx,
    struct err *err)
{
    struct store_face f;

    if (!st)
        return false;
    bind_span(st, 1, id);
    bind_span(st, 2, viewer_id);
    if (!sql_find_row(s, st, "no such picture", err))
        return false;
    f = (struct store_face){column_span(st, 0), column_span(st, 1)};
    face(&f, ctx);
    sql_reset(st);
    return true;
}

static bool
sql_user_face(struct store *store, struct span user_id, struct span viewer_id,
    void (*face)(const struct store_face *f, void *ctx), void *ctx,
    struct err *err)
{
    struct sql *s = sql_of(store);

    return one(s,
        sql_stmt(s, Q_FACE_USER,
            "SELECT u.picture, f.webp FROM users u JOIN faces f "
            "ON f.stream = -u.key JOIN users v ON v.id = ?2 "
            "WHERE u.id = ?1 AND " SEES,
            err),
        user_id, viewer_id, face, ctx, err);
}

static bool
sql_room_face(struct store *store, struct span conversation_id,
    struct span viewer_id, void (*face)(const struct store_face *f, void *ctx),
    void *ctx, struct err *err)
{
    struct sql *s = sql_of(store);

    return one(s,
        sql_stmt(s, Q_FACE_ROOM,
            "SELECT c.picture, f.webp FROM conversations c JOIN faces f "
            "ON f.stream = c.key JOIN users v ON v.id = ?2 WHERE c.id = ?1 "
            "AND (EXISTS (SELECT 1 FROM members m WHERE m.user = v.key "
            "AND m.conversation = c.key AND m.role <> 'banned') OR "
            "(c.listed AND NOT c.archived AND (v.link IS NULL OR NOT v.guest)))",
            err),
        conversation_id, viewer_id, face, ctx, err);
}

static bool
sql_faces(struct store *store, const struct span *user_ids, size_t n,
    struct span viewer_id,
    void (*row)(struct span user_id, struct span version, void *ctx), void *ctx,
    struct err *err)
{
    struct sql *s = sql_of(store);
    struct stmt *st = sql_stmt(s, Q_FACES,
        "SELECT u.picture FROM users u JOIN users v ON v.id = ?2 "
        "WHERE u.id = ?1 AND u.picture <> '' AND " SEES,
        err);
    int rc = SQL_DONE;

    for (size_t i = 0; st && rc != SQL_FAILED && i < n; i++) {
        bind_span(st, 1, user_ids[i]);
        bind_span(st, 2, viewer_id);
        rc = sql_step(s, st, err);
        if (rc == SQL_ROW) {
            row(user_ids[i], column_span(st, 0), ctx);
            sql_reset(st);
        }
    }
    return st && rc != SQL_FAILED;
}

const struct store_face_ops sql_face_ops = {
    .user_set_face = sql_user_set_face,
    .room_set_face = sql_room_set_face,
    .user_face = sql_user_face,
    .room_face = sql_room_face,
    .faces = sql_faces,
};
