/* SPDX-License-Identifier: ISC */
#include "store/sql/sql.h"

/* What is said under a message. */

struct store_thread
thread_counts(struct span text)
{
    struct store_thread t = {0};
    int64_t *const to[] = {&t.replies, &t.last_seq, &t.changes};
    long long n;

    for (int i = 0; i < 3; i++)
        if (span_int(span_cut(&text, ' '), 0, INT64_MAX, &n))
            *to[i] = n;
    return t;
}

bool
thread_find(struct sql *s, struct span id, int64_t conversation,
    int64_t *ret_root, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_THREAD_ROOT,
        "SELECT m.key, h.root IS NOT NULL FROM messages m "
        "LEFT JOIN threads h ON h.message = m.key "
        "WHERE m.id = ?1 AND m.conversation = ?2 AND m.deleted_ms = 0",
        err);
    bool under;

    if (!st)
        return false;
    bind_span(st, 1, id);
    bind_int(st, 2, conversation);
    if (!sql_find_row(s, st, "no such message to reply under", err))
        return false;
    *ret_root = column_int64(st, 0);
    under = column_int(st, 1) != 0;
    sql_reset(st);
    return !under ||
           err_set(err, FAIL_NOT_FOUND, "that message is in a thread itself");
}

bool
thread_add(struct sql *s, int64_t message, int64_t root, struct err *err)
{
    struct stmt *st;

    if (!root)
        return true;
    st = sql_stmt(s, Q_THREAD_ADD,
        "INSERT INTO threads (message, root) VALUES (?1, ?2)", err);
    if (!st)
        return false;
    bind_int(st, 1, message);
    bind_int(st, 2, root);
    return sql_run(s, st, err);
}

bool
thread_tell(struct sql *s, struct span conversation_id, int64_t root,
    int64_t now_ms, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_THREAD_COUNT,
        "SELECT m.id, (" THREAD_COUNTS "WHERE x.root = m.key) "
        "FROM messages m WHERE m.key = ?1",
        err);
    struct log_row row = {
        .kind = STORE_THREAD_CHANGED, .subject = root, .at_ms = now_ms};
    struct store_event e = {
        .kind = row.kind, .conversation_id = conversation_id};
    struct sql_head *head = cache_head(s, conversation_id, err);

    if (!st || !head || !log_room(s, head, &row, &e.offset, err))
        return false;
    bind_int(st, 1, root);
    if (sql_step(s, st, err) != SQL_ROW)
        return false;
    e.root_id = column_span(st, 0);
    e.under = thread_counts(column_span(st, 1));
    store_event_add(&s->store, &e);
    sql_reset(st);
    return true;
}

bool
thread_changed(struct sql *s, struct span conversation_id, int64_t message,
    int64_t now_ms, struct err *err)
{
    struct stmt *st = sql_stmt(
        s, Q_THREAD_OF, "SELECT root FROM threads WHERE message = ?1", err);
    int64_t root;
    int rc;

    if (!st)
        return false;
    bind_int(st, 1, message);
    rc = sql_step(s, st, err);
    if (rc != SQL_ROW)
        return rc == SQL_DONE;
    root = column_int64(st, 0);
    sql_reset(st);
    return thread_tell(s, conversation_id, root, now_ms, err);
}

bool
sql_thread(struct store *store, struct span root_id, int64_t after_seq,
    int limit, const struct store_reader *reader,
    void (*row)(const struct store_message *m, void *ctx), void *ctx,
    struct err *err)
{
    struct sql *s = sql_of(store);
    struct stmt *st = sql_stmt(s, Q_THREAD,
        MESSAGE_QUERY "WHERE h.root = (SELECT key FROM messages WHERE id = ?1) "
                      "AND m.seq > ?2 ORDER BY m.seq LIMIT ?3",
        err);
    int n;

    if (!st)
        return false;
    bind_span(st, 1, root_id);
    bind_int(st, 2, after_seq);
    bind_int(st, 3, limit);
    message_bind_reader(st, reader);
    return messages_each(s, st, row, ctx, &n, err);
}
