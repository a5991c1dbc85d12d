/* SPDX-License-Identifier: ISC */
#include "store/sqlite/sqlite.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"

struct sqlite_stmt {
    struct stmt stmt; /* first */
    sqlite3_stmt *st;
};

static sqlite3_stmt *
real(struct stmt *st)
{
    return ((struct sqlite_stmt *)st)->st;
}

struct stmt *
sqlite_prepare(struct sql *sql, const char *text, struct err *err)
{
    struct sqlite *s = sqlite_of(&sql->store);
    struct sqlite_stmt *st;
    sqlite3_stmt *prepared;
    int rc;

    if (!s->db) {
        err_set(err, FAIL_SYSTEM, "the database is not open");
        return NULL;
    }
    rc = sqlite3_prepare_v3(
        s->db, text, -1, SQLITE_PREPARE_PERSISTENT, &prepared, NULL);
    if (rc != SQLITE_OK) {
        sqlite_fail(s, rc, err);
        return NULL;
    }
    st = xcalloc(1, sizeof(*st));
    st->stmt.driver = &sqlite_driver;
    st->st = prepared;
    return &st->stmt;
}

void
sqlite_finalize(struct stmt *st)
{
    sqlite3_finalize(real(st));
    free(st);
}

/* Binding fails only on a wrong index, a statement that is running or a text
 * beyond SQLite's limit of a gigabyte: all three are bugs here. */
static void
must(int rc)
{
    assert(rc == SQLITE_OK);
    (void)rc;
}

void
sqlite_bind_span(struct stmt *st, int i, struct span v)
{
    must(v.p ? sqlite3_bind_text64(
                   real(st), i, v.p, v.len, SQLITE_STATIC, SQLITE_UTF8)
             : sqlite3_bind_null(real(st), i));
}

void
sqlite_bind_bytes(struct stmt *st, int i, const void *p, size_t len)
{
    must(sqlite3_bind_blob64(real(st), i, p, len, SQLITE_STATIC));
}

void
sqlite_bind_number(struct stmt *st, int i, int64_t v)
{
    must(sqlite3_bind_int64(real(st), i, v));
}

void
sqlite_bind_truth(struct stmt *st, int i, bool v)
{
    sqlite_bind_number(st, i, v);
}

void
sqlite_bind_real(struct stmt *st, int i, double v)
{
    must(sqlite3_bind_double(real(st), i, v));
}

void
sqlite_bind_null(struct stmt *st, int i)
{
    must(sqlite3_bind_null(real(st), i));
}

int
sqlite_step(struct sql *s, struct stmt *st, struct err *err)
{
    int rc = sqlite3_step(real(st));

    if (rc == SQLITE_ROW)
        return SQL_ROW;
    if (rc != SQLITE_DONE)
        sqlite_fail(sqlite_of(&s->store), rc, err);
    sqlite3_reset(real(st));
    return rc == SQLITE_DONE ? SQL_DONE : SQL_FAILED;
}

bool
sqlite_run(struct sql *s, struct stmt *st, struct err *err)
{
    int rc = sqlite_step(s, st, err);

    assert(rc != SQL_ROW);
    return rc == SQL_DONE;
}

bool
sqlite_change(struct sql *s, struct stmt *st, int64_t *ret_n, struct err *err)
{
    if (!sqlite_run(s, st, err))
        return false;
    *ret_n = sqlite3_changes64(sqlite_of(&s->store)->db);
    return true;
}

bool
sqlite_insert(struct sql *s, struct stmt *st, int64_t *ret_key, struct err *err)
{
    int64_t n;

    if (!sqlite_change(s, st, &n, err))
        return false;
    *ret_key = n ? sqlite3_last_insert_rowid(sqlite_of(&s->store)->db) : 0;
    return true;
}

void
sqlite_reset(struct stmt *st)
{
    sqlite3_reset(real(st));
}

bool
sqlite_is_null(struct stmt *st, int i)
{
    return sqlite3_column_type(real(st), i) == SQLITE_NULL;
}

int64_t
sqlite_number(struct stmt *st, int i)
{
    return sqlite3_column_int64(real(st), i);
}

double
sqlite_real(struct stmt *st, int i)
{
    return sqlite3_column_double(real(st), i);
}

/* Blobs as they are, all else as text. */
struct span
sqlite_span(struct stmt *st, int i)
{
    sqlite3_stmt *r = real(st);
    /* In this order: the text first, then its length in UTF-8. */
    const char *p = sqlite3_column_type(r, i) == SQLITE_BLOB
                        ? sqlite3_column_blob(r, i)
                        : (const char *)sqlite3_column_text(r, i);

    return (struct span){p, (size_t)sqlite3_column_bytes(r, i)};
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
sqlite_fail(struct sqlite *s, int rc, struct err *err)
{
    int primary = rc & 0xff;

    if (primary == SQLITE_IOERR || primary == SQLITE_CORRUPT ||
        primary == SQLITE_NOTADB)
        s->sql.broken = true;
    return err_set(err, kind_of(rc), "database: %s", sqlite3_errmsg(s->db));
}
