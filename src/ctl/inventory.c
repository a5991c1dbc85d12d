/* SPDX-License-Identifier: ISC */
#include "ctl/inventory.h"

#include <ctype.h>
#include <inttypes.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "models/digest.h"
#include "wire/json.h"

enum { FORMAT = 1 };

bool
inventory_may(struct span name)
{
    struct span rest = name;
    int parts = 0;

    if (name.len == 0 || name.len >= INVENTORY_NAME_BYTES)
        return false;
    while (rest.p) {
        struct span part = span_cut(&rest, '/');

        if (++parts > 2 || part.len == 0 || part.p[0] == '.')
            return false;
        for (size_t i = 0; i < part.len; i++)
            if (!isalnum((unsigned char)part.p[i]) && !strchr("._-", part.p[i]))
                return false;
    }
    return true;
}

struct inventory_file *
inventory_add(struct inventory *inv, const char *name)
{
    struct inventory_file *f;

    inv->files = xrealloc(inv->files, (inv->n_files + 1) * sizeof(*inv->files));
    f = &inv->files[inv->n_files++];
    *f = (struct inventory_file){0};
    snprintf(f->name, sizeof(f->name), "%s", name);
    return f;
}

static void
add_table(struct inventory *inv, const char *name, int64_t rows)
{
    struct inventory_table *t;

    inv->tables =
        xrealloc(inv->tables, (inv->n_tables + 1) * sizeof(*inv->tables));
    t = &inv->tables[inv->n_tables++];
    *t = (struct inventory_table){.rows = rows};
    snprintf(t->name, sizeof(t->name), "%s", name);
}

/* ---- the database ---- */

static bool
ask(sqlite3 *db, const char *sql, int64_t *ret, struct err *err)
{
    sqlite3_stmt *st = NULL;
    bool ok = sqlite3_prepare_v2(db, sql, -1, &st, NULL) == SQLITE_OK &&
              sqlite3_step(st) == SQLITE_ROW;

    if (ok)
        *ret = sqlite3_column_int64(st, 0);
    else
        err_set(err, FAIL_BAD_INPUT, "count the rows: %s", sqlite3_errmsg(db));
    sqlite3_finalize(st);
    return ok;
}

static bool
count_table(
    struct inventory *inv, sqlite3 *db, const char *name, struct err *err)
{
    char *sql = sqlite3_mprintf("SELECT count(*) FROM \"%w\"", name);
    int64_t rows;
    bool ok = sql && ask(db, sql, &rows, err);

    sqlite3_free(sql);
    if (ok)
        add_table(inv, name, rows);
    return ok;
}

static bool
count_tables(struct inventory *inv, sqlite3 *db, struct err *err)
{
    /* Of a virtual table what it is made of: some cannot be read through. */
    static const char tables[] =
        "SELECT name FROM pragma_table_list WHERE schema = 'main'"
        " AND type IN ('table', 'shadow') AND name NOT LIKE 'sqlite_%'"
        " ORDER BY name";
    sqlite3_stmt *st = NULL;
    bool ok = sqlite3_prepare_v2(db, tables, -1, &st, NULL) == SQLITE_OK;
    int rc = SQLITE_DONE;

    if (!ok)
        err_set(err, FAIL_BAD_INPUT, "read the schema: %s", sqlite3_errmsg(db));
    while (ok && (rc = sqlite3_step(st)) == SQLITE_ROW)
        ok =
            inv->n_tables < INVENTORY_TABLES_MAX &&
            count_table(inv, db, (const char *)sqlite3_column_text(st, 0), err);
    sqlite3_finalize(st);
    return ok && rc == SQLITE_DONE;
}

/* A copy stands still, so SQLite need not look for a log nor take locks. */
static sqlite3 *
open_still(const char *path, struct err *err)
{
    sqlite3 *db = NULL;
    char *uri = sqlite3_mprintf("file:%s?immutable=1", path);
    int rc =
        sqlite3_open_v2(uri, &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL);

    sqlite3_free(uri);
    if (rc == SQLITE_OK)
        return db;
    err_set(err, FAIL_SYSTEM, "open %s: %s", path, sqlite3_errmsg(db));
    sqlite3_close(db);
    return NULL;
}

bool
inventory_count(struct inventory *inv, const char *database, struct err *err)
{
    sqlite3 *db = open_still(database, err);
    bool ok = db && ask(db, "PRAGMA user_version", &inv->schema, err) &&
              count_tables(inv, db, err);

    sqlite3_close(db);
    return ok;
}

static int
expect_ok(void *ctx, int n, char **values, char **names)
{
    bool *ok = ctx;

    (void)names;
    *ok = n == 1 && values[0] && strcmp(values[0], "ok") == 0;
    return 0;
}

static bool
is_sound(const char *database, struct err *err)
{
    sqlite3 *db = open_still(database, err);
    bool ok = false;

    if (!db)
        return false;
    if (sqlite3_exec(db, "PRAGMA integrity_check(1)", expect_ok, &ok, NULL) !=
            SQLITE_OK ||
        !ok)
        err_set(err, FAIL_BAD_INPUT, "the database is damaged: %s",
            sqlite3_errmsg(db));
    sqlite3_close(db);
    return ok;
}

static bool
same_tables(
    const struct inventory *a, const struct inventory *b, struct err *err)
{
    if (a->schema != b->schema || a->n_tables != b->n_tables)
        return err_set(err, FAIL_BAD_INPUT,
            "the database has schema %" PRId64 " and %zu tables, the backup "
            "says %" PRId64 " and %zu",
            b->schema, b->n_tables, a->schema, a->n_tables);
    for (size_t i = 0; i < a->n_tables; i++)
        if (strcmp(a->tables[i].name, b->tables[i].name) != 0 ||
            a->tables[i].rows != b->tables[i].rows)
            return err_set(err, FAIL_BAD_INPUT,
                "table %s has %" PRId64 " rows, the backup says %" PRId64,
                b->tables[i].name, b->tables[i].rows, a->tables[i].rows);
    return true;
}

bool
inventory_compare(
    const struct inventory *inv, const char *database, struct err *err)
{
    struct inventory now = {0};
    bool ok = is_sound(database, err) && inventory_count(&now, database, err) &&
              same_tables(inv, &now, err);

    inventory_free(&now);
    return ok;
}

bool
inventory_check(const struct inventory *inv, const char *dir, struct err *err)
{
    bool ok = true;

    for (size_t i = 0; ok && i < inv->n_files; i++) {
        struct buf b = {0};
        char *path;

        buf_addf(&b, "%s/%s", dir, inv->files[i].name);
        path = buf_take(&b);
        ok = digest_check(path, inv->files[i].bytes, inv->files[i].sha256, err);
        free(path);
    }
    return ok;
}

/* ---- as JSON ---- */

void
inventory_put(const struct inventory *inv, struct buf *to)
{
    char iso[CLOCK_ISO_BYTES];

    clock_iso(inv->created_ms, iso);
    buf_addf(to,
        "{\"meeshyBackup\":%d,\"program\":\"%s\",\"created\":\"%s\","
        "\"createdMs\":%" PRId64 ",\"schema\":%" PRId64 ",\n\"files\":[",
        FORMAT, MEESHY_VERSION, iso, inv->created_ms, inv->schema);
    for (size_t i = 0; i < inv->n_files; i++)
        buf_addf(to,
            "%s\n{\"name\":\"%s\",\"bytes\":%" PRIu64 ",\"sha256\":\"%s\"}",
            i ? "," : "", inv->files[i].name, inv->files[i].bytes,
            inv->files[i].sha256);
    buf_addz(to, "],\n\"tables\":[");
    for (size_t i = 0; i < inv->n_tables; i++) {
        buf_addz(to, i ? ",\n{\"name\":" : "\n{\"name\":");
        json_put_str(to, span_of(inv->tables[i].name));
        buf_addf(to, ",\"rows\":%" PRId64 "}", inv->tables[i].rows);
    }
    buf_addz(to, "]}\n");
}

static bool
read_file(struct inventory *inv, const json_t *row)
{
    struct span name = json_get_str(row, "name");
    struct span sha256 = json_get_str(row, "sha256");
    struct inventory_file *f;
    long long bytes;

    if (!inventory_may(name) || sha256.len != MANIFEST_SHA256_BYTES - 1 ||
        !json_get_int(row, "bytes", &bytes) || bytes < 0)
        return false;
    f = inventory_add(inv, "");
    memcpy(f->name, name.p, name.len);
    memcpy(f->sha256, sha256.p, sha256.len);
    f->bytes = (uint64_t)bytes;
    return true;
}

static bool
read_table(struct inventory *inv, const json_t *row)
{
    char *name = span_dup(json_get_str(row, "name"));
    long long rows;
    bool ok = name && strlen(name) < INVENTORY_NAME_BYTES &&
              json_get_int(row, "rows", &rows);

    if (ok)
        add_table(inv, name, rows);
    free(name);
    return ok;
}

bool
inventory_read(struct span text, struct inventory *ret, struct err *err)
{
    json_t *root = json_read(text, err);
    const json_t *files = json_object_get(root, "files");
    const json_t *tables = json_object_get(root, "tables"), *row;
    long long format = 0, created = 0, schema = 0;
    size_t i;
    bool ok = json_get_int(root, "meeshyBackup", &format) &&
              json_get_int(root, "createdMs", &created) &&
              json_get_int(root, "schema", &schema) && format == FORMAT &&
              json_array_size(files) <= INVENTORY_FILES_MAX &&
              json_array_size(tables) <= INVENTORY_TABLES_MAX;

    *ret = (struct inventory){.created_ms = created, .schema = schema};
    if (ok) {
        json_array_foreach(files, i, row) ok = ok && read_file(ret, row);
        json_array_foreach(tables, i, row) ok = ok && read_table(ret, row);
    }
    json_decref(root);
    if (root && !ok && format != FORMAT)
        err_set(err, FAIL_BAD_INPUT, "this is no backup of this Meeshy");
    else if (root && !ok)
        err_set(err, FAIL_BAD_INPUT, "the backup's manifest is damaged");
    return ok;
}

void
inventory_free(struct inventory *inv)
{
    free(inv->files);
    free(inv->tables);
    *inv = (struct inventory){0};
}
