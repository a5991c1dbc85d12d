/* SPDX-License-Identifier: ISC */
#include "store/sql/sql.h"

#include <assert.h>
#include <string.h>

/* What people leave at a message: reactions and a pin. */

struct marked {
    int64_t key, conversation;
    bool pinned;
    char conversation_id[sizeof(((struct store_conversation *)0)->id)];
};

static bool
find(struct sql *s, struct span id, struct marked *ret, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_MARK_FIND,
        "SELECT m.key, c.key, c.id, EXISTS (SELECT 1 FROM pins WHERE "
        "conversation = c.key AND message = m.key) FROM messages m "
        "JOIN conversations c ON c.key = m.conversation "
        "WHERE m.id = ?1 AND m.deleted_ms = 0",
        err);

    if (!st)
        return false;
    bind_span(st, 1, id);
    if (!sql_find_row(s, st, "no such message", err))
        return false;
    ret->key = column_int64(st, 0);
    ret->conversation = column_int64(st, 1);
    column_z(st, 2, ret->conversation_id, sizeof(ret->conversation_id));
    ret->pinned = column_int(st, 3) != 0;
    sql_reset(st);
    return true;
}

/* One more change, and whether it is pinned now (pinned_ms -1: as before);
 * fills the numbers of *m. */
static bool
count_change(struct sql *s, int64_t message, int64_t pinned_ms,
    struct store_mark *m, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_MARK_CHANGE,
        "INSERT INTO marks (message, changes, pinned_ms) "
        "VALUES (?1, 1, max(?2, 0)) ON CONFLICT (message) DO UPDATE SET "
        "changes = marks.changes + 1, "
        "pinned_ms = iif(?2 < 0, marks.pinned_ms, ?2) "
        "RETURNING changes, pinned_ms",
        err);

    if (!st)
        return false;
    bind_int(st, 1, message);
    bind_int(st, 2, pinned_ms);
    if (sql_step(s, st, err) != SQL_ROW)
        return false;
    m->marks = column_int64(st, 0);
    m->pinned_ms = column_int64(st, 1);
    return sql_step(s, st, err) == SQL_DONE;
}

static bool
tell(struct sql *s, const struct marked *found, struct store_event *e,
    int64_t now_ms, struct err *err)
{
    struct log_row row = {
        .kind = e->kind, .subject = found->key, .at_ms = now_ms};
    struct sql_head *head;

    e->conversation_id = span_of(found->conversation_id);
    head = cache_head(s, e->conversation_id, err);
    if (!head || !log_room(s, head, &row, &e->offset, err))
        return false;
    store_event_add(&s->store, e);
    return true;
}

/* ---- reactions ---- */

/* How many of this emoji there are, or one more kind would be too many. */
static bool
count_emoji(struct sql *s, int64_t message, struct span emoji, bool adding,
    int64_t *ret, struct err *err)
{
    struct stmt *kinds, *st;
    int64_t n = 0;

    st = sql_stmt(s, Q_REACTION_COUNT,
        "SELECT count(*) FROM reactions WHERE message = ?1 AND emoji = ?2",
        err);
    kinds = sql_stmt(s, Q_REACTION_KINDS,
        "SELECT count(DISTINCT emoji) FROM reactions WHERE message = ?1", err);
    if (!st || !kinds)
        return false;
    bind_int(st, 1, message);
    bind_span(st, 2, emoji);
    bind_int(kinds, 1, message);
    if (!sql_number(s, st, ret, err) || !sql_number(s, kinds, &n, err))
        return false;
    return !adding || *ret > 0 || n < STORE_REACTIONS_MAX ||
           err_set(err, FAIL_CONFLICT, "the message has %d reactions already",
               STORE_REACTIONS_MAX);
}

static bool
reaction_change(struct sql *s, int64_t message, int64_t user,
    const struct store_mark *m, int64_t now_ms, bool *ret_changed,
    struct err *err)
{
    struct stmt *st;
    int64_t n;

    if (m->on)
        st = sql_stmt(s, Q_REACTION_ADD,
            "INSERT INTO reactions (message, emoji, user, at_ms) "
            "VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
            err);
    else
        st = sql_stmt(s, Q_REACTION_REMOVE,
            "DELETE FROM reactions "
            "WHERE message = ?1 AND emoji = ?2 AND user = ?3",
            err);
    if (!st)
        return false;
    bind_int(st, 1, message);
    bind_span(st, 2, m->emoji);
    bind_int(st, 3, user);
    if (m->on)
        bind_int(st, 4, now_ms);
    if (!sql_change(s, st, &n, err))
        return false;
    *ret_changed = n > 0;
    return true;
}

static bool
reaction_set(struct sql *s, struct span user_id, struct store_event *e,
    int64_t now_ms, bool *ret_changed, struct err *err)
{
    struct store_mark *m = &e->mark;
    struct marked found;
    int64_t user;

    if (!cache_user(s, user_id, &user, err) ||
        !find(s, m->message_id, &found, err) ||
        !count_emoji(s, found.key, m->emoji, m->on, &m->count, err) ||
        !reaction_change(s, found.key, user, m, now_ms, ret_changed, err))
        return false;
    if (!*ret_changed)
        return true;
    m->count += m->on ? 1 : -1;
    return count_change(s, found.key, -1, m, err) &&
           tell(s, &found, e, now_ms, err);
}

static bool
sql_reaction_set(struct store *store, struct span message_id,
    struct span user_id, struct span emoji, bool on, int64_t now_ms,
    bool *ret_changed, struct err *err)
{
    struct sql *s = sql_of(store);
    struct store_event e = {.kind = STORE_REACTION_CHANGED,
        .user_id = user_id,
        .mark = {.message_id = message_id, .emoji = emoji, .on = on}};

    if (emoji.len == 0 || emoji.len > STORE_EMOJI_BYTES_MAX ||
        memchr(emoji.p, ' ', emoji.len))
        return err_set(err, FAIL_BAD_INPUT, "not an emoji");
    if (!op_begin(s, OP_SCOPED, err))
        return false;
    return op_end(
        s, reaction_set(s, user_id, &e, now_ms, ret_changed, err), err);
}

static bool
sql_reactors(struct store *store, struct span message_id, int limit,
    void (*row)(const struct store_reactor *r, void *ctx), void *ctx,
    struct err *err)
{
    struct sql *s = sql_of(store);
    struct stmt *st = sql_stmt(s, Q_REACTORS,
        "SELECT x.emoji, u.id, u.display_name, x.at_ms FROM reactions x "
        "JOIN users u ON u.key = x.user WHERE x.message = "
        "(SELECT key FROM messages WHERE id = ?1) "
        "ORDER BY x.at_ms, x.emoji, x.user LIMIT ?2",
        err);
    int rc;

    if (!st)
        return false;
    bind_span(st, 1, message_id);
    bind_int(st, 2, limit);
    while ((rc = sql_step(s, st, err)) == SQL_ROW) {
        struct store_reactor r = {.emoji = column_span(st, 0),
            .user_id = column_span(st, 1),
            .name = column_span(st, 2),
            .at_ms = column_int64(st, 3)};
        row(&r, ctx);
    }
    return rc == SQL_DONE;
}

/* ---- pins ---- */

static bool
pin_check(struct sql *s, int64_t conversation, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_PIN_COUNT,
        "SELECT count(*) FROM pins WHERE conversation = ?1", err);
    int64_t n = 0;

    if (!st)
        return false;
    bind_int(st, 1, conversation);
    if (!sql_number(s, st, &n, err))
        return false;
    return n < STORE_PINS_MAX ||
           err_set(err, FAIL_CONFLICT,
               "the conversation has %d pinned messages already",
               STORE_PINS_MAX);
}

static bool
pin_change(struct sql *s, const struct marked *found, bool on, struct err *err)
{
    struct stmt *st;

    if (on)
        st = sql_stmt(s, Q_PIN_ADD,
            "INSERT INTO pins (conversation, message) VALUES (?1, ?2)", err);
    else
        st = sql_stmt(s, Q_PIN_REMOVE,
            "DELETE FROM pins WHERE conversation = ?1 AND message = ?2", err);
    if (!st)
        return false;
    bind_int(st, 1, found->conversation);
    bind_int(st, 2, found->key);
    return sql_run(s, st, err);
}

static bool
pin_set(struct sql *s, struct store_event *e, int64_t now_ms, bool *ret_changed,
    struct err *err)
{
    bool on = e->mark.on;
    struct marked found;

    if (!find(s, e->mark.message_id, &found, err))
        return false;
    *ret_changed = found.pinned != on;
    if (!*ret_changed)
        return true;
    if (on && !pin_check(s, found.conversation, err))
        return false;
    return pin_change(s, &found, on, err) &&
           count_change(s, found.key, on ? now_ms : 0, &e->mark, err) &&
           tell(s, &found, e, now_ms, err);
}

static bool
sql_pin_set(struct store *store, struct span message_id, bool on,
    int64_t now_ms, bool *ret_changed, struct err *err)
{
    struct sql *s = sql_of(store);
    struct store_event e = {.kind = STORE_PIN_CHANGED,
        .mark = {.message_id = message_id, .on = on}};

    assert(now_ms > 0);
    if (!op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(s, pin_set(s, &e, now_ms, ret_changed, err), err);
}

static bool
sql_pins(struct store *store, struct span conversation_id,
    const struct store_reader *reader,
    void (*row)(const struct store_message *m, void *ctx), void *ctx,
    struct err *err)
{
    struct sql *s = sql_of(store);
    struct stmt *st = sql_stmt(s, Q_PINS,
        MESSAGE_QUERY "WHERE m.key IN (SELECT message FROM pins "
                      "WHERE conversation = (SELECT key FROM conversations "
                      "WHERE id = ?1)) ORDER BY m.seq",
        err);
    int n;

    if (!st)
        return false;
    bind_span(st, 1, conversation_id);
    message_bind_reader(st, reader);
    return messages_each(s, st, row, ctx, &n, err);
}

/* ---- the end ---- */

bool
marks_drop(struct sql *s, int64_t message, struct err *err)
{
    struct stmt *const st[] = {
        sql_stmt(s, Q_REACTION_DROP, "DELETE FROM reactions WHERE message = ?1",
            err),
        sql_stmt(s, Q_PIN_DROP,
            "DELETE FROM pins WHERE message = ?1 AND conversation = "
            "(SELECT conversation FROM messages WHERE key = ?1)",
            err),
        sql_stmt(s, Q_MARK_DROP,
            "UPDATE marks SET changes = changes + 1, pinned_ms = 0 "
            "WHERE message = ?1",
            err),
    };

    for (size_t i = 0; i < sizeof(st) / sizeof(st[0]); i++) {
        if (!st[i])
            return false;
        bind_int(st[i], 1, message);
        if (!sql_run(s, st[i], err))
            return false;
    }
    return true;
}

const struct store_mark_ops sql_mark_ops = {
    .reaction_set = sql_reaction_set,
    .reactors = sql_reactors,
    .pin_set = sql_pin_set,
    .pins = sql_pins,
};
