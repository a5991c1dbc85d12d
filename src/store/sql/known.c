/* SPDX-License-Identifier: ISC */
#include "store/sql/sql.h"

/* What was translated before.  A row says where to look; what is found there is
 * compared, so that a hash which two texts share does no harm.  Where somebody
 * else writes such a row just now (may_know), nobody waits: it may lack one. */

bool
known_put(struct sql *s, int64_t message, int64_t hash, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_KNOWN_PUT,
        "INSERT INTO known (hash, message) SELECT ?1, ?2 WHERE may_know(?1) "
        "ON CONFLICT (hash) DO UPDATE SET message = excluded.message "
        "WHERE known.message <> excluded.message",
        err);

    if (!st)
        return false;
    bind_int(st, 1, hash);
    bind_int(st, 2, message);
    return sql_run(s, st, err);
}

bool
known_drop(struct sql *s, int64_t message, struct err *err)
{
    struct stmt *find, *drop;
    int64_t hash;

    find = sql_stmt(s, Q_KNOWN_TEXT,
        "SELECT content, language FROM messages WHERE key = ?1", err);
    drop = sql_stmt(s, Q_KNOWN_DROP,
        "DELETE FROM known WHERE hash = ?1 AND message = ?2", err);
    if (!find || !drop)
        return false;
    bind_int(find, 1, message);
    if (sql_step(s, find, err) != SQL_ROW)
        return false;
    hash = store_text_hash(column_span(find, 0), column_span(find, 1));
    sql_reset(find);
    bind_int(drop, 1, hash);
    bind_int(drop, 2, message);
    return sql_run(s, drop, err);
}

bool
sql_known(struct store *store, struct span text, struct span language,
    void (*row)(const struct store_translation *t, void *ctx), void *ctx,
    struct err *err)
{
    struct sql *s = sql_of(store);
    struct stmt *st = sql_stmt(s, Q_KNOWN,
        "SELECT m.id, x.language, x.text, x.doubt, x.source, x.model, "
        "x.confidence, x.version, x.updated_ms, m.revision "
        "FROM known k JOIN messages m ON m.key = k.message "
        "JOIN translations x ON x.message = k.message "
        "WHERE k.hash = ?1 AND m.content = ?2 AND m.language = ?3 "
        "AND m.deleted_ms = 0 AND x.state = 1 ORDER BY x.language",
        err);
    int64_t hash = store_text_hash(text, language);
    int rc;

    if (!st)
        return false;
    bind_int(st, 1, hash);
    bind_span(st, 2, text);
    bind_span(st, 3, language);
    while ((rc = sql_step(s, st, err)) == SQL_ROW) {
        struct store_translation t = {
            .message_id = column_span(st, 0),
            .language = column_span(st, 1),
            .state = STORE_READY,
            .text = column_span(st, 2),
            .doubt = column_span(st, 3),
            .source = column_span(st, 4),
            .model = column_span(st, 5),
            .confidence = column_double(st, 6),
            .version = column_int64(st, 7),
            .updated_ms = column_int64(st, 8),
            .revision = column_int(st, 9),
            .cached = true,
            .text_hash = hash,
        };
        row(&t, ctx);
    }
    return rc == SQL_DONE;
}
