/* SPDX-License-Identifier: ISC */
#include "store/sql/sql.h"

#include <string.h>

/*
 * DESIGN.  Saving a message and settling a translation do not touch the index:
 * it costs as much as all the rest of a save.  What is not in it yet is known
 * without a list: messages behind a key (search_state), and, of those before
 * it, the few translations in search_todo.  They follow when there is time.  An
 * edit or a deletion takes what it changes out of the index at once, in its own
 * transaction, while the old text is still there: SQLite's index wants to be told
 * it.  So the index may lack what is new and never has what
 * is gone.
 */

bool
search_language(
    struct sql *s, struct span language, int64_t *ret, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_SEARCH_LANGUAGE,
        "SELECT n FROM search_languages WHERE language = ?1", err);
    int rc;

    if (!st)
        return false;
    bind_span(st, 1, language);
    rc = sql_step(s, st, err);
    *ret = 0;
    if (rc == SQL_ROW) {
        *ret = column_int64(st, 0);
        sql_reset(st);
    }
    return rc == SQL_ROW || rc == SQL_DONE;
}

enum { SEARCH_TEXTS_AT_ONCE = 200 }; /* by search_tend, some milliseconds */

/* Its number, given to it now if it has none. */
static bool
language_number(
    struct sql *s, struct span language, int64_t *ret, struct err *err)
{
    struct stmt *st;

    if (!search_language(s, language, ret, err) || *ret)
        return *ret != 0;
    st = sql_stmt(s, Q_SEARCH_LANGUAGE_ADD,
        "INSERT INTO search_languages (n, language) SELECT "
        "coalesce(max(n), 0) + 1, ?1 FROM search_languages",
        err);
    if (!st)
        return false;
    bind_span(st, 1, language);
    return sql_run(s, st, err) && search_language(s, language, ret, err);
}

/* Up to which key messages are in the index. */
static bool
indexed(struct sql *s, int64_t *ret, struct err *err)
{
    if (s->search_at < 0) {
        struct stmt *st =
            sql_stmt(s, Q_SEARCH_AT, "SELECT indexed FROM search_state", err);
        if (!st || !sql_number(s, st, &s->search_at, err))
            return false;
    }
    *ret = s->search_at;
    return true;
}

/* ---- one message ---- */

/* Its ready translations, those that are to be done or those that are done. */
static bool
put_translations(struct sql *s, const struct search_entry *original, bool take,
    struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_SEARCH_TEXTS,
        "SELECT x.language, x.text FROM translations x WHERE x.message = ?1 "
        "AND x.state = 1 AND (?2 = 0 OR NOT EXISTS (SELECT 1 FROM search_todo "
        "WHERE message = x.message AND language = x.language))",
        err);
    struct search_entry e = *original;
    int rc;

    if (!st)
        return false;
    bind_int(st, 1, e.message);
    bind_int(st, 2, take);
    while ((rc = sql_step(s, st, err)) == SQL_ROW) {
        e.text = column_span(st, 1);
        if (!language_number(s, column_span(st, 0), &e.language, err) ||
            !s->driver->search_put(s, &e, take, err)) {
            sql_reset(st);
            return false;
        }
    }
    return rc == SQL_DONE;
}

static bool
has_link(struct span text)
{
    return text.p && (memmem(text.p, text.len, "://", 3) ||
                         memmem(text.p, text.len, "www.", 4));
}

static struct search_entry
entry_row(struct stmt *st)
{
    struct search_entry e = {
        .message = column_int64(st, 0),
        .conversation = column_int64(st, 1),
        .sender = column_int64(st, 2),
        .text = column_span(st, 3),
    };

    e.link = has_link(e.text);
    return e;
}

#define ENTRY_QUERY                                                            \
    "SELECT key, conversation, sender, content FROM messages "                 \
    "WHERE deleted_ms = 0 AND "

/* Put a message into the index or take it out: its original, and, unless it is
 * known to have none, its translations. */
static bool
change(struct sql *s, int64_t message, bool take, struct err *err)
{
    struct stmt *st =
        sql_stmt(s, Q_SEARCH_MESSAGE, ENTRY_QUERY "key = ?1", err);
    struct search_entry e;
    bool ok;
    int rc;

    if (!st)
        return false;
    bind_int(st, 1, message);
    rc = sql_step(s, st, err);
    if (rc != SQL_ROW)
        return rc == SQL_DONE;
    e = entry_row(st);
    ok = s->driver->search_put(s, &e, take, err) &&
         put_translations(s, &e, take, err);
    sql_reset(st);
    return ok;
}

static bool
forget_todo(struct sql *s, int64_t message, struct err *err)
{
    return sql_run_on(s, Q_SEARCH_FORGET,
        "DELETE FROM search_todo WHERE message = ?1", message, err);
}

bool
search_take_out(struct sql *s, int64_t message, struct err *err)
{
    int64_t at;

    if (!indexed(s, &at, err))
        return false;
    return message > at ||
           (change(s, message, true, err) && forget_todo(s, message, err));
}

bool
search_put_again(struct sql *s, int64_t message, struct err *err)
{
    int64_t at;

    return indexed(s, &at, err) &&
           (message > at || change(s, message, false, err));
}

bool
search_translated(
    struct sql *s, int64_t message, struct span language, struct err *err)
{
    struct stmt *st;
    int64_t at;

    if (!indexed(s, &at, err))
        return false;
    if (message > at)
        return true;
    st = sql_stmt(s, Q_SEARCH_LATER,
        "INSERT INTO search_todo (message, language) VALUES (?1, ?2) "
        "ON CONFLICT DO NOTHING",
        err);
    if (!st)
        return false;
    bind_int(st, 1, message);
    bind_span(st, 2, language);
    return sql_run(s, st, err);
}

/* ---- catching up ---- */

static bool
set_indexed(struct sql *s, int64_t at, struct err *err)
{
    struct stmt *st =
        sql_stmt(s, Q_SEARCH_MOVE, "UPDATE search_state SET indexed = ?1", err);

    if (!st)
        return false;
    bind_int(st, 1, at);
    s->search_at = -1;
    return sql_run(s, st, err);
}

/* New messages, at most limit; *ret_n says how many. */
static bool
index_messages(struct sql *s, int limit, int *ret_n, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_SEARCH_NEW,
        "SELECT key, conversation, sender, content, deleted_ms FROM messages "
        "WHERE key > ?1 ORDER BY key LIMIT ?2",
        err);
    int64_t at;
    int rc;

    *ret_n = 0;
    if (!st || !indexed(s, &at, err))
        return false;
    bind_int(st, 1, at);
    bind_int(st, 2, limit);
    while ((rc = sql_step(s, st, err)) == SQL_ROW) {
        struct search_entry e = entry_row(st);
        bool deleted = column_int64(st, 4) != 0;
        if (!deleted && (!s->driver->search_put(s, &e, false, err) ||
                            !put_translations(s, &e, false, err))) {
            sql_reset(st);
            return false;
        }
        at = e.message;
        ++*ret_n;
    }
    return rc == SQL_DONE && (*ret_n == 0 || set_indexed(s, at, err));
}

/* The next translation of a message that is in the index already. */
static bool
index_translation(struct sql *s, bool *ret_found, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_SEARCH_TODO,
        "SELECT m.key, m.conversation, m.sender, x.text, x.language, "
        "q.message, q.language, m.content FROM search_todo q "
        "LEFT JOIN translations x ON x.message = q.message "
        "AND x.language = q.language AND x.state = 1 "
        "LEFT JOIN messages m ON m.key = x.message LIMIT 1",
        err);
    struct stmt *done = sql_stmt(s, Q_SEARCH_DONE,
        "DELETE FROM search_todo WHERE message = ?1 AND language = ?2", err);
    struct search_entry e;
    bool ok = true;
    int rc;

    if (!st || !done)
        return false;
    rc = sql_step(s, st, err);
    *ret_found = rc == SQL_ROW;
    if (!*ret_found)
        return rc == SQL_DONE;
    e = entry_row(st);
    e.link = has_link(column_span(st, 7));
    if (e.message)
        ok = language_number(s, column_span(st, 4), &e.language, err) &&
             s->driver->search_put(s, &e, false, err);
    bind_int(done, 1, column_int64(st, 5));
    bind_span(done, 2, column_span(st, 6));
    ok = ok && sql_run(s, done, err);
    sql_reset(st);
    return ok;
}

static bool
catch_up(struct sql *s, int limit, bool *ret_more, struct err *err)
{
    bool found = true;
    int n;

    if (!index_messages(s, limit, &n, err))
        return false;
    for (; n < limit && found; n++)
        if (!index_translation(s, &found, err))
            return false;
    *ret_more = n >= limit;
    return true;
}

bool
sql_search_catch_up(
    struct store *store, int limit, bool *ret_more, struct err *err)
{
    struct sql *s = sql_of(store);

    if (!op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(s, catch_up(s, limit, ret_more, err), err);
}

bool
search_behind(struct sql *s, int64_t *ret, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_SEARCH_BEHIND,
        "SELECT coalesce(max(key), 0) - ?1 + "
        "iif(EXISTS (SELECT 1 FROM search_todo), 1, 0) FROM messages",
        err);
    int64_t at;

    if (!st || !indexed(s, &at, err))
        return false;
    bind_int(st, 1, at);
    return sql_number(s, st, ret, err);
}

/* By what is in memory: this is asked after each batch. */
static bool
is_far_behind(struct sql *s)
{
    int64_t at;

    return indexed(s, &at, NULL) && s->committed_key - at >= SEARCH_BEHIND_MAX;
}

bool
search_tend(struct sql *s, bool idle)
{
    bool more = false;
    int64_t behind;
    struct err err;

    if (s->read_only || s->broken || (!idle && !is_far_behind(s)) ||
        !search_behind(s, &behind, &err) || behind == 0)
        return false;
    return sql_search_catch_up(&s->store, SEARCH_TEXTS_AT_ONCE, &more, &err) &&
           more;
}
