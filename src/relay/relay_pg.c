/* SPDX-License-Identifier: ISC */
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "relay/relay_impl.h"

struct relay_line {
    PGconn *c;
    char *channel;
};

static const char scheme[] = "postgresql:";

static bool
is_url(const char *url, struct err *err)
{
    return strncmp(url, scheme, sizeof(scheme) - 1) == 0 ||
           err_set(err, FAIL_BAD_INPUT, "not a PostgreSQL");
}

/* As libpq knows it: what is the store's alone goes. */
static char *
plain_url(const char *url)
{
    struct span rest = span_of(url), at = span_cut(&rest, '?');
    struct buf b = {0};
    char before = '?';

    buf_adds(&b, at);
    while (rest.p) {
        struct span one = span_cut(&rest, '&');
        if (span_starts(one, SPAN("schema=")))
            continue;
        buf_addc(&b, before);
        buf_adds(&b, one);
        before = '&';
    }
    return buf_take(&b);
}

static bool
fail(const PGconn *c, struct err *err)
{
    const char *why = PQerrorMessage(c);

    return err_set(
        err, FAIL_SYSTEM, "PostgreSQL: %.*s", (int)strcspn(why, "\n"), why);
}

static bool
run(PGconn *c, const char *sql, int n, const char *const *values,
    struct err *err)
{
    PGresult *r = PQexecParams(c, sql, n, NULL, values, NULL, NULL, 0);
    ExecStatusType status = PQresultStatus(r);

    PQclear(r);
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK ||
           fail(c, err);
}

static void
close_line(struct relay_line *l)
{
    PQfinish(l->c);
    free(l->channel);
    free(l);
}

static PGconn *
connect_to(const char *url)
{
    char *plain = plain_url(url);
    /* Whatever may hang has an end. */
    const char *const words[] = {"dbname", "connect_timeout",
        "tcp_user_timeout", "options", "fallback_application_name", NULL};
    const char *const values[] = {
        plain, "2", "3000", "-c statement_timeout=2000", "meeshy bus", NULL};
    PGconn *c = PQconnectdbParams(words, values, 1);

    free(plain);
    return c;
}

static struct relay_line *
open_line(const char *url, const char *channel, struct err *err)
{
    struct relay_line *l = xcalloc(1, sizeof(*l));
    char listen[96];

    snprintf(listen, sizeof(listen), "LISTEN \"%s\"", channel);
    l->channel = xstrdup(channel);
    l->c = connect_to(url);
    if (PQstatus(l->c) != CONNECTION_OK)
        fail(l->c, err);
    else if (run(l->c, listen, 0, NULL, err))
        return l;
    close_line(l);
    return NULL;
}

static int
fd(const struct relay_line *l)
{
    return PQsocket(l->c);
}

/* One transaction, which wakes the listeners once. */
static bool
say(struct relay_line *l, const struct span *frames, size_t n, struct err *err)
{
    if (n > 1 && !run(l->c, "BEGIN", 0, NULL, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        char *z = span_dup(frames[i]);
        const char *const values[] = {l->channel, z};
        bool ok = run(l->c, "SELECT pg_notify($1, $2)", 2, values, err);
        free(z);
        if (!ok)
            return false;
    }
    return n < 2 || run(l->c, "COMMIT", 0, NULL, err);
}

static bool
hear(struct relay_line *l, void (*heard)(struct span frame, void *ctx),
    void *ctx, struct err *err)
{
    PGnotify *note;

    if (!PQconsumeInput(l->c))
        return fail(l->c, err);
    while ((note = PQnotifies(l->c))) {
        heard(span_of(note->extra), ctx);
        PQfreemem(note);
    }
    return true;
}

static bool
ping(struct relay_line *l, struct err *err)
{
    return run(l->c, "SELECT 1", 0, NULL, err);
}

const struct relay_ops relay_pg_ops = {
    .is_url = is_url,
    .open = open_line,
    .close = close_line,
    .fd = fd,
    .say = say,
    .hear = hear,
    .ping = ping,
};
