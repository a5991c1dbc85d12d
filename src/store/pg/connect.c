/* SPDX-License-Identifier: ISC */
#include "store/pg/pg.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"

/*
 * DESIGN.  Whatever may hang has an end: connecting (connect_timeout), a server
 * that is gone without a word (keepalives, tcp_user_timeout), a statement
 * (statement_timeout), another writer (lock_timeout), and a gateway that stopped
 * in the middle of its transaction and keeps the others from writing
 * (idle_in_transaction_session_timeout).  The URL may say otherwise, but for the
 * last three, which are part of what store.h promises.
 */
enum { SERVER_MIN = 130000, SQL_BYTES = 1024 };

static const char scheme[] = "postgresql:";
static const char schema_key[] = "schema=";
static const char default_schema[] = "meeshy";

/* ---- the URL ---- */

static bool
is_name(struct span s)
{
    if (s.len == 0 || s.len >= PG_SCHEMA_BYTES)
        return false;
    for (size_t i = 0; i < s.len; i++)
        if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || s.p[i] == '_' ||
                (i > 0 && s.p[i] >= '0' && s.p[i] <= '9')))
            return false;
    return true;
}

/* Copy the parameters but the schema's. */
static bool
copy_parameters(struct span all, struct buf *b,
    char ret_schema[PG_SCHEMA_BYTES], struct err *err)
{
    size_t key = sizeof(schema_key) - 1;
    char before = '?';

    while (all.p) {
        struct span one = span_cut(&all, '&');
        if (one.len < key || memcmp(one.p, schema_key, key) != 0) {
            buf_addc(b, before);
            buf_adds(b, one);
            before = '&';
            continue;
        }
        one.p += key;
        one.len -= key;
        if (!is_name(one))
            return err_set(err, FAIL_BAD_INPUT,
                "the schema of a database URL is a name of small letters, "
                "digits and _");
        snprintf(ret_schema, PG_SCHEMA_BYTES, "%.*s", SPAN_ARG(one));
    }
    return true;
}

bool
pg_url(const char *name, char **ret_url, char ret_schema[PG_SCHEMA_BYTES],
    struct err *err)
{
    const char *parameters = strchr(name, '?');
    struct buf b = {0};

    snprintf(ret_schema, PG_SCHEMA_BYTES, "%s", default_schema);
    buf_addz(&b, scheme);
    if (!parameters) {
        buf_addz(&b, name);
    } else {
        buf_add(&b, name, (size_t)(parameters - name));
        if (!copy_parameters(span_of(parameters + 1), &b, ret_schema, err)) {
            buf_free(&b);
            return false;
        }
    }
    *ret_url = buf_take(&b);
    return true;
}

/* ---- failures ---- */

void
pg_lose(struct pg *p)
{
    static const struct err gone = {
        FAIL_SYSTEM, "database: the connection is lost"};

    p->sql.broken = true;
    if (!p->failed)
        p->failure = gone;
    p->failed = true;
    p->n_awaited = 0;
}

static enum fail
kind_of(const char *state)
{
    static const struct {
        const char *state;
        enum fail kind;
    } kinds[] = {
        {"23505", FAIL_CONFLICT}, /* unique */
        {"23503", FAIL_NOT_FOUND}, /* foreign key */
        {"23", FAIL_BAD_INPUT}, /* other constraints */
        {"22", FAIL_BAD_INPUT}, /* values */
        {"54", FAIL_TOO_LARGE},
        {"55P03", FAIL_BUSY}, /* another writer holds the lock */
        {"57014", FAIL_BUSY}, /* statement_timeout */
        {"53300", FAIL_BUSY}, /* too many connections */
    };

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (strncmp(state, kinds[i].state, strlen(kinds[i].state)) == 0)
            return kinds[i].kind;
    return FAIL_SYSTEM;
}

/* One line of what libpq says. */
static bool
say(struct err *err, enum fail kind, const char *what)
{
    int len = (int)strcspn(what, "\n");

    return err_set(err, kind, "database: %.*s", len, what);
}

/* Rolled back because of another transaction: to be serial, or a deadlock. */
static bool
met_another(const char *state)
{
    return state &&
           (strcmp(state, "40001") == 0 || strcmp(state, "40P01") == 0);
}

bool
pg_fail(struct pg *p, const PGresult *r, struct err *err)
{
    const char *state = r ? PQresultErrorField(r, PG_DIAG_SQLSTATE) : NULL;
    const char *what =
        r ? PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY) : NULL;

    p->sql.met = met_another(state);

    if (PQstatus(p->c) == CONNECTION_BAD)
        p->sql.broken = true;
    if (!state)
        return say(err, FAIL_SYSTEM,
            PQerrorMessage(p->c)[0] ? PQerrorMessage(p->c)
                                    : "the connection is lost");
    return say(err, kind_of(state), what ? what : state);
}

/* ---- plain commands, before the pipeline ---- */

bool
pg_exec(struct pg *p, const char *text, struct err *err)
{
    PGresult *r = PQexec(p->c, text);
    ExecStatusType status = PQresultStatus(r);
    bool ok = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;

    if (!ok)
        pg_fail(p, r, err);
    PQclear(r);
    return ok;
}

bool
pg_ask(struct pg *p, const char *text, char *ret, size_t ret_bytes,
    struct err *err)
{
    PGresult *r = PQexec(p->c, text);
    bool ok = PQresultStatus(r) == PGRES_TUPLES_OK;

    if (!ok)
        pg_fail(p, r, err);
    else
        snprintf(ret, ret_bytes, "%s", PQntuples(r) ? PQgetvalue(r, 0, 0) : "");
    PQclear(r);
    return ok;
}

/* ---- connecting ---- */

static void
on_notice(void *ctx, const char *text)
{
    (void)ctx;
    log_debug("database says=\"%.*s\"", (int)strcspn(text, "\n"), text);
}

/* Settings that the session has whatever the server's are.  What is
 * acknowledged is on the server's disk, so a commit waits for that at least. */
static bool
settle_session(struct pg *p, struct err *err)
{
    static const char common[] =
        "SET client_min_messages = warning; SET jit = off;"
        "SET statement_timeout = '30s';"
        "SELECT set_config('synchronous_commit', 'on', false) WHERE "
        "current_setting('synchronous_commit') IN ('off', 'local')";
    char sql[SQL_BYTES];

    snprintf(sql, sizeof(sql), "%s; SET search_path = %s;%s", common, p->schema,
        p->sql.read_only ? "SET default_transaction_read_only = on"
                         : "SET lock_timeout = '2s';"
                           "SET idle_in_transaction_session_timeout = '15s'");
    return pg_exec(p, sql, err);
}

static bool
check_server(struct pg *p, struct err *err)
{
    char fsync[8];

    if (PQserverVersion(p->c) < SERVER_MIN)
        return err_set(err, FAIL_SYSTEM,
            "PostgreSQL is version %d, 13 or newer is needed",
            PQserverVersion(p->c) / 10000);
    if (strcmp(PQparameterStatus(p->c, "server_encoding"), "UTF8") != 0)
        return err_set(err, FAIL_SYSTEM,
            "the database's encoding has to be UTF8 (CREATE DATABASE ... "
            "ENCODING 'UTF8')");
    if (!pg_ask(p, "SHOW fsync", fsync, sizeof(fsync), err))
        return false;
    if (strcmp(fsync, "off") == 0 && !p->sql.read_only)
        log_warn("database server runs with fsync=off: what is acknowledged "
                 "may be lost with its machine's power");
    return true;
}

bool
pg_connect(struct pg *p, struct err *err)
{
    /* Before the URL: what it says wins.  Behind it: ours does. */
    static const char *const keys[] = {"connect_timeout", "keepalives_idle",
        "keepalives_interval", "keepalives_count", "tcp_user_timeout",
        "fallback_application_name", "dbname", "client_encoding", NULL};
    const char *values[] = {
        "5", "10", "5", "3", "20000", "meeshy", p->url, "UTF8", NULL};

    p->c = PQconnectdbParams(keys, values, 1);
    if (PQstatus(p->c) != CONNECTION_OK) {
        say(err, FAIL_SYSTEM, PQerrorMessage(p->c));
        pg_disconnect(p);
        return false;
    }
    PQsetNoticeProcessor(p->c, on_notice, NULL);
    if (check_server(p, err) && settle_session(p, err))
        return true;
    pg_disconnect(p);
    return false;
}

void
pg_disconnect(struct pg *p)
{
    sql_stmts_free(&p->sql);
    PQfinish(p->c);
    p->c = NULL;
    p->first = p->n_awaited = 0;
    p->in_tx = p->failed = false;
}
