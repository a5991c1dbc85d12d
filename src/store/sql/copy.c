/* SPDX-License-Identifier: ISC */
#include "store/copy.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/sql/tables.h"

/*
 * DESIGN.  A table is read in pages along its primary key, which both databases
 * order alike (texts by their bytes), and written row by row in one transaction.
 * Before it is committed, both sides are read once more, side by side, and
 * compared: so what is checked is what the target gives back, not what was sent
 * to it.  A page is all that is in memory.
 */
enum { PAGE_ROWS = 500 };

/* A table of one side, row by row.  Keys of the last row of a page are kept for
 * the next one. */
struct reader {
    struct sql *s;
    const struct table *t; /* of the target: what order columns have */
    struct stmt *first, *next;
    struct stmt *page; /* one of them; NULL: none yet */
    int in_page;
    struct {
        int64_t number;
        struct buf bytes;
    } at[TABLE_KEY_MAX];
};

/* ---- statements ---- */

static void
add_names(struct buf *b, const struct table *t)
{
    for (int i = 0; i < t->n_columns; i++)
        buf_addf(b, "%s\"%s\"", i ? ", " : "", t->columns[i].name);
}

static void
add_key(struct buf *b, const struct table *t)
{
    for (int i = 0; i < t->n_key; i++)
        buf_addf(b, "%s\"%s\"", i ? ", " : "", t->columns[t->key[i]].name);
}

static struct stmt *
prepare(struct sql *s, struct buf *b, struct err *err)
{
    char *text = buf_take(b);
    struct stmt *st = s->driver->prepare(s, text, err);

    free(text);
    return st;
}

static struct stmt *
prepare_page(struct reader *r, bool next, struct err *err)
{
    static const char log[] =
        "(SELECT * FROM log UNION ALL SELECT * FROM log_fresh) AS log";
    struct buf b = {0};

    buf_addz(&b, "SELECT ");
    add_names(&b, r->t);
    if (strcmp(r->t->name, "log") == 0)
        buf_addf(&b, " FROM %s", log);
    else
        buf_addf(&b, " FROM \"%s\"", r->t->name);
    if (next) {
        buf_addz(&b, " WHERE (");
        add_key(&b, r->t);
        buf_addz(&b, ") > (");
        for (int i = 0; i < r->t->n_key; i++)
            buf_addf(&b, "%s?%d", i ? ", " : "", i + 1);
        buf_addz(&b, ")");
    }
    buf_addz(&b, " ORDER BY ");
    add_key(&b, r->t);
    buf_addf(&b, " LIMIT %d", PAGE_ROWS);
    return prepare(r->s, &b, err);
}

static struct stmt *
prepare_insert(struct sql *s, const struct table *t, struct err *err)
{
    struct buf b = {0};

    buf_addf(&b, "INSERT INTO \"%s\" (", t->name);
    add_names(&b, t);
    buf_addz(&b, ") VALUES (");
    for (int i = 0; i < t->n_columns; i++)
        buf_addf(&b, "%s?%d", i ? ", " : "", i + 1);
    buf_addz(&b, ")");
    return prepare(s, &b, err);
}

/* ---- reading ---- */

static bool
reader_init(
    struct reader *r, struct sql *s, const struct table *t, struct err *err)
{
    *r = (struct reader){.s = s, .t = t};
    r->first = prepare_page(r, false, err);
    r->next = r->first ? prepare_page(r, true, err) : NULL;
    return r->next != NULL;
}

static void
reader_fini(struct reader *r)
{
    sql_drop(r->s, r->first);
    sql_drop(r->s, r->next);
    for (int i = 0; i < TABLE_KEY_MAX; i++)
        buf_free(&r->at[i].bytes);
}

static void
bind_value(struct stmt *st, int i, enum column_kind kind, int64_t number,
    struct span bytes)
{
    if (kind == COLUMN_TEXT)
        bind_span(st, i, bytes);
    else if (kind == COLUMN_BLOB)
        st->driver->bind_blob(st, i, bytes.p, bytes.len);
    else
        bind_int(st, i, number);
}

static void
keep_place(struct reader *r)
{
    for (int i = 0; i < r->t->n_key; i++) {
        int c = r->t->key[i];
        enum column_kind kind = r->t->columns[c].kind;

        buf_reset(&r->at[i].bytes);
        if (kind == COLUMN_TEXT || kind == COLUMN_BLOB)
            buf_adds(&r->at[i].bytes, column_span(r->page, c));
        else
            r->at[i].number = column_int64(r->page, c);
    }
}

static void
turn_page(struct reader *r)
{
    r->page = r->page ? r->next : r->first;
    r->in_page = 0;
    if (r->page == r->first)
        return;
    for (int i = 0; i < r->t->n_key; i++)
        bind_value(r->page, i + 1, r->t->columns[r->t->key[i]].kind,
            r->at[i].number, buf_span(&r->at[i].bytes));
}

/* SQL_ROW, SQL_DONE or SQL_FAILED; the row is in r->page. */
static int
reader_step(struct reader *r, struct err *err)
{
    int rc;

    if (!r->page)
        turn_page(r);
    rc = sql_step(r->s, r->page, err);
    if (rc == SQL_DONE && r->in_page == PAGE_ROWS) {
        turn_page(r);
        rc = sql_step(r->s, r->page, err);
    }
    if (rc == SQL_ROW && ++r->in_page == PAGE_ROWS)
        keep_place(r);
    return rc;
}

/* ---- writing ---- */

static void
bind_column(struct stmt *to, int i, struct stmt *from, enum column_kind kind)
{
    switch (kind) {
    case COLUMN_INT:
        bind_int(to, i + 1, column_int64(from, i));
        break;
    case COLUMN_BOOL:
        bind_bool(to, i + 1, column_int64(from, i) != 0);
        break;
    case COLUMN_REAL:
        bind_double(to, i + 1, column_double(from, i));
        break;
    case COLUMN_TEXT:
    case COLUMN_BLOB:
        bind_value(to, i + 1, kind, 0, column_span(from, i));
        break;
    }
    if (column_null(from, i))
        to->driver->bind_null(to, i + 1);
}

static bool
write_rows(
    struct reader *r, struct sql *to, struct stmt *insert, struct err *err)
{
    int rc;

    while ((rc = reader_step(r, err)) == SQL_ROW) {
        for (int i = 0; i < r->t->n_columns; i++)
            bind_column(insert, i, r->page, r->t->columns[i].kind);
        if (!sql_run(to, insert, err))
            return false;
    }
    return rc == SQL_DONE;
}

static bool
write_table(
    struct sql *from, struct sql *to, const struct table *t, struct err *err)
{
    struct stmt *insert = prepare_insert(to, t, err);
    struct err why = {0};
    struct reader r;
    bool ok = insert && reader_init(&r, from, t, &why);

    if (!insert)
        return false;
    ok = ok && write_rows(&r, to, insert, &why) && to->driver->settle(to, &why);
    reader_fini(&r);
    sql_drop(to, insert);
    return ok || err_set(err, why.kind, "table %s: %s", t->name, why.text);
}

/* ---- comparing ---- */

/* What a row says, the same for every database. */
static void
add_row(struct buf *b, struct stmt *st, const struct table *t)
{
    for (int i = 0; i < t->n_columns; i++) {
        enum column_kind kind = t->columns[i].kind;
        struct span bytes = {NULL, 0};
        int64_t number = 0;

        if (column_null(st, i)) {
            buf_addc(b, 'n');
            continue;
        }
        if (kind == COLUMN_TEXT || kind == COLUMN_BLOB) {
            bytes = column_span(st, i);
            number = (int64_t)bytes.len;
        } else if (kind == COLUMN_REAL) {
            double real = column_double(st, i);
            memcpy(&number, &real, sizeof(number));
        } else {
            number = column_int64(st, i);
        }
        buf_addc(b, 'v');
        buf_add(b, &number, sizeof(number));
        buf_adds(b, bytes);
    }
}

/* One row of both: SQL_DONE when both are at their ends. */
static int
compare_row(
    struct reader *a, struct reader *b, struct buf row[2], struct err *err)
{
    int rc = reader_step(a, err), other = reader_step(b, err);

    if (rc == SQL_FAILED || other == SQL_FAILED)
        return SQL_FAILED;
    if (rc == SQL_ROW && other == SQL_ROW) {
        buf_reset(&row[0]);
        buf_reset(&row[1]);
        add_row(&row[0], a->page, a->t);
        add_row(&row[1], b->page, b->t);
    }
    if (rc != other ||
        (rc == SQL_ROW && !span_eq(buf_span(&row[0]), buf_span(&row[1])))) {
        err_set(err, FAIL_SYSTEM, "the target gives back something else");
        return SQL_FAILED;
    }
    return rc;
}

static bool
compare_rows(struct reader *a, struct reader *b, struct store_copied *ret,
    struct err *err)
{
    unsigned char sum[crypto_hash_sha256_BYTES];
    crypto_hash_sha256_state hash;
    struct buf row[2] = {{0}};
    int rc;

    crypto_hash_sha256_init(&hash);
    while ((rc = compare_row(a, b, row, err)) == SQL_ROW) {
        struct span bytes = buf_span(&row[0]);
        crypto_hash_sha256_update(
            &hash, (const unsigned char *)bytes.p, bytes.len);
        ret->rows++;
    }
    crypto_hash_sha256_final(&hash, sum);
    sodium_bin2hex(ret->sha256, sizeof(ret->sha256), sum, sizeof(sum));
    buf_free(&row[0]);
    buf_free(&row[1]);
    return rc == SQL_DONE;
}

static bool
compare_table(struct sql *from, struct sql *to, const struct table *t,
    struct store_copied *ret, struct err *err)
{
    struct reader a = {.s = from}, b = {.s = to};
    struct err why = {0};
    bool ok;

    *ret = (struct store_copied){.table = t->name};
    ok = reader_init(&a, from, t, &why) && reader_init(&b, to, t, &why) &&
         compare_rows(&a, &b, ret, &why);
    reader_fini(&a);
    reader_fini(&b);
    return ok || err_set(err, why.kind, "table %s, row %lld: %s", t->name,
                     (long long)ret->rows + 1, why.text);
}

/* ---- the whole ---- */

/* What is in every new database, and comes with the source's: the public room
 * and the leases of gateways. */
static const char *const known[] = {"conversations", "holders"};

static bool
is_known(const struct table *t)
{
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        if (strcmp(t->name, known[i]) == 0)
            return true;
    return false;
}

static bool
run_text(struct sql *s, const char *text, struct err *err)
{
    struct stmt *st = s->driver->prepare(s, text, err);
    bool ok = st && sql_run(s, st, err) && s->driver->settle(s, err);

    sql_drop(s, st);
    return ok;
}

static bool
is_empty(struct sql *s, const struct table *t, struct err *err)
{
    struct reader r = {.s = s};
    int rc = SQL_FAILED;

    if (reader_init(&r, s, t, err))
        rc = reader_step(&r, err);
    reader_fini(&r);
    if (rc == SQL_ROW)
        err_set(err, FAIL_CONFLICT,
            "the target has something in it already: rows in its table %s",
            t->name);
    return rc == SQL_DONE;
}

static bool
clear(struct sql *s, const struct tables *all, struct err *err)
{
    bool ok = true;

    for (int i = 0; ok && i < all->n; i++)
        ok = is_known(&all->tables[i]) || is_empty(s, &all->tables[i], err);
    for (size_t i = 0; ok && i < sizeof(known) / sizeof(known[0]); i++) {
        struct buf b = {0};
        char *text;

        buf_addf(&b, "DELETE FROM %s", known[i]);
        text = buf_take(&b);
        ok = run_text(s, text, err);
        free(text);
    }
    return ok;
}

static bool
fill(struct sql *from, struct sql *to, const struct tables *all,
    struct store_copied *done, struct err *err)
{
    bool ok = to->driver->fill_begin(to, err) && clear(to, all, err);

    for (int i = 0; ok && i < all->n; i++)
        ok = write_table(from, to, &all->tables[i], err);
    for (int i = 0; ok && i < all->n; i++)
        ok = compare_table(from, to, &all->tables[i], &done[i], err);
    return ok && to->driver->fill_end(to, err);
}

static bool
transact(struct sql *from, struct sql *to, const struct tables *all,
    struct store_copied *done, struct err *err)
{
    bool ok;

    if (!sql_begin(&to->store, NULL, err))
        return false;
    ok = read_begin(from, err) && fill(from, to, all, done, err);
    read_end(from);
    if (ok)
        return sql_commit(&to->store, err);
    sql_rollback(&to->store);
    return false;
}

bool
sql_copy(struct store *from_store, struct store *to_store,
    void (*told)(const struct store_copied *c, void *ctx), void *ctx,
    struct err *err)
{
    struct sql *from = sql_of(from_store), *to = sql_of(to_store);
    struct store_copied done[TABLES_MAX];
    struct tables *its = NULL, *ours = NULL;
    bool ok = from->driver->alone(from, err) && to->driver->alone(to, err) &&
              (its = tables_read(from, err)) != NULL &&
              (ours = tables_read(to, err)) != NULL &&
              tables_same(its, ours, err) &&
              transact(from, to, ours, done, err);

    for (int i = 0; ok && i < ours->n; i++)
        told(&done[i], ctx);
    free(its);
    free(ours);
    return ok;
}
