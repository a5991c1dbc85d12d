/* SPDX-License-Identifier: ISC */
#include "store/sql/sql.h"

/* What there is, for those who run the server: counted, not read. */

#define BACKLOG(counts)                                                        \
    "SELECT " counts "(SELECT count(*) FROM reports WHERE outcome IS NULL), "  \
    "count(*), min(queued_ms) FROM pending"

bool
sql_backlog(struct store *store, struct store_backlog *ret, struct err *err)
{
    struct sql *s = sql_of(store);
    struct stmt *st = sql_stmt(s, Q_BACKLOG,
        s->driver->keys_with_holes ? BACKLOG(COUNTS_BY_ROOM)
                                   : BACKLOG(COUNTS_BY_KEY),
        err);

    if (!st || sql_step(s, st, err) != SQL_ROW)
        return false;
    *ret = (struct store_backlog){
        .users = column_int64(st, 0),
        .conversations = column_int64(st, 1),
        .messages = column_int64(st, 2),
        .reports = column_int64(st, 3),
        .queued = column_int64(st, 4),
        .oldest_queued_ms = column_int64(st, 5),
    };
    sql_reset(st);
    return true;
}

static struct store_overview
overview_row(struct stmt *st)
{
    return (struct store_overview){
        .id = column_span(st, 0),
        .type = column_span(st, 1),
        .title = column_span(st, 2),
        .listed = column_int(st, 3) != 0,
        .archived = column_int(st, 4) != 0,
        .created_ms = column_int64(st, 5),
        .messages = column_int64(st, 6),
        .last_ms = column_int64(st, 7),
        .members = column_int64(st, 8),
        .links = column_int64(st, 9),
        .reports = column_int64(st, 10),
    };
}

bool
sql_rooms_page(struct store *store, struct span before, int limit,
    int64_t now_ms, void (*row)(const struct store_overview *o, void *ctx),
    void *ctx, struct err *err)
{
    struct sql *s = sql_of(store);
    struct stmt *st = sql_stmt(s, Q_ROOMS_PAGE,
        "SELECT c.id, c.type, c.title, c.listed, c.archived, c.created_ms, "
        "(SELECT max(seq) FROM messages WHERE conversation = c.key), "
        "(SELECT created_ms FROM messages WHERE conversation = c.key "
        "ORDER BY seq DESC LIMIT 1), "
        "(SELECT count(*) FROM members WHERE conversation = c.key "
        "AND role <> 'banned'), "
        "(SELECT count(*) FROM links WHERE conversation = c.key "
        "AND revoked_ms = 0 AND (expires_ms = 0 OR expires_ms > ?3)), "
        "(SELECT count(*) FROM reports WHERE conversation = c.key "
        "AND outcome IS NULL) "
        "FROM conversations c WHERE c.type <> 'direct' AND "
        "(?1 IS NULL OR c.key < (SELECT key FROM conversations WHERE id = ?1)) "
        "ORDER BY c.key DESC LIMIT ?2",
        err);
    int rc = SQL_FAILED;

    if (st) {
        bind_span(st, 1, before);
        bind_int(st, 2, limit);
        bind_int(st, 3, now_ms);
    }
    while (st && (rc = sql_step(s, st, err)) == SQL_ROW) {
        struct store_overview o = overview_row(st);
        row(&o, ctx);
    }
    return rc == SQL_DONE;
}
