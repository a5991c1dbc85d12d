/* SPDX-License-Identifier: ISC */
#include "store/sql/tables.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* What each database has for itself: its version, its epoch, its index of
 * words, and the rows of log that wait to be moved (copy.c reads them as rows
 * of log). */
static bool
is_own(struct span name)
{
    static const char *const names[] = {
        "epoch", "schema_version", "log_fresh", NULL};

    for (int i = 0; names[i]; i++)
        if (span_eqz(name, names[i]))
            return true;
    return span_starts(name, SPAN("search")) ||
           span_starts(name, SPAN("sqlite_"));
}

static bool
kind_of(struct span type, enum column_kind *ret)
{
    static const struct {
        const char *type;
        enum column_kind kind;
    } kinds[] = {
        {"INTEGER", COLUMN_INT},
        {"bigint", COLUMN_INT},
        {"boolean", COLUMN_BOOL},
        {"REAL", COLUMN_REAL},
        {"double precision", COLUMN_REAL},
        {"TEXT", COLUMN_TEXT},
        {"text", COLUMN_TEXT},
        {"BLOB", COLUMN_BLOB},
        {"bytea", COLUMN_BLOB},
    };

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (span_eqz(type, kinds[i].type)) {
            *ret = kinds[i].kind;
            return true;
        }
    return false;
}

static struct table *
table_of(struct tables *all, struct span name)
{
    struct table *t = all->n ? &all->tables[all->n - 1] : NULL;

    if (t && span_eqz(name, t->name))
        return t;
    if (all->n == TABLES_MAX || name.len >= TABLE_NAME_BYTES)
        return NULL;
    t = &all->tables[all->n++];
    memcpy(t->name, name.p, name.len);
    return t;
}

/* A row: table, column, type, place in the primary key. */
static bool
add_column(struct tables *all, struct stmt *st, struct err *err)
{
    struct span name = column_span(st, 0);
    struct table *t = table_of(all, name);
    int place = column_int(st, 3);
    struct column *c;

    if (!t || t->n_columns == TABLE_COLUMNS_MAX || place > TABLE_KEY_MAX)
        return err_set(err, FAIL_TOO_LARGE,
            "the table %.*s is larger than this program can copy",
            SPAN_ARG(name));
    c = &t->columns[t->n_columns];
    column_z(st, 1, c->name, sizeof(c->name));
    if (!kind_of(column_span(st, 2), &c->kind))
        return err_set(
            err, FAIL_SYSTEM, "%s.%s is of an unknown type", t->name, c->name);
    if (place > 0)
        t->key[place - 1] = t->n_columns;
    if (place > t->n_key)
        t->n_key = place;
    t->n_columns++;
    return true;
}

static bool
have_keys(const struct tables *all, struct err *err)
{
    for (int i = 0; i < all->n; i++)
        if (all->tables[i].n_key == 0)
            return err_set(err, FAIL_SYSTEM, "the table %s has no primary key",
                all->tables[i].name);
    return true;
}

struct tables *
tables_read(struct sql *s, struct err *err)
{
    struct stmt *st = s->driver->prepare(s, s->driver->columns, err);
    struct tables *all = xcalloc(1, sizeof(*all));
    int rc = SQL_FAILED;

    while (st && (rc = sql_step(s, st, err)) == SQL_ROW)
        if (!is_own(column_span(st, 0)) && !add_column(all, st, err))
            break;
    sql_drop(s, st);
    if (rc == SQL_DONE && have_keys(all, err))
        return all;
    free(all);
    return NULL;
}

static bool
same_table(const struct table *a, const struct table *b)
{
    if (strcmp(a->name, b->name) != 0 || a->n_columns != b->n_columns ||
        a->n_key != b->n_key)
        return false;
    for (int i = 0; i < a->n_columns; i++)
        if (strcmp(a->columns[i].name, b->columns[i].name) != 0)
            return false;
    return memcmp(a->key, b->key, sizeof(a->key)) == 0;
}

bool
tables_same(const struct tables *a, const struct tables *b, struct err *err)
{
    int n = a->n > b->n ? a->n : b->n;

    for (int i = 0; i < n; i++) {
        const char *name = i < a->n ? a->tables[i].name : b->tables[i].name;
        if (i == a->n || i == b->n || !same_table(&a->tables[i], &b->tables[i]))
            return err_set(err, FAIL_SYSTEM,
                "the two databases differ in their tables at %s", name);
    }
    return true;
}
