/* SPDX-License-Identifier: ISC */
#include "store/sql/sql.h"

#include <stdio.h>
#include <string.h>

/* Files that people send, and messages that have them. */

/* ---- sending one ---- */

static bool
has_controls(struct span s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.p[i] < ' ')
            return true;
    return false;
}

static bool
file_check(const struct store_file *f, struct err *err)
{
    if (!id_valid(f->id) || f->id.len > ID_LEN ||
        f->sha256.len != STORE_SHA256_LEN || f->bytes <= 0 ||
        f->duration_ms < 0 || f->width < 0 || f->height < 0 ||
        (f->thumb_sha256.p != NULL) != (f->thumb_bytes > 0) ||
        (f->thumb_sha256.p && f->thumb_sha256.len != STORE_SHA256_LEN) ||
        f->type.len == 0 || f->type.len > STORE_FILE_TYPE_BYTES_MAX ||
        f->name.len == 0 || utf8_count(f->name) > STORE_FILE_NAME_CHARS_MAX ||
        has_controls(f->name) || has_controls(f->type))
        return err_set(err, FAIL_BAD_INPUT, "not a file");
    return true;
}

bool
files_bytes_of(struct sql *s, int64_t owner, int64_t *ret, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_FILE_BYTES,
        "SELECT CAST(coalesce(sum(bytes), 0) AS bigint) FROM ("
        "SELECT bytes FROM files WHERE owner = ?1 "
        "UNION ALL SELECT bytes FROM faces WHERE owner = ?1) d",
        err);

    if (!st)
        return false;
    bind_int(st, 1, owner);
    return sql_number(s, st, ret, err);
}

static bool
run_on_sha256(struct sql *s, enum sql_slot slot, const char *sql,
    struct span sha256, struct err *err)
{
    struct stmt *st = sql_stmt(s, slot, sql, err);

    if (!st)
        return false;
    bind_span(st, 1, sha256);
    return sql_run(s, st, err);
}

#define GARBAGE_DROP "DELETE FROM file_garbage WHERE sha256 = ?1"

/* First out of the garbage: a sweep of another program then waits for this
 * transaction, or this one for it, and the bytes are placed behind it. */
static bool
file_add(struct sql *s, const struct store_file *f, int64_t owner,
    int64_t now_ms, bool (*place)(void *ctx, struct err *err), void *ctx,
    struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_FILE_ADD,
        "INSERT INTO files (id, owner, sha256, bytes, duration_ms, type, name, "
        "created_ms, width, height, thumb_sha256, thumb_bytes) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        err);

    if (!st ||
        !run_on_sha256(s, Q_GARBAGE_DROP, GARBAGE_DROP, f->sha256, err) ||
        !run_on_sha256(s, Q_GARBAGE_DROP, GARBAGE_DROP, f->thumb_sha256, err) ||
        (place && !place(ctx, err)))
        return false;
    bind_span(st, 1, f->id);
    bind_int(st, 2, owner);
    bind_span(st, 3, f->sha256);
    bind_int(st, 4, f->bytes);
    bind_int(st, 5, f->duration_ms);
    bind_span(st, 6, f->type);
    bind_span(st, 7, f->name);
    bind_int(st, 8, now_ms);
    bind_int(st, 9, f->width);
    bind_int(st, 10, f->height);
    bind_span(st, 11, f->thumb_sha256);
    bind_int(st, 12, f->thumb_bytes);
    return sql_run(s, st, err);
}

static bool
file_may(struct sql *s, const struct store_file *f, struct span owner_id,
    int64_t bytes_max, int64_t *ret_owner, struct err *err)
{
    int64_t bytes;

    if (!cache_user(s, owner_id, ret_owner, err) ||
        !files_bytes_of(s, *ret_owner, &bytes, err))
        return false;
    return bytes + f->bytes <= bytes_max ||
           err_set(err, FAIL_TOO_LARGE,
               "your files have %lld MB already, of %lld",
               (long long)(bytes >> 20), (long long)(bytes_max >> 20));
}

static bool
sql_file_add(struct store *store, const struct store_file *f,
    struct span owner_id, int64_t bytes_max, int64_t now_ms,
    bool (*place)(void *ctx, struct err *err), void *ctx, struct err *err)
{
    struct sql *s = sql_of(store);
    int64_t owner;

    if (!file_check(f, err) || !op_begin(s, OP_SAVED, err))
        return false;
    return op_end(s,
        file_may(s, f, owner_id, bytes_max, &owner, err) &&
            file_add(s, f, owner, now_ms, place, ctx, err),
        err);
}

/* ---- reading ---- */

static bool
sql_files_bytes(
    struct store *store, struct span owner_id, int64_t *ret, struct err *err)
{
    struct sql *s = sql_of(store);
    struct stmt *st;
    int64_t owner;

    if (owner_id.p)
        return cache_user(s, owner_id, &owner, err) &&
               files_bytes_of(s, owner, ret, err);
    st = sql_stmt(s, Q_FILES_BYTES,
        "SELECT CAST(coalesce(sum(bytes), 0) AS bigint) FROM "
        "(SELECT sha256, bytes FROM files UNION SELECT thumb_sha256, "
        "thumb_bytes FROM files WHERE thumb_sha256 IS NOT NULL) d",
        err);
    return st && sql_number(s, st, ret, err);
}

static bool
sql_file_get(struct store *store, struct span message_id, struct span file_id,
    void (*row)(const struct store_file *f, void *ctx), void *ctx,
    struct err *err)
{
    struct sql *s = sql_of(store);
    struct stmt *st = sql_stmt(s, Q_FILE_GET,
        "SELECT f.id, f.sha256, f.bytes, f.duration_ms, f.type, f.name, "
        "f.width, f.height, f.thumb_sha256, f.thumb_bytes "
        "FROM files f JOIN attachments a ON a.file = f.key "
        "JOIN messages m ON m.key = a.message WHERE f.id = ?2 AND m.id = ?1",
        err);
    struct store_file f;

    if (!st)
        return false;
    bind_span(st, 1, message_id);
    bind_span(st, 2, file_id);
    if (!sql_find_row(s, st, "no such file", err))
        return false;
    f = (struct store_file){.id = column_span(st, 0),
        .sha256 = column_span(st, 1),
        .bytes = column_int64(st, 2),
        .duration_ms = column_int64(st, 3),
        .type = column_span(st, 4),
        .name = column_span(st, 5),
        .width = column_int(st, 6),
        .height = column_int(st, 7),
        .thumb_sha256 = column_span(st, 8),
        .thumb_bytes = column_int64(st, 9)};
    row(&f, ctx);
    sql_reset(st);
    return true;
}

/* ---- at messages ---- */

bool
files_find(struct sql *s, int64_t sender, const struct store_message *m,
    int64_t ret[STORE_FILES_MAX], struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_FILE_FIND,
        "SELECT key FROM files WHERE id = ?1 AND owner = ?2", err);

    if (!st)
        return false;
    for (size_t i = 0; i < m->n_files; i++) {
        int rc;
        bind_span(st, 1, m->file_ids[i]);
        bind_int(st, 2, sender);
        rc = sql_step(s, st, err);
        if (rc == SQL_DONE)
            return err_set(err, FAIL_NOT_FOUND, "no such file");
        if (rc != SQL_ROW)
            return false;
        ret[i] = column_int64(st, 0);
        sql_reset(st);
    }
    return true;
}

static bool
count_uses(struct sql *s, int64_t message, int by, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_FILE_USES,
        "UPDATE files SET uses = uses + ?2, created_ms = "
        "iif(uses + ?2 = 0, 0, created_ms) WHERE key IN "
        "(SELECT file FROM attachments WHERE message = ?1)",
        err);

    if (!st)
        return false;
    bind_int(st, 1, message);
    bind_int(st, 2, by);
    return sql_run(s, st, err);
}

bool
files_attach(struct sql *s, int64_t message, const int64_t *files, size_t n,
    struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_FILE_ATTACH,
        "INSERT INTO attachments (message, place, file) VALUES (?1, ?2, ?3)",
        err);

    if (!st)
        return false;
    for (size_t i = 0; i < n; i++) {
        bind_int(st, 1, message);
        bind_int(st, 2, (int64_t)i);
        bind_int(st, 3, files[i]);
        if (!sql_run(s, st, err))
            return false;
    }
    return n == 0 || count_uses(s, message, 1, err);
}

bool
files_repeat(struct sql *s, int64_t message, int64_t of, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_FILE_REPEAT,
        "INSERT INTO attachments (message, place, file) "
        "SELECT ?1, place, file FROM attachments WHERE message = ?2",
        err);

    if (!st)
        return false;
    bind_int(st, 1, message);
    bind_int(st, 2, of);
    return sql_run(s, st, err) && count_uses(s, message, 1, err);
}

bool
files_drop(struct sql *s, int64_t message, struct err *err)
{
    struct stmt *st = sql_stmt(
        s, Q_FILE_DETACH, "DELETE FROM attachments WHERE message = ?1", err);

    if (!st || !count_uses(s, message, -1, err))
        return false;
    bind_int(st, 1, message);
    return sql_run(s, st, err);
}

/* ---- sweeping ---- */

/* Files on no message become garbage. */
static bool
sweep_rows(struct sql *s, int64_t before_ms, int limit, int64_t *ret_n,
    struct err *err)
{
#define UNUSED                                                                 \
    "(SELECT key FROM files WHERE uses = 0 AND created_ms < ?1 "               \
    "ORDER BY created_ms, key LIMIT ?2)"
    struct stmt *const st[] = {
        sql_stmt(s, Q_FILES_TO_GARBAGE,
            "INSERT INTO file_garbage (sha256) SELECT DISTINCT sha256 "
            "FROM files WHERE key IN " UNUSED " ON CONFLICT DO NOTHING",
            err),
        sql_stmt(s, Q_THUMBS_TO_GARBAGE,
            "INSERT INTO file_garbage (sha256) SELECT DISTINCT thumb_sha256 "
            "FROM files WHERE thumb_sha256 IS NOT NULL AND key IN " UNUSED
            " ON CONFLICT DO NOTHING",
            err),
        sql_stmt(
            s, Q_FILES_FORGET, "DELETE FROM files WHERE key IN " UNUSED, err),
    };
#undef UNUSED

    for (size_t i = 0; i < sizeof(st) / sizeof(st[0]); i++) {
        if (!st[i])
            return false;
        bind_int(st[i], 1, before_ms);
        bind_int(st[i], 2, limit);
        if (!sql_change(s, st[i], ret_n, err))
            return false;
    }
    return true;
}

/* Is there a row that has this content? */
#define NAMED(sha256)                                                          \
    "(EXISTS (SELECT 1 FROM files WHERE sha256 = " sha256 ") OR "              \
    "EXISTS (SELECT 1 FROM files WHERE thumb_sha256 = " sha256 "))"

/* The first content that is garbage or was thought to be. */
static bool
next_garbage(struct sql *s, char ret[STORE_SHA256_LEN + 1], bool *ret_named,
    struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_GARBAGE_NEXT,
        "SELECT sha256, " NAMED("g.sha256") " FROM file_garbage g "
                                            "ORDER BY sha256 LIMIT 1",
        err);
    int rc = st ? sql_step(s, st, err) : SQL_FAILED;

    ret[0] = '\0';
    if (rc == SQL_ROW) {
        column_z(st, 0, ret, STORE_SHA256_LEN + 1);
        *ret_named = column_int(st, 1) != 0;
        sql_reset(st);
    }
    return rc == SQL_ROW || rc == SQL_DONE;
}

static bool
sweep(struct sql *s, int64_t before_ms, int limit,
    void (*gone)(struct span sha256, void *ctx), void *ctx, bool *ret_more,
    struct err *err)
{
    char sha256[STORE_SHA256_LEN + 1];
    bool named = false;
    int64_t n_rows;
    int n;

    if (!sweep_rows(s, before_ms, limit, &n_rows, err))
        return false;
    for (n = 0; n < limit; n++) {
        if (!next_garbage(s, sha256, &named, err))
            return false;
        if (!sha256[0])
            break;
        if (!run_on_sha256(
                s, Q_GARBAGE_DROP, GARBAGE_DROP, span_of(sha256), err))
            return false;
        if (!named)
            gone(span_of(sha256), ctx);
    }
    *ret_more = n == limit || n_rows == limit;
    return true;
}

static bool
sql_files_sweep(struct store *store, int64_t before_ms, int limit,
    void (*gone)(struct span sha256, void *ctx), void *ctx, bool *ret_more,
    struct err *err)
{
    struct sql *s = sql_of(store);

    if (!op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(s, sweep(s, before_ms, limit, gone, ctx, ret_more, err), err);
}

static bool
sql_file_found(struct store *store, struct span sha256, struct err *err)
{
    struct sql *s = sql_of(store);

    if (!op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(s,
        run_on_sha256(s, Q_GARBAGE_ADD,
            "INSERT INTO file_garbage (sha256) SELECT ?1 WHERE NOT " NAMED(
                "?1") " ON CONFLICT DO NOTHING",
            sha256, err),
        err);
}

const struct store_file_ops sql_file_ops = {
    .file_add = sql_file_add,
    .files_bytes = sql_files_bytes,
    .file_get = sql_file_get,
    .files_sweep = sql_files_sweep,
    .file_found = sql_file_found,
};
