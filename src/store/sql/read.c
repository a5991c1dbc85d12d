/* SPDX-License-Identifier: ISC */
#include "store/sql/sql.h"

#include <assert.h>

/* A mark, and what it takes to move it. */
struct place {
    int64_t conversation, user;
    int64_t seq, sent; /* of the mark */
    int64_t last; /* of the room */
    bool hidden; /* nobody else is told */
};

static bool
find(struct sql *s, struct span conversation_id, struct span user_id,
    struct place *ret, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_READ_FIND,
        "SELECT c.key, u.key, coalesce(r.seq, 0), coalesce(r.sent, 0), "
        "coalesce((SELECT max(seq) FROM messages WHERE conversation = c.key), "
        "0), EXISTS (SELECT 1 FROM hidden_readers WHERE user = u.key) OR "
        "(SELECT count(*) FROM (SELECT 1 FROM members WHERE conversation = "
        "c.key LIMIT ?3 + 1) x) > ?3 FROM conversations c "
        "CROSS JOIN users u JOIN members m ON m.conversation = c.key AND m.user = u.key "
        "LEFT JOIN reads r ON r.user = u.key AND r.conversation = c.key "
        "WHERE c.id = ?1 AND u.id = ?2",
        err);

    if (!st)
        return false;
    bind_span(st, 1, conversation_id);
    bind_span(st, 2, user_id);
    bind_int(st, 3, STORE_READERS_MAX);
    if (!sql_find_row(s, st, "no such conversation", err))
        return false;
    *ret = (struct place){
        .conversation = column_int64(st, 0),
        .user = column_int64(st, 1),
        .seq = column_int64(st, 2),
        .sent = column_int64(st, 3),
        .last = column_int64(st, 4),
        .hidden = column_int(st, 5) != 0,
    };
    sql_reset(st);
    return true;
}

/* Messages of one's own from from + 1 to to. */
static bool
count_sent(struct sql *s, const struct place *p, int64_t from, int64_t to,
    int64_t *ret, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_READ_SENT,
        "SELECT count(*) FROM messages WHERE conversation = ?1 AND "
        "seq BETWEEN ?2 AND ?3 AND sender = ?4",
        err);

    if (!st)
        return false;
    bind_int(st, 1, p->conversation);
    bind_int(st, 2, from + 1);
    bind_int(st, 3, to);
    bind_int(st, 4, p->user);
    return sql_number(s, st, ret, err);
}

/* How many of one's own are behind the mark when it is at seq. */
static bool
sent_behind(struct sql *s, const struct place *p, int64_t seq, int64_t *ret,
    struct err *err)
{
    int64_t n = 0;
    bool forward = seq > p->seq;

    *ret = 0;
    if (seq == p->last || (forward && p->sent == 0))
        return true;
    if (!(forward ? count_sent(s, p, p->seq, seq, &n, err)
                  : count_sent(s, p, seq, p->seq, &n, err)))
        return false;
    *ret = forward ? p->sent - n : p->sent + n;
    return true;
}

static bool
put(struct sql *s, const struct place *p, int64_t now_ms, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_READ_PUT,
        "INSERT INTO reads (user, conversation, seq, sent, at_ms) "
        "VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (user, conversation) "
        "DO UPDATE SET seq = ?3, sent = ?4, at_ms = ?5",
        err);

    if (!st)
        return false;
    bind_int(st, 1, p->user);
    bind_int(st, 2, p->conversation);
    bind_int(st, 3, p->seq);
    bind_int(st, 4, p->sent);
    bind_int(st, 5, now_ms);
    return sql_run(s, st, err);
}

static bool
unread(struct sql *s, const struct place *p, struct store_unread *ret,
    struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_READ_COUNT,
        "SELECT " READ_COUNTS "FROM (SELECT ?1 AS key, ?2 AS seq, "
        "?3 AS last, ?4 AS user, ?5 AS sent) r",
        err);

    if (!st)
        return false;
    bind_int(st, 1, p->conversation);
    bind_int(st, 2, p->seq);
    bind_int(st, 3, p->last);
    bind_int(st, 4, p->user);
    bind_int(st, 5, p->sent);
    if (sql_step(s, st, err) != SQL_ROW)
        return false;
    ret->seq = column_int64(st, 0);
    ret->unread = column_int64(st, 1);
    ret->mentions = column_int64(st, 2);
    sql_reset(st);
    return true;
}

/* The person's own devices, and, unless it is hidden, the room. */
static bool
tell(struct sql *s, const struct place *p, struct span conversation_id,
    struct span user_id, const struct store_unread *now, int64_t now_ms,
    struct err *err)
{
    struct log_row row = {.kind = STORE_READ_CHANGED,
        .subject = p->conversation,
        .at_ms = now_ms};
    struct store_event e = {.kind = row.kind,
        .conversation_id = conversation_id,
        .user_id = user_id,
        .own_stream = true,
        .read = *now};
    struct sql_head *head;

    if (!log_own(s, p->user, &row, &e.offset, err))
        return false;
    store_event_add(&s->store, &e);
    if (p->hidden)
        return true;
    e.own_stream = false;
    e.read.unread = e.read.mentions = 0;
    row.subject = p->user;
    head = cache_head(s, conversation_id, err);
    if (!head || !log_room(s, head, &row, &e.offset, err))
        return false;
    store_event_add(&s->store, &e);
    return true;
}

static bool
read_set(struct sql *s, struct span conversation_id, struct span user_id,
    int64_t seq, bool back, int64_t now_ms, struct store_unread *ret,
    bool *ret_moved, struct err *err)
{
    struct place p = {0};
    int64_t sent;

    if (!find(s, conversation_id, user_id, &p, err))
        return false;
    if (seq > p.last)
        seq = p.last;
    if (seq < p.seq - STORE_UNREAD_BACK_MAX && back)
        return err_set(err, FAIL_BAD_INPUT,
            "a mark goes back at most %d messages", STORE_UNREAD_BACK_MAX);
    *ret_moved = seq > p.seq || (back && seq < p.seq);
    if (!*ret_moved)
        return unread(s, &p, ret, err);
    if (!sent_behind(s, &p, seq, &sent, err))
        return false;
    p.seq = seq;
    p.sent = sent;
    return put(s, &p, now_ms, err) && unread(s, &p, ret, err) &&
           tell(s, &p, conversation_id, user_id, ret, now_ms, err);
}

static bool
sql_read_set(struct store *store, struct span conversation_id,
    struct span user_id, int64_t seq, bool back, int64_t now_ms,
    struct store_unread *ret, bool *ret_moved, struct err *err)
{
    struct sql *s = sql_of(store);

    assert(seq >= 0);
    if (!op_begin(s, OP_SCOPED, err))
        return false;
    return op_end(s,
        read_set(s, conversation_id, user_id, seq, back, now_ms, ret, ret_moved,
            err),
        err);
}

static bool
sql_read_get(struct store *store, struct span conversation_id,
    struct span user_id, struct store_unread *ret, struct err *err)
{
    struct sql *s = sql_of(store);
    struct place p;

    return find(s, conversation_id, user_id, &p, err) &&
           unread(s, &p, ret, err);
}

static bool
sql_readers(struct store *store, struct span conversation_id,
    void (*row)(const struct store_read *r, void *ctx), void *ctx,
    struct err *err)
{
    struct sql *s = sql_of(store);
    struct stmt *st = sql_stmt(s, Q_READERS,
        "SELECT u.id, u.display_name, coalesce(r.seq, 0), "
        "coalesce(r.at_ms, 0) FROM conversations c "
        "JOIN members m ON m.conversation = c.key "
        "JOIN users u ON u.key = m.user "
        "LEFT JOIN reads r ON r.user = u.key AND r.conversation = c.key "
        "WHERE c.id = ?1 AND m.role <> 'banned' AND "
        "(SELECT count(*) FROM (SELECT 1 FROM members "
        "WHERE conversation = c.key LIMIT ?2 + 1) x) <= ?2 AND "
        "NOT EXISTS (SELECT 1 FROM hidden_readers WHERE user = u.key) "
        "ORDER BY u.key",
        err);
    int rc;

    if (!st)
        return false;
    bind_span(st, 1, conversation_id);
    bind_int(st, 2, STORE_READERS_MAX);
    while ((rc = sql_step(s, st, err)) == SQL_ROW) {
        struct store_read r = {.user_id = column_span(st, 0),
            .name = column_span(st, 1),
            .seq = column_int64(st, 2),
            .at_ms = column_int64(st, 3)};
        row(&r, ctx);
    }
    return rc == SQL_DONE;
}

/* The rooms that saw the marks learn that they are hidden, or are told them
 * again. */
static bool
tell_rooms(struct sql *s, struct span user_id, int64_t user, bool hide,
    int64_t now_ms, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_READS_ROOMS,
        "SELECT c.id, coalesce(r.seq, 0) FROM members m "
        "JOIN conversations c ON c.key = m.conversation "
        "LEFT JOIN reads r ON r.user = m.user AND r.conversation = c.key "
        "WHERE m.user = ?1 AND (SELECT count(*) FROM (SELECT 1 FROM members "
        "WHERE conversation = c.key LIMIT ?2 + 1) x) <= ?2",
        err);
    struct log_row row = {
        .kind = STORE_READ_CHANGED, .subject = user, .at_ms = now_ms};
    struct store_event e = {.kind = row.kind, .user_id = user_id};
    int rc = SQL_FAILED;

    if (st) {
        bind_int(st, 1, user);
        bind_int(st, 2, STORE_READERS_MAX);
    }
    while (st && (rc = sql_step(s, st, err)) == SQL_ROW) {
        struct sql_head *head;
        e.conversation_id = column_span(st, 0);
        e.read.seq = hide ? STORE_READ_HIDDEN : column_int64(st, 1);
        head = cache_head(s, e.conversation_id, err);
        if (!head || !log_room(s, head, &row, &e.offset, err)) {
            sql_reset(st);
            return false;
        }
        store_event_add(&s->store, &e);
    }
    return rc == SQL_DONE;
}

static bool
reads_hide(struct sql *s, struct span user_id, bool hide, int64_t now_ms,
    struct err *err)
{
    struct stmt *st;
    int64_t user, n;

    if (hide)
        st = sql_stmt(s, Q_READS_HIDE,
            "INSERT INTO hidden_readers (user) VALUES (?1) "
            "ON CONFLICT DO NOTHING",
            err);
    else
        st = sql_stmt(
            s, Q_READS_SHOW, "DELETE FROM hidden_readers WHERE user = ?1", err);
    if (!st || !cache_user(s, user_id, &user, err))
        return false;
    bind_int(st, 1, user);
    if (!sql_change(s, st, &n, err))
        return false;
    return n == 0 || tell_rooms(s, user_id, user, hide, now_ms, err);
}

static bool
sql_reads_hide(struct store *store, struct span user_id, bool hide,
    int64_t now_ms, struct err *err)
{
    struct sql *s = sql_of(store);

    if (!op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(s, reads_hide(s, user_id, hide, now_ms, err), err);
}

static bool
sql_reads_hidden(
    struct store *store, struct span user_id, bool *ret, struct err *err)
{
    struct sql *s = sql_of(store);
    struct stmt *st = sql_stmt(s, Q_READS_HIDDEN,
        "SELECT EXISTS (SELECT 1 FROM hidden_readers WHERE user = "
        "(SELECT key FROM users WHERE id = ?1))",
        err);

    if (!st)
        return false;
    bind_span(st, 1, user_id);
    return sql_truth(s, st, ret, err);
}

/* ---- for members and messages ---- */

bool
read_begin_at_end(struct sql *s, int64_t conversation, int64_t user,
    int64_t now_ms, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_READ_JOIN,
        "INSERT INTO reads (user, conversation, seq, sent, at_ms) "
        "SELECT ?1, ?2, seq, 0, ?3 FROM messages WHERE conversation = ?2 "
        "ORDER BY seq DESC LIMIT 1 ON CONFLICT (user, conversation) "
        "DO UPDATE SET seq = excluded.seq, sent = 0, at_ms = ?3",
        err);

    if (!st)
        return false;
    bind_int(st, 1, user);
    bind_int(st, 2, conversation);
    bind_int(st, 3, now_ms);
    return sql_run(s, st, err);
}

bool
read_sent(struct sql *s, int64_t conversation, int64_t user, struct err *err)
{
    struct stmt *st;

    /* An update costs a third of what an insertion with a conflict does, and
     * the row is there from a person's first message in a room on. */
    if (cache_has_mark(s, conversation, user))
        st = sql_stmt(s, Q_READ_SENT_MORE,
            "UPDATE reads SET sent = sent + 1 "
            "WHERE user = ?1 AND conversation = ?2",
            err);
    else
        st = sql_stmt(s, Q_READ_SEND,
            "INSERT INTO reads (user, conversation, seq, sent, at_ms) "
            "VALUES (?1, ?2, 0, 1, 0) ON CONFLICT (user, conversation) "
            "DO UPDATE SET sent = reads.sent + 1",
            err);
    if (!st)
        return false;
    bind_int(st, 1, user);
    bind_int(st, 2, conversation);
    return sql_run(s, st, err);
}

const struct store_read_ops sql_read_ops = {
    .read_set = sql_read_set,
    .read_get = sql_read_get,
    .readers = sql_readers,
    .reads_hide = sql_reads_hide,
    .reads_hidden = sql_reads_hidden,
};
