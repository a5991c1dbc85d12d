/* SPDX-License-Identifier: ISC */
#include "store/sql/sql.h"

#include <assert.h>

struct store_quote
quote_row(struct stmt *st, int i)
{
    return (struct store_quote){
        .sender_id = column_span(st, i),
        .sender_name = column_span(st, i + 1),
        .sender_guest = column_int(st, i + 2) != 0,
        .content = column_span(st, i + 3),
        .language = column_span(st, i + 4),
        .revision = column_int(st, i + 5),
        .deleted = column_int(st, i + 6) != 0,
        .text = column_span(st, i + 7),
        .text_language = column_span(st, i + 8),
        .doubt = column_span(st, i + 9),
        .sender_bot = column_int(st, i + 10) != 0,
    };
}

static struct store_message
message_row(struct stmt *st)
{
    struct store_message m = {
        .id = column_span(st, 0),
        .conversation_id = column_span(st, 1),
        .sender_id = column_span(st, 2),
        .client_message_id = column_span(st, 3),
        .content = column_span(st, 4),
        .language = column_span(st, 5),
        .type = column_span(st, 6),
        .reply_to = column_span(st, 7),
        .created_ms = column_int64(st, 8),
        .seq = column_int64(st, 9),
        .revision = column_int(st, 10),
        .edited_ms = column_int64(st, 11),
        .deleted_ms = column_int64(st, 12),
        .sender_name = column_span(st, 13),
        .marks = column_int64(st, 14),
        .pinned_ms = column_int64(st, 15),
        .reactions = column_span(st, 16),
        .sender_guest = column_int(st, 17) != 0,
        .mentions = column_span(st, 18),
        .origin_id = column_span(st, 19),
        .origin_name = column_span(st, 20),
        .origin_guest = column_int(st, 21) != 0,
        .files = column_span(st, 22),
        .thread = column_span(st, 23),
        .under = thread_counts(column_span(st, 24)),
        .sender_bot = column_int(st, 25) != 0,
        .origin_bot = column_int(st, 26) != 0,
    };

    if (m.reply_to.p)
        m.quote = quote_row(st, 27);
    return m;
}

bool
messages_each(struct sql *s, struct stmt *st,
    void (*row)(const struct store_message *m, void *ctx), void *ctx,
    int *ret_n, struct err *err)
{
    int rc;

    for (*ret_n = 0; (rc = sql_step(s, st, err)) == SQL_ROW; ++*ret_n) {
        struct store_message m = message_row(st);
        row(&m, ctx);
    }
    return rc == SQL_DONE;
}

void
message_bind_reader(struct stmt *st, const struct store_reader *reader)
{
    static const struct store_reader nobody;
    const struct store_reader *r = reader ? reader : &nobody;

    bind_span(st, MESSAGE_READER, r->user_id);
    bind_span(st, MESSAGE_LANGUAGE, r->language);
}

bool
message_by_key(struct sql *s, int64_t key, const struct store_reader *reader,
    void (*row)(const struct store_message *m, void *ctx), void *ctx,
    struct err *err)
{
    struct stmt *st =
        sql_stmt(s, Q_MESSAGE_BY_KEY, MESSAGE_QUERY "WHERE m.key = ?1", err);
    int n;

    if (!st)
        return false;
    bind_int(st, 1, key);
    message_bind_reader(st, reader);
    return messages_each(s, st, row, ctx, &n, err);
}

/* ---- an event with a message as it is now ---- */

/* The translations of what the message replies to. */
static bool
quote_texts(struct sql *s, int64_t key, struct buf *b, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_MESSAGE_QUOTED,
        "SELECT x.language, x.doubt, substr(x.text, 1, " QUOTED_CHARS
        ") FROM messages m "
        "JOIN translations x ON x.message = m.reply_to "
        "WHERE m.key = ?1 AND x.state = 1",
        err);
    int rc;

    if (!st)
        return false;
    bind_int(st, 1, key);
    while ((rc = sql_step(s, st, err)) == SQL_ROW)
        store_quote_pack(
            b, column_span(st, 0), column_span(st, 1), column_span(st, 2));
    return rc == SQL_DONE;
}

struct telling {
    struct store *store;
    struct store_event *e;
    struct span texts;
};

static void
tell_row(const struct store_message *m, void *ctx)
{
    struct telling *t = ctx;

    t->e->message = *m;
    t->e->message.quote.texts = t->texts;
    store_event_add(t->store, t->e);
}

bool
message_tell(struct sql *s, int64_t key, struct store_event *e, struct err *err)
{
    struct telling t = {.store = &s->store, .e = e};
    struct buf texts = {0};
    bool ok = quote_texts(s, key, &texts, err);

    t.texts = buf_span(&texts);
    ok = ok && message_by_key(s, key, NULL, tell_row, &t, err);
    buf_free(&texts);
    return ok;
}

/* ---- reading ---- */

bool
sql_message_get(struct store *store, struct span id,
    const struct store_reader *reader,
    void (*row)(const struct store_message *m, void *ctx), void *ctx,
    struct err *err)
{
    struct sql *s = sql_of(store);
    struct stmt *st =
        sql_stmt(s, Q_MESSAGE_GET, MESSAGE_QUERY "WHERE m.id = ?1", err);
    int n;

    if (!st)
        return false;
    bind_span(st, 1, id);
    message_bind_reader(st, reader);
    if (!messages_each(s, st, row, ctx, &n, err))
        return false;
    return n == 1 || err_set(err, FAIL_NOT_FOUND, "no such message");
}

bool
sql_history(struct store *store, struct span conversation_id,
    int64_t before_seq, int64_t after_seq, int limit,
    const struct store_reader *reader,
    void (*row)(const struct store_message *m, void *ctx), void *ctx,
    struct err *err)
{
    struct sql *s = sql_of(store);
    struct stmt *st;
    struct store_conversation c;
    int64_t from, to;
    int n;

    assert(limit > 0 && before_seq >= 0 && after_seq >= -1);
    if (!store_conversation_get(store, conversation_id, &c, err))
        return false;
    st = sql_stmt(s, Q_HISTORY,
        MESSAGE_QUERY "WHERE m.conversation = "
                      "(SELECT key FROM conversations WHERE id = ?1) "
                      "AND m.seq BETWEEN ?2 AND ?3 ORDER BY m.seq",
        err);
    if (!st)
        return false;
    /* The numbers have no holes, so a page is a range. */
    to = before_seq && before_seq <= c.last_seq ? before_seq - 1 : c.last_seq;
    from = to - limit + 1;
    if (after_seq >= 0) {
        from = after_seq + 1;
        to = after_seq + limit;
    }
    bind_span(st, 1, conversation_id);
    bind_int(st, 2, from);
    bind_int(st, 3, to);
    message_bind_reader(st, reader);
    return messages_each(s, st, row, ctx, &n, err);
}

/* The times of a room's messages grow with their numbers, but for the moment
 * that a save takes, so halving finds it. */
bool
sql_seq_at(struct store *store, struct span conversation_id, int64_t ms,
    int64_t *ret_seq, struct err *err)
{
    struct sql *s = sql_of(store);
    struct stmt *st = sql_stmt(s, Q_SEQ_AT,
        "SELECT created_ms FROM messages WHERE conversation = "
        "(SELECT key FROM conversations WHERE id = ?1) AND seq = ?2",
        err);
    struct store_conversation c;
    int64_t from = 1, to, sent_ms;

    if (!st || !store_conversation_get(store, conversation_id, &c, err))
        return false;
    to = c.last_seq + 1;
    while (from < to) {
        int64_t middle = from + (to - from) / 2;
        bind_span(st, 1, conversation_id);
        bind_int(st, 2, middle);
        if (!sql_number(s, st, &sent_ms, err))
            return false;
        if (sent_ms < ms)
            from = middle + 1;
        else
            to = middle;
    }
    *ret_seq = from > c.last_seq ? 0 : from;
    return true;
}
