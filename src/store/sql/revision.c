/* SPDX-License-Identifier: ISC */
#include "store/sql/sql.h"

/* What a message said before. */

/* The message as it is now becomes one of its revisions, of which the oldest
 * go when there are too many. */
bool
revision_keep(struct sql *s, int64_t message, struct err *err)
{
    struct stmt *keep, *drop;

    if (s->forget_edits)
        return true;
    keep = sql_stmt(s, Q_REVISION_KEEP,
        "INSERT INTO revisions (message, revision, at_ms, language, content) "
        "SELECT key, revision, max(created_ms, edited_ms), language, content "
        "FROM messages WHERE key = ?1",
        err);
    drop = sql_stmt(s, Q_REVISION_OLD,
        "DELETE FROM revisions WHERE message = ?1 AND revision <= "
        "(SELECT revision FROM messages WHERE key = ?1) - ?2",
        err);
    if (!keep || !drop)
        return false;
    bind_int(keep, 1, message);
    bind_int(drop, 1, message);
    bind_int(drop, 2, STORE_REVISIONS_MAX);
    return sql_run(s, keep, err) && sql_run(s, drop, err);
}

bool
revisions_drop(struct sql *s, int64_t message, struct err *err)
{
    return sql_run_on(s, Q_REVISION_DROP,
        "DELETE FROM revisions WHERE message = ?1", message, err);
}

bool
sql_message_revisions(struct store *store, struct span id,
    void (*row)(const struct store_revision *r, void *ctx), void *ctx,
    struct err *err)
{
    struct sql *s = sql_of(store);
    struct stmt *st = sql_stmt(s, Q_REVISIONS,
        "SELECT revision, at_ms, language, content FROM revisions WHERE "
        "message = (SELECT key FROM messages WHERE id = ?1) ORDER BY revision",
        err);
    int rc;

    if (!st)
        return false;
    bind_span(st, 1, id);
    while ((rc = sql_step(s, st, err)) == SQL_ROW) {
        struct store_revision r = {.revision = column_int(st, 0),
            .at_ms = column_int64(st, 1),
            .language = column_span(st, 2),
            .content = column_span(st, 3)};
        row(&r, ctx);
    }
    return rc == SQL_DONE;
}
