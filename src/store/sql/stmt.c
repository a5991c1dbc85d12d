/* SPDX-License-Identifier: ISC */
#include "store/sql/sql.h"

#include <stdio.h>

/* Statements: what the files of this folder call, for the driver to do. */

struct stmt *
sql_stmt(struct sql *s, enum sql_slot slot, const char *text, struct err *err)
{
    if (!s->stmts[slot])
        s->stmts[slot] = s->driver->prepare(s, text, err);
    return s->stmts[slot];
}

void
sql_stmts_free(struct sql *s)
{
    for (int i = 0; i < Q_N; i++) {
        if (s->stmts[i])
            s->driver->finalize(s->stmts[i]);
        s->stmts[i] = NULL;
    }
}

void
sql_drop(struct sql *s, struct stmt *st)
{
    if (!st)
        return;
    sql_reset(st);
    s->driver->finalize(st);
}

const char *
sql_names(const struct sql *s, const char *folding, const char *lowered)
{
    return s->driver->names_fold ? folding : lowered;
}

void
bind_span(struct stmt *st, int i, struct span v)
{
    st->driver->bind_text(st, i, v);
}

void
bind_z(struct stmt *st, int i, const char *v)
{
    bind_span(st, i, span_of(v));
}

void
bind_int(struct stmt *st, int i, int64_t v)
{
    st->driver->bind_int(st, i, v);
}

void
bind_bool(struct stmt *st, int i, bool v)
{
    st->driver->bind_bool(st, i, v);
}

void
bind_double(struct stmt *st, int i, double v)
{
    st->driver->bind_double(st, i, v);
}

void
bind_bytes(struct stmt *st, int i, struct span v)
{
    st->driver->bind_blob(st, i, v.p, v.len);
}

void
bind_hash(
    struct stmt *st, int i, const unsigned char hash[STORE_TOKEN_HASH_BYTES])
{
    st->driver->bind_blob(st, i, hash, STORE_TOKEN_HASH_BYTES);
}

int
sql_step(struct sql *s, struct stmt *st, struct err *err)
{
    return s->driver->step(s, st, err);
}

bool
sql_find_row(
    struct sql *s, struct stmt *st, const char *missing, struct err *err)
{
    int rc = sql_step(s, st, err);

    if (rc == SQL_DONE)
        return err_set(err, FAIL_NOT_FOUND, "%s", missing);
    return rc == SQL_ROW;
}

bool
sql_number(struct sql *s, struct stmt *st, int64_t *ret, struct err *err)
{
    if (sql_step(s, st, err) != SQL_ROW)
        return false;
    *ret = column_int64(st, 0);
    sql_reset(st);
    return true;
}

bool
sql_truth(struct sql *s, struct stmt *st, bool *ret, struct err *err)
{
    int64_t n;

    if (!sql_number(s, st, &n, err))
        return false;
    *ret = n != 0;
    return true;
}

bool
sql_run(struct sql *s, struct stmt *st, struct err *err)
{
    return s->driver->run(s, st, err);
}

bool
sql_change(struct sql *s, struct stmt *st, int64_t *ret_n, struct err *err)
{
    return s->driver->change(s, st, ret_n, err);
}

bool
sql_insert(struct sql *s, struct stmt *st, int64_t *ret_key, struct err *err)
{
    return s->driver->insert(s, st, ret_key, err);
}

bool
sql_run_on(struct sql *s, enum sql_slot slot, const char *text, int64_t key,
    struct err *err)
{
    struct stmt *st = sql_stmt(s, slot, text, err);

    if (!st)
        return false;
    bind_int(st, 1, key);
    return sql_run(s, st, err);
}

void
sql_reset(struct stmt *st)
{
    st->driver->reset(st);
}

int
column_int(struct stmt *st, int i)
{
    return (int)st->driver->column_int(st, i);
}

int64_t
column_int64(struct stmt *st, int i)
{
    return st->driver->column_int(st, i);
}

bool
column_null(struct stmt *st, int i)
{
    return st->driver->is_null(st, i);
}

double
column_double(struct stmt *st, int i)
{
    return st->driver->column_double(st, i);
}

struct span
column_span(struct stmt *st, int i)
{
    return st->driver->column_span(st, i);
}

void
column_z(struct stmt *st, int i, char *out, size_t out_bytes)
{
    struct span v = column_span(st, i);

    snprintf(out, out_bytes, "%.*s", SPAN_ARG(v));
}
