/* SPDX-License-Identifier: ISC */
#include "store/pg/pg.h"

#include <stdio.h>
#include <stdlib.h>

#include "store/pg/tokens.h"
#include "store/sql/words.h"

/*
 * Finding by words with a GIN index.  The words are those that SQLite's
 * tokenizer finds (tokens.h), so both databases find the same.
 */
enum { TOKEN_BYTES_MAX = 2000 }; /* PostgreSQL takes 2046 */

struct tokens {
    struct buf *b;
    int n;
};

static void
add_quoted(struct buf *b, struct span token)
{
    buf_addc(b, '\'');
    for (size_t i = 0; i < token.len; i++) {
        if (token.p[i] == '\'' || token.p[i] == '\\')
            buf_addc(b, token.p[i]);
        buf_addc(b, token.p[i]);
    }
    buf_addc(b, '\'');
}

/* 'token':3, as a tsvector is written. */
static void
put_token(struct span token, void *ctx)
{
    struct tokens *t = ctx;

    t->n++;
    if (token.len > TOKEN_BYTES_MAX)
        return;
    add_quoted(t->b, token);
    buf_addf(t->b, ":%d ", t->n);
}

/* Of a phrase, as a tsquery is written. */
static void
ask_token(struct span token, void *ctx)
{
    struct tokens *t = ctx;

    if (token.len > TOKEN_BYTES_MAX)
        token.len = TOKEN_BYTES_MAX;
    if (t->n++)
        buf_addz(t->b, " <-> ");
    add_quoted(t->b, token);
}

static bool
drop(struct sql *s, int64_t key, struct err *err)
{
    struct stmt *st =
        sql_stmt(s, Q_SEARCH_TAKE, "DELETE FROM search WHERE key = ?1", err);

    if (!st)
        return false;
    bind_int(st, 1, key);
    return sql_run(s, st, err);
}

bool
pg_search_put(
    struct sql *s, const struct search_entry *e, bool take, struct err *err)
{
    int64_t key = e->message * SEARCH_LANGUAGES_MAX + e->language;
    struct buf vector = {0};
    struct tokens t = {.b = &vector};
    struct stmt *st;
    bool ok;

    if (take)
        return drop(s, key, err);
    st = sql_stmt(s, Q_SEARCH_PUT,
        "INSERT INTO search (key, words) VALUES (?1, CAST(?2 AS tsvector)) "
        "ON CONFLICT (key) DO UPDATE SET words = excluded.words",
        err);
    if (!st)
        return false;
    ok = tokens_each(e->text, put_token, &t, err);
    buf_addf(&vector, "'#r%lld' '#u%lld'%s", (long long)e->conversation,
        (long long)e->sender, e->link ? " '#link'" : "");
    bind_int(st, 1, key);
    bind_span(st, 2, buf_span(&vector));
    ok = ok && sql_run(s, st, err);
    buf_free(&vector);
    return ok;
}

static const char *
and_then(const struct buf *b)
{
    return b->len ? " & " : "";
}

/* A word is a phrase of its tokens; one without any is nowhere. */
static bool
add_words(struct buf *b, struct span text, struct err *err)
{
    struct span word;
    bool goes_on;

    for (int n = 0;
         n < STORE_SEARCH_WORDS_MAX && words_next(&text, &word, &goes_on);
         n++) {
        struct tokens t = {.b = b};
        buf_addf(b, "%s(", and_then(b));
        if (!tokens_each(word, ask_token, &t, err))
            return false;
        buf_addz(b, t.n == 0 ? "'#none')" : goes_on ? ":*)" : ")");
    }
    return true;
}

static bool
write_query(struct buf *b, const struct search_terms *t, struct err *err)
{
    if (!add_words(b, t->text, err))
        return false;
    if (t->sender)
        buf_addf(b, "%s'#u%lld'", and_then(b), (long long)t->sender);
    if (t->link)
        buf_addf(b, "%s'#link'", and_then(b));
    for (size_t i = 0; i < t->n_rooms; i++)
        buf_addf(b, "%s%s'#r%lld'", i ? " | " : and_then(b), i ? "" : "(",
            (long long)t->rooms[i]);
    if (t->n_rooms)
        buf_addc(b, ')');
    return true;
}

static bool
find(struct sql *s, const struct search_terms *t, struct span query,
    int64_t *keys, int *ret_n, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_SEARCH,
        "SELECT s.key >> 10 FROM search s WHERE s.words @@ CAST(?1 AS tsquery) "
        "AND s.key BETWEEN ?2 AND ?3 AND s.key & 1023 IN (0, ?4) AND EXISTS "
        "(SELECT 1 FROM messages m JOIN members b "
        "ON b.conversation = m.conversation AND b.user = ?5 "
        "AND b.role <> 'banned' WHERE m.key = s.key >> 10 "
        "AND (m.type = 'file' OR NOT ?7)) "
        "ORDER BY s.key DESC LIMIT ?6",
        err);
    int rc, n = 0;

    if (!st)
        return false;
    bind_span(st, 1, query);
    bind_int(st, 2, t->from);
    bind_int(st, 3, t->to);
    bind_int(st, 4, t->language);
    bind_int(st, 5, t->user);
    bind_bool(st, 7, t->file);
    bind_int(st, 6, 2 * (t->limit + 1)); /* an original and a translation */
    while ((rc = sql_step(s, st, err)) == SQL_ROW) {
        int64_t key = column_int64(st, 0);
        if (n <= t->limit && (n == 0 || keys[n - 1] != key))
            keys[n++] = key;
    }
    *ret_n = n;
    return rc == SQL_DONE;
}

bool
pg_search_find(struct sql *s, const struct search_terms *t, int64_t *keys,
    int *ret_n, struct err *err)
{
    struct buf query = {0};
    bool ok = write_query(&query, t, err) &&
              find(s, t, buf_span(&query), keys, ret_n, err);

    buf_free(&query);
    return ok;
}
