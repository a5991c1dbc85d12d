/* SPDX-License-Identifier: ISC */
#include "store/sqlite.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

sqlite3_stmt *
sqlite_stmt(
    struct store *s, enum sqlite_slot slot, const char *sql, struct err *err)
{
    int rc;

    if (s->stmts[slot])
        return s->stmts[slot];
    if (!s->db) {
        err_set(err, FAIL_SYSTEM, "the database is not open");
        return NULL;
    }
    rc = sqlite3_prepare_v3(
        s->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &s->stmts[slot], NULL);
    if (rc != SQLITE_OK)
        sqlite_fail(s, rc, err);
    return s->stmts[slot];
}

void
sqlite_stmts_free(struct store *s)
{
    for (int i = 0; i < Q_N; i++) {
        sqlite3_finalize(s->stmts[i]);
        s->stmts[i] = NULL;
    }
}

/* Binding fails only on a wrong index, a statement that is running or a text
 * beyond SQLite's limit of a gigabyte: all three are bugs here. */
void
bind_span(sqlite3_stmt *st, int i, struct span v)
{
    int rc =
        v.p ? sqlite3_bind_text64(st, i, v.p, v.len, SQLITE_STATIC, SQLITE_UTF8)
            : sqlite3_bind_null(st, i);

    assert(rc == SQLITE_OK);
    (void)rc;
}

void
bind_z(sqlite3_stmt *st, int i, const char *v)
{
    bind_span(st, i, span_of(v));
}

void
bind_int(sqlite3_stmt *st, int i, int64_t v)
{
    int rc = sqlite3_bind_int64(st, i, v);

    assert(rc == SQLITE_OK);
    (void)rc;
}

int
sqlite_step(struct store *s, sqlite3_stmt *st, struct err *err)
{
    int rc = sqlite3_step(st);

    if (rc == SQLITE_ROW)
        return rc;
    if (rc != SQLITE_DONE)
        sqlite_fail(s, rc, err);
    sqlite3_reset(st);
    return rc;
}

bool
sqlite_run(struct store *s, sqlite3_stmt *st, struct err *err)
{
    int rc = sqlite_step(s, st, err);

    assert(rc != SQLITE_ROW);
    return rc == SQLITE_DONE;
}

struct span
column_span(sqlite3_stmt *st, int i)
{
    /* In this order: the text first, then its length in UTF-8. */
    const char *p = (const char *)sqlite3_column_text(st, i);

    return (struct span){p, (size_t)sqlite3_column_bytes(st, i)};
}

void
column_z(sqlite3_stmt *st, int i, char *out, size_t out_bytes)
{
    struct span v = column_span(st, i);

    snprintf(out, out_bytes, "%.*s", SPAN_ARG(v));
}

static enum fail
kind_of(int rc)
{
    switch (rc) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
        return FAIL_CONFLICT;
    case SQLITE_CONSTRAINT_FOREIGNKEY:
        return FAIL_NOT_FOUND;
    default:
        break;
    }
    switch (rc & 0xff) {
    case SQLITE_CONSTRAINT:
        return FAIL_BAD_INPUT;
    case SQLITE_TOOBIG:
        return FAIL_TOO_LARGE;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return FAIL_BUSY;
    default:
        return FAIL_SYSTEM;
    }
}

bool
sqlite_fail(struct store *s, int rc, struct err *err)
{
    int primary = rc & 0xff;

    if (primary == SQLITE_IOERR || primary == SQLITE_CORRUPT ||
        primary == SQLITE_NOTADB)
        s->broken = true;
    return err_set(err, kind_of(rc), "database: %s", sqlite3_errmsg(s->db));
}
