/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "store/pg/pg.h"

/*
 * DESIGN.  Copying from and to PostgreSQL.  Whoever writes to a database holds a
 * lock of the session, shared with all others who do; who wants it alone takes
 * the same lock exclusively.  So a gateway that runs is known by its connection,
 * one that was killed is not in the way, and none begins in the middle.
 *
 * Tables refer to each other in circles, so the constraints are taken away and
 * put back, which checks all rows at once.
 */
#define IN_USE "hashtextextended('meeshy in use ' || current_schema(), 0)"

const char pg_columns[] =
    "SELECT CAST(c.relname AS text), CAST(a.attname AS text),"
    " format_type(a.atttypid, -1), CAST(coalesce("
    "array_position(CAST(i.indkey AS smallint[]), a.attnum) + 1, 0) AS bigint)"
    "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "JOIN pg_attribute a ON a.attrelid = c.oid "
    "LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary "
    "WHERE n.nspname = current_schema() AND c.relkind = 'r' "
    "AND a.attnum > 0 AND NOT a.attisdropped "
    "ORDER BY CAST(c.relname AS text) COLLATE \"C\","
    " CAST(a.attname AS text) COLLATE \"C\"";

bool
pg_use(struct pg *p, struct err *err)
{
    char got[8];

    if (!pg_ask(p, "SELECT pg_try_advisory_lock_shared(" IN_USE ")", got,
            sizeof(got), err))
        return false;
    return got[0] == 't' ||
           err_set(err, FAIL_BUSY,
               "the database is being copied (meeshyctl database copy)");
}

static bool
run_all(struct sql *s, const char *const *texts, struct err *err)
{
    struct pg *p = pg_of(s);

    for (int i = 0; texts[i]; i++)
        if (!pg_send(p, texts[i], err))
            return false;
    return pg_settle(p, err);
}

bool
pg_alone(struct sql *s, struct err *err)
{
    static const char *const patience[] = {"SET statement_timeout = 0",
        "SET idle_in_transaction_session_timeout = 0", NULL};
    struct stmt *st =
        pg_prepare(s, "SELECT pg_try_advisory_lock(" IN_USE ")", err);
    bool ok = st && pg_step(s, st, err) == SQL_ROW, alone;

    alone = ok && pg_column_int(st, 0) != 0;
    if (ok && !alone)
        err_set(err, FAIL_BUSY,
            "a gateway works with the PostgreSQL database: stop it first");
    if (st)
        pg_finalize(st);
    return alone && run_all(s, patience, err);
}

bool
pg_fill_begin(struct sql *s, struct err *err)
{
    static const char *const texts[] = {
        "CREATE TEMPORARY TABLE meeshy_references ON COMMIT DROP AS "
        "SELECT conname, CAST(CAST(conrelid AS regclass) AS text) AS place,"
        " pg_get_constraintdef(c.oid) AS definition "
        "FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace "
        "WHERE c.contype = 'f' AND n.nspname = current_schema()",
        "DO 'DECLARE r record; BEGIN FOR r IN SELECT * FROM meeshy_references "
        "LOOP EXECUTE format(''ALTER TABLE %s DROP CONSTRAINT %I'', r.place,"
        " r.conname); END LOOP; END'",
        NULL};

    return run_all(s, texts, err);
}

/* And neither the next key nor what the planner knows of the tables is from
 * when they were empty. */
bool
pg_fill_end(struct sql *s, struct err *err)
{
    static const char *const texts[] = {
        "DO 'DECLARE r record; BEGIN FOR r IN SELECT * FROM meeshy_references "
        "LOOP EXECUTE format(''ALTER TABLE %s ADD CONSTRAINT %I %s'', r.place,"
        " r.conname, r.definition); END LOOP; END'",
        "SELECT setval('message_keys', (SELECT coalesce(max(key), 0) + 1 "
        "FROM messages), false)",
        "ANALYZE", NULL};

    return run_all(s, texts, err);
}

bool
pg_settled(struct sql *s, struct err *err)
{
    return pg_settle(pg_of(s), err);
}
