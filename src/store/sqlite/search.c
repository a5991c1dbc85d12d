/* SPDX-License-Identifier: ISC */
#include "store/sqlite/sqlite.h"

#include <stdio.h>

#include "store/sql/words.h"

/* Finding by words with FTS5. */

enum {
    HITS_MAX = 200000, /* looked at, for one page */
    TAGS_BYTES = 80,
};

bool
sqlite_search_put(
    struct sql *s, const struct search_entry *e, bool take, struct err *err)
{
    struct buf text = {0};
    char tags[TAGS_BYTES];
    struct stmt *st;
    bool ok;

    if (take)
        st = sql_stmt(s, Q_SEARCH_TAKE,
            "INSERT INTO search (search, rowid, text, tags) "
            "VALUES ('delete', ?1, ?2, ?3)",
            err);
    else
        st = sql_stmt(s, Q_SEARCH_PUT,
            "INSERT INTO search (rowid, text, tags) VALUES (?1, ?2, ?3)", err);
    if (!st)
        return false;
    words_split(&text, e->text);
    snprintf(tags, sizeof(tags), "r%lld u%lld%s", (long long)e->conversation,
        (long long)e->sender, e->link ? " link" : "");
    bind_int(st, 1, e->message * SEARCH_LANGUAGES_MAX + e->language);
    bind_span(st, 2, text.p ? buf_span(&text) : SPAN(""));
    bind_z(st, 3, tags);
    ok = sql_run(s, st, err);
    buf_free(&text);
    return ok;
}

static const char *
and_then(const struct buf *b)
{
    return b->len ? " AND " : "";
}

/* The terms as FTS5 wants them. */
static void
write_query(struct buf *b, const struct search_terms *t)
{
    struct buf words = {0};

    if (words_query(&words, t->text, STORE_SEARCH_WORDS_MAX) > 0)
        buf_addf(b, "text : (%.*s)", SPAN_ARG(buf_span(&words)));
    buf_free(&words);
    if (t->sender)
        buf_addf(b, "%stags : \"u%lld\"", and_then(b), (long long)t->sender);
    if (t->link)
        buf_addf(b, "%stags : \"link\"", and_then(b));
    for (size_t i = 0; i < t->n_rooms; i++)
        buf_addf(b, "%s\"r%lld\"",
            i        ? " OR "
            : b->len ? " AND tags : ("
                     : "tags : (",
            (long long)t->rooms[i]);
    if (t->n_rooms)
        buf_addc(b, ')');
}

static bool
find(struct sql *s, const struct search_terms *t, struct span query,
    int64_t *keys, int *ret_n, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_SEARCH,
        "SELECT rowid >> 10, rowid & 1023 IN (0, ?4) AND EXISTS (SELECT 1 "
        "FROM messages m JOIN members b ON b.conversation = m.conversation "
        "AND b.user = ?5 AND b.role <> 'banned' "
        "WHERE m.key = search.rowid >> 10 AND (m.type = 'file' OR NOT ?7)) "
        "FROM search WHERE search MATCH ?1 AND rowid BETWEEN ?2 AND ?3 "
        "ORDER BY rowid DESC LIMIT ?6",
        err);
    int rc = SQL_FAILED;
    int n = 0;

    if (!st)
        return false;
    bind_span(st, 1, query);
    bind_int(st, 2, t->from);
    bind_int(st, 3, t->to);
    bind_int(st, 4, t->language);
    bind_int(st, 5, t->user);
    bind_int(st, 6, HITS_MAX);
    bind_bool(st, 7, t->file);
    while (n <= t->limit && (rc = sql_step(s, st, err)) == SQL_ROW) {
        int64_t key = column_int64(st, 0);
        if (column_int(st, 1) && (n == 0 || keys[n - 1] != key))
            keys[n++] = key;
    }
    *ret_n = n;
    if (n > t->limit)
        sql_reset(st);
    return n > t->limit || rc == SQL_DONE;
}

bool
sqlite_search_find(struct sql *s, const struct search_terms *t, int64_t *keys,
    int *ret_n, struct err *err)
{
    struct buf query = {0};
    bool ok;

    write_query(&query, t);
    ok = find(s, t, buf_span(&query), keys, ret_n, err);
    buf_free(&query);
    return ok;
}
