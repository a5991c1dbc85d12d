/* SPDX-License-Identifier: ISC */
#include "store/pg/pg.h"

#include <assert.h>
#include <ctype.h>
#include <endian.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* The types that we bind and read; their numbers are the same in every
 * PostgreSQL (catalog/pg_type.dat). */
enum {
    TYPE_BOOL = 16,
    TYPE_BYTEA = 17,
    TYPE_INT8 = 20,
    TYPE_INT2 = 21,
    TYPE_INT4 = 23,
    TYPE_TEXT = 25,
    TYPE_FLOAT8 = 701,
};

static struct pg_stmt *
ours(struct stmt *st)
{
    return (struct pg_stmt *)st;
}

/* ---- from the common SQL ---- */

/* Words that PostgreSQL has otherwise. */
static const struct {
    const char *from, *to;
} words[] = {
    {"user", "\"user\""}, /* else it is who is connected */
    {"group_concat", "string_agg"},
    {"lower", "ascii_lower"},
};

static bool
is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static void
add_word(struct buf *b, struct span word)
{
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (span_eqz(word, words[i].from)) {
            buf_addz(b, words[i].to);
            return;
        }
    buf_adds(b, word);
}

static void
translate(struct buf *b, const char *sql)
{
    bool quoted = false;

    while (*sql) {
        struct span word = {sql, 0};
        quoted ^= *sql == '\'' || *sql == '"';
        while (!quoted && is_word(sql[word.len]))
            word.len++;
        if (word.len > 0) {
            add_word(b, word);
            sql += word.len;
            continue;
        }
        buf_addc(b, !quoted && *sql == '?' ? '$' : *sql);
        sql++;
    }
}

struct stmt *
pg_prepare(struct sql *s, const char *text, struct err *err)
{
    struct pg *p = pg_of(s);
    struct pg_stmt *st;
    struct buf b = {0};

    if (!p->c) {
        err_set(err, FAIL_SYSTEM, "the database is not open");
        return NULL;
    }
    translate(&b, text);
    st = xcalloc(1, sizeof(*st));
    st->stmt.driver = &pg_driver;
    st->p = p;
    st->text = buf_take(&b);
    snprintf(st->name, sizeof(st->name), "s%lld", (long long)++p->serial);
    return &st->stmt;
}

void
pg_finalize(struct stmt *st)
{
    struct pg_stmt *o = ours(st);

    pg_forget(o->p, o);
    PQclear(o->rows);
    free(o->text);
    free(o);
}

/* ---- parameters ---- */

static void
bind(struct pg_stmt *st, int i, Oid type, const char *p, size_t len)
{
    assert(i >= 1 && i <= PG_PARAMETERS_MAX);
    for (; st->n < i; st->n++) /* those between, of which none is used */
        if (!st->types[st->n])
            st->types[st->n] = TYPE_TEXT;
    st->types[i - 1] = type;
    st->values[i - 1] = p;
    st->lengths[i - 1] = (int)len;
}

void
pg_bind_text(struct stmt *st, int i, struct span v)
{
    struct pg_stmt *o = ours(st);

    if (v.p && (memchr(v.p, '\0', v.len) || !utf8_valid(v)))
        o->bad_text = true;
    bind(o, i, TYPE_TEXT, v.p, v.len);
}

void
pg_bind_blob(struct stmt *st, int i, const void *p, size_t len)
{
    bind(ours(st), i, TYPE_BYTEA, p, len);
}

static void
bind_number(struct stmt *st, int i, Oid type, uint64_t bits)
{
    char *p = ours(st)->numbers[i - 1];
    uint64_t sent = htobe64(bits);

    memcpy(p, &sent, sizeof(sent));
    bind(ours(st), i, type, p, sizeof(sent));
}

void
pg_bind_int(struct stmt *st, int i, int64_t v)
{
    bind_number(st, i, TYPE_INT8, (uint64_t)v);
}

void
pg_bind_bool(struct stmt *st, int i, bool v)
{
    bind(ours(st), i, TYPE_BOOL, v ? "\1" : "\0", 1);
}

void
pg_bind_double(struct stmt *st, int i, double v)
{
    uint64_t bits;

    memcpy(&bits, &v, sizeof(bits));
    bind_number(st, i, TYPE_FLOAT8, bits);
}

void
pg_bind_null(struct stmt *st, int i)
{
    ours(st)->values[i - 1] = NULL;
}

/* ---- running ---- */

static bool
start(struct pg_stmt *st, bool keep, struct err *err)
{
    bool ok;

    pg_reset(&st->stmt);
    st->keep = keep;
    st->changed = 0;
    ok = pg_send_stmt(st->p, st, err);
    st->bad_text = false; /* of the next binding we know nothing yet */
    return ok;
}

bool
pg_ask_for(struct stmt *st, struct err *err)
{
    return start(ours(st), true, err);
}

int
pg_step(struct sql *s, struct stmt *st, struct err *err)
{
    struct pg_stmt *o = ours(st);
    struct pg *p = pg_of(s);

    if (!o->rows && (!start(o, true, err) || !pg_settle(p, err)))
        return SQL_FAILED;
    if (o->rows && ++o->row < PQntuples(o->rows))
        return SQL_ROW;
    pg_reset(st);
    return SQL_DONE;
}

bool
pg_run(struct sql *s, struct stmt *st, struct err *err)
{
    (void)s;
    return start(ours(st), false, err);
}

bool
pg_run_new(struct sql *s, struct stmt *st, struct err *err)
{
    ours(st)->adds = true;
    return pg_run(s, st, err);
}

bool
pg_change(struct sql *s, struct stmt *st, int64_t *ret_n, struct err *err)
{
    if (!start(ours(st), false, err) || !pg_settle(pg_of(s), err))
        return false;
    *ret_n = ours(st)->changed;
    return true;
}

bool
pg_insert(struct sql *s, struct stmt *st, int64_t *ret_key, struct err *err)
{
    static const char returning[] = " RETURNING key";
    struct pg_stmt *o = ours(st);
    int rc;

    if (!o->prepared && !strstr(o->text, returning)) {
        size_t len = strlen(o->text);
        o->text = xrealloc(o->text, len + sizeof(returning));
        memcpy(o->text + len, returning, sizeof(returning));
    }
    rc = pg_step(s, st, err);
    *ret_key = rc == SQL_ROW ? pg_column_int(st, 0) : 0;
    pg_reset(st);
    return rc != SQL_FAILED;
}

void
pg_reset(struct stmt *st)
{
    struct pg_stmt *o = ours(st);

    PQclear(o->rows);
    o->rows = NULL;
    o->row = -1;
}

/* ---- columns ---- */

bool
pg_is_null(struct stmt *st, int i)
{
    return PQgetisnull(ours(st)->rows, ours(st)->row, i);
}

/* A number of len bytes as it is sent. */
static uint64_t
bits_of(const char *p, int len)
{
    uint64_t bits = 0;

    for (int i = 0; i < len; i++)
        bits = bits << 8 | (unsigned char)p[i];
    return bits;
}

int64_t
pg_column_int(struct stmt *st, int i)
{
    struct pg_stmt *o = ours(st);
    const char *p = PQgetvalue(o->rows, o->row, i);

    if (pg_is_null(st, i))
        return 0;
    switch (PQftype(o->rows, i)) {
    case TYPE_INT8:
        return (int64_t)bits_of(p, 8);
    case TYPE_INT4:
        return (int32_t)bits_of(p, 4);
    case TYPE_INT2:
        return (int16_t)bits_of(p, 2);
    case TYPE_BOOL:
        return *p;
    default:
        assert(!"a column is no number");
        return 0;
    }
}

double
pg_column_double(struct stmt *st, int i)
{
    struct pg_stmt *o = ours(st);
    uint64_t bits;
    double v = 0;

    if (pg_is_null(st, i))
        return 0;
    assert(PQftype(o->rows, i) == TYPE_FLOAT8);
    bits = bits_of(PQgetvalue(o->rows, o->row, i), 8);
    memcpy(&v, &bits, sizeof(v));
    return v;
}

struct span
pg_column_span(struct stmt *st, int i)
{
    struct pg_stmt *o = ours(st);

    if (pg_is_null(st, i))
        return (struct span){NULL, 0};
    return (struct span){PQgetvalue(o->rows, o->row, i),
        (size_t)PQgetlength(o->rows, o->row, i)};
}
