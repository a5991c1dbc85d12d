/* SPDX-License-Identifier: ISC */
#include "store/test_store.h"

/*
 * Both databases say in the same words what tables they have: "users.language
 * text not null".  What differs is a migration that one of them lacks.
 *
 * Not compared are the index of words, which is each one's own, and the two
 * tables that note a version and an epoch.
 */
#define OWN_TABLES                                                             \
    " NOT LIKE 'sqlite%' AND t.name NOT LIKE 'search%' AND t.name NOT IN "     \
    "('epoch', 'schema_version')"

/* A boolean is an integer there; what follows COLLATE is how letters compare. */
static const char sqlite_columns[] =
    "SELECT t.name || '.' || c.name || ' ' || lower(c.type) ||"
    " iif(c.pk, ' key ' || c.pk, '') ||"
    " iif(c.\"notnull\" OR (c.pk AND t.wr) OR c.type = 'INTEGER' AND c.pk = 1"
    " AND NOT t.wr, ' not null', '') "
    "FROM pragma_table_list t JOIN pragma_table_info(t.name) c "
    "WHERE t.schema = 'main' AND t.type = 'table' AND t.name" OWN_TABLES;
static const char pg_columns[] =
    "SELECT t.name || '.' || a.attname || ' ' || CASE"
    " format_type(a.atttypid, -1) WHEN 'bigint' THEN 'integer'"
    " WHEN 'boolean' THEN 'integer' WHEN 'double precision' THEN 'real'"
    " WHEN 'bytea' THEN 'blob' ELSE format_type(a.atttypid, -1) END ||"
    " coalesce(' key ' || (array_position(i.indkey::int2[], a.attnum) + 1),"
    " '') || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END "
    "FROM (SELECT oid, relname AS name FROM pg_class WHERE relkind = 'r' AND"
    " relnamespace = current_schema()::regnamespace) t "
    "JOIN pg_attribute a ON a.attrelid = t.oid "
    "LEFT JOIN pg_index i ON i.indrelid = t.oid AND i.indisprimary "
    "WHERE a.attnum > 0 AND NOT a.attisdropped AND t.name" OWN_TABLES;

/* An index by what it is over; what is compared without regard to capitals is
 * an expression in PostgreSQL. */
static const char sqlite_indexes[] =
    "SELECT t.name || ' index' || iif(i.\"unique\", ' unique', '') ||"
    " iif(i.partial, ' partial', '') || ' (' || (SELECT group_concat(x.name,"
    " ',') FROM pragma_index_info(i.name) x) || ')' "
    "FROM pragma_table_list t JOIN pragma_index_list(t.name) i "
    "WHERE t.schema = 'main' AND t.type = 'table' AND i.origin <> 'pk' AND"
    " t.name" OWN_TABLES;
static const char pg_indexes[] =
    "SELECT t.relname || ' index' || CASE WHEN i.indisunique THEN ' unique' "
    "ELSE '' END || CASE WHEN i.indpred IS NULL THEN '' ELSE ' partial' END "
    "|| ' (' || (SELECT string_agg(regexp_replace(pg_get_indexdef(i.indexrelid,"
    " n, true), '^ascii_lower\\((.*)\\)$|\"', '\\1', 'g'), ',' ORDER BY n) FROM"
    " generate_series(1, i.indnkeyatts) n) || ')' "
    "FROM pg_index i JOIN (SELECT *, relname AS name FROM pg_class) t"
    " ON t.oid = i.indrelid WHERE NOT i.indisprimary AND"
    " t.relnamespace = current_schema()::regnamespace AND t.name" OWN_TABLES;

static const char sqlite_references[] =
    "SELECT t.name || '.' || f.\"from\" || ' -> ' || f.\"table\" || '.' || "
    "f.\"to\" FROM pragma_table_list t JOIN pragma_foreign_key_list(t.name) f "
    "WHERE t.schema = 'main' AND t.type = 'table' AND t.name" OWN_TABLES;
static const char pg_references[] =
    "SELECT t.name || '.' || a.attname || ' -> ' || r.relname || '.' ||"
    " b.attname FROM pg_constraint f "
    "JOIN (SELECT *, relname AS name FROM pg_class) t ON t.oid = f.conrelid "
    "JOIN pg_class r ON r.oid = f.confrelid JOIN pg_attribute a ON a.attrelid"
    " = f.conrelid AND a.attnum = f.conkey[1] JOIN pg_attribute b ON"
    " b.attrelid = f.confrelid AND b.attnum = f.confkey[1] WHERE"
    " f.contype = 'f' AND t.relnamespace = current_schema()::regnamespace AND"
    " t.name" OWN_TABLES;

enum { LINES_MAX = 400, LINE_BYTES = 120 };

struct lines {
    char line[LINES_MAX][LINE_BYTES];
    int n;
};

static void
add_line(struct lines *l, const char *text)
{
    if (CHECK(l->n < LINES_MAX))
        snprintf(l->line[l->n++], LINE_BYTES, "%s", text);
}

static struct lines *
ask_sqlite(const char *path, const char *query)
{
    struct lines *l = calloc(1, sizeof(*l));
    sqlite3_stmt *st = NULL;
    sqlite3 *db = NULL;

    CHECK(sqlite3_open(path, &db) == SQLITE_OK);
    if (!CHECK(sqlite3_prepare_v2(db, query, -1, &st, NULL) == SQLITE_OK))
        printf("# %s\n", sqlite3_errmsg(db));
    while (st && sqlite3_step(st) == SQLITE_ROW)
        add_line(l, (const char *)sqlite3_column_text(st, 0));
    sqlite3_finalize(st);
    sqlite3_close(db);
    return l;
}

static struct lines *
ask_pg(const char *url, const char *query)
{
    struct lines *l = calloc(1, sizeof(*l));
    PGconn *c = PQconnectdb(url);
    PGresult *r;

    PQclear(PQexec(c, "SET search_path = meeshy"));
    r = PQexec(c, query);
    if (!CHECK(PQresultStatus(r) == PGRES_TUPLES_OK))
        printf("# %s\n", PQerrorMessage(c));
    for (int i = 0; i < PQntuples(r); i++)
        add_line(l, PQgetvalue(r, i, 0));
    PQclear(r);
    PQfinish(c);
    return l;
}

static bool
has(const struct lines *l, const char *line)
{
    for (int i = 0; i < l->n; i++)
        if (strcmp(l->line[i], line) == 0)
            return true;
    return false;
}

/* Each line of a is one of b. */
static void
compare(const struct lines *a, const struct lines *b, const char *lacks)
{
    for (int i = 0; i < a->n; i++)
        if (!CHECK(has(b, a->line[i])))
            printf("# %s lacks: %s\n", lacks, a->line[i]);
}

static void
compare_by(const char *of_sqlite, const char *of_pg)
{
    struct fixture file, pg;
    struct lines *here, *there;

    test_url = NULL;
    file = fixture_new();
    test_url = test_pg_scheme;
    pg = fixture_new();
    here = ask_sqlite(file.path, of_sqlite);
    there = ask_pg(pg.url, of_pg);
    CHECK(here->n > 10);
    compare(here, there, "PostgreSQL");
    compare(there, here, "SQLite");
    free(here);
    free(there);
    fixture_free(&file);
    fixture_free(&pg);
}

static void
both_have_the_same_tables_and_columns(void)
{
    compare_by(sqlite_columns, pg_columns);
}

static void
both_have_the_same_indexes(void)
{
    compare_by(sqlite_indexes, pg_indexes);
}

static void
both_have_the_same_references(void)
{
    compare_by(sqlite_references, pg_references);
}

int
main(void)
{
    if (!test_pg_start()) {
        printf("ok 1 - schemas # SKIP no /usr/lib/postgresql\n1..1\n");
        return 0;
    }
    RUN(both_have_the_same_tables_and_columns);
    RUN(both_have_the_same_indexes);
    RUN(both_have_the_same_references);
    return tap_end();
}
