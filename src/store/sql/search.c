/* SPDX-License-Identifier: ISC */
#include "store/sql/sql.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "store/sql/words.h"

enum {
    /* A reader of more rooms has each hit looked up instead: naming them all
     * costs more than the few hits that are elsewhere. */
    ROOMS_NAMED_MAX = 64,
};

/* ---- what to look for ---- */

/* 0: there is no such row. */
static bool
key_of(struct sql *s, enum sql_slot slot, const char *text, struct span id,
    int64_t *ret, struct err *err)
{
    struct stmt *st = sql_stmt(s, slot, text, err);
    int rc;

    if (!st)
        return false;
    bind_span(st, 1, id);
    rc = sql_step(s, st, err);
    *ret = 0;
    if (rc == SQL_ROW) {
        *ret = column_int64(st, 0);
        sql_reset(st);
    }
    return rc != SQL_FAILED;
}

/* The rooms of the reader; none when they are too many. */
static bool
find_rooms(struct sql *s, int64_t user, int64_t rooms[ROOMS_NAMED_MAX],
    size_t *ret_n, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_SEARCH_ROOMS,
        "SELECT conversation FROM members WHERE user = ?1 "
        "AND role <> 'banned' LIMIT ?2",
        err);
    int rc;
    size_t n = 0;

    if (!st)
        return false;
    bind_int(st, 1, user);
    bind_int(st, 2, ROOMS_NAMED_MAX + 1);
    for (; (rc = sql_step(s, st, err)) == SQL_ROW; n++)
        if (n < ROOMS_NAMED_MAX)
            rooms[n] = column_int64(st, 0);
    *ret_n = n <= ROOMS_NAMED_MAX ? n : 0;
    return rc == SQL_DONE;
}

static bool
find_room(
    struct sql *s, struct span id, int64_t user, int64_t *ret, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_SEARCH_ROOM,
        "SELECT c.key FROM conversations c JOIN members m "
        "ON m.conversation = c.key AND m.user = ?2 AND m.role <> 'banned' "
        "WHERE c.id = ?1",
        err);

    if (!st)
        return false;
    bind_span(st, 1, id);
    bind_int(st, 2, user);
    if (!sql_find_row(s, st, "no such conversation", err))
        return false;
    *ret = column_int64(st, 0);
    sql_reset(st);
    return true;
}

static bool
has_words(struct span text)
{
    struct span word;
    bool goes_on;

    return words_next(&text, &word, &goes_on);
}

/* Which texts: of whom, where. */
static bool
find_terms(struct sql *s, const struct store_query *q, struct search_terms *t,
    int64_t rooms[ROOMS_NAMED_MAX], struct err *err)
{
    bool asked;

    t->text = q->text;
    t->link = q->link;
    t->file = q->file;
    t->rooms = rooms;
    t->limit = q->limit;
    if (!key_of(s, Q_SEARCH_READER, "SELECT key FROM users WHERE id = ?1",
            q->reader->user_id, &t->user, err) ||
        (q->sender_id.p &&
            !key_of(s, Q_SEARCH_SENDER, "SELECT key FROM users WHERE id = ?1",
                q->sender_id, &t->sender, err)))
        return false;
    if (q->sender_id.p && !t->sender)
        t->sender = -1; /* nobody's */
    if (q->conversation_id.p) {
        t->n_rooms = 1;
        return find_room(s, q->conversation_id, t->user, &rooms[0], err);
    }
    asked = t->sender || t->link || has_words(q->text);
    if (!asked && !t->file)
        return err_set(err, FAIL_BAD_INPUT, "say what to search for");
    if (!find_rooms(s, t->user, rooms, &t->n_rooms, err))
        return false;
    return asked || t->n_rooms ||
           err_set(err, FAIL_BAD_INPUT, "say in which conversation, too");
}

/* ---- when ---- */

/* The first key of a message that was sent then or later.  Keys grow with time
 * but for the moment that a save takes, so halving finds it. */
static bool
key_at(struct sql *s, int64_t ms, int64_t *ret, struct err *err)
{
    struct stmt *last =
        sql_stmt(s, Q_SEARCH_LAST, "SELECT max(key) + 1 FROM messages", err);
    struct stmt *st = sql_stmt(s, Q_SEARCH_WHEN,
        "SELECT created_ms FROM messages WHERE key >= ?1 ORDER BY key LIMIT 1",
        err);
    int64_t from = 1, to, sent_ms;

    if (!st || !last || !sql_number(s, last, &to, err))
        return false;
    while (from < to) {
        int64_t middle = from + (to - from) / 2;
        bind_int(st, 1, middle);
        if (!sql_number(s, st, &sent_ms, err))
            return false;
        if (sent_ms < ms)
            from = middle + 1;
        else
            to = middle;
    }
    *ret = from;
    return true;
}

static bool
find_range(struct sql *s, const struct store_query *q, struct search_terms *t,
    struct err *err)
{
    int64_t from = 0, to = INT64_MAX / SEARCH_LANGUAGES_MAX, before = 0;

    if ((q->from_ms && !key_at(s, q->from_ms, &from, err)) ||
        (q->to_ms && !key_at(s, q->to_ms, &to, err)))
        return false;
    if (q->before_id.p) {
        if (!key_of(s, Q_SEARCH_BEFORE,
                "SELECT key FROM messages WHERE id = ?1", q->before_id, &before,
                err))
            return false;
        if (before < to)
            to = before;
    }
    t->from = from * SEARCH_LANGUAGES_MAX;
    t->to = to * SEARCH_LANGUAGES_MAX - 1;
    return true;
}

/* ---- looking ---- */

static bool
search(struct sql *s, const struct store_query *q, int64_t *keys,
    void (*row)(const struct store_message *m, void *ctx), void *ctx,
    struct err *err)
{
    int64_t rooms[ROOMS_NAMED_MAX];
    struct search_terms t = {.text = q->text};
    int n = 0;

    if (!find_terms(s, q, &t, rooms, err) || !find_range(s, q, &t, err) ||
        !search_language(s, q->reader->language, &t.language, err) ||
        !s->driver->search_find(s, &t, keys, &n, err))
        return false;
    for (int i = 0; i < n; i++)
        if (!message_by_key(s, keys[i], q->reader, row, ctx, err))
            return false;
    return true;
}

static bool
sql_search(struct store *store, const struct store_query *q,
    void (*row)(const struct store_message *m, void *ctx), void *ctx,
    struct err *err)
{
    struct sql *s = sql_of(store);
    int64_t *keys;
    bool ok;

    assert(q->limit > 0 && q->reader);
    if (!read_begin(s, err))
        return false;
    keys = xcalloc((size_t)q->limit + 1, sizeof(keys[0]));
    ok = search(s, q, keys, row, ctx, err);
    free(keys);
    read_end(s);
    return ok;
}

const struct store_search_ops sql_search_ops = {
    .search = sql_search,
    .search_catch_up = sql_search_catch_up,
};
