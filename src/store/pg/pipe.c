/* SPDX-License-Identifier: ISC */
#include "store/pg/pg.h"

#include <assert.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

/*
 * DESIGN.  The connection is always in libpq's pipeline mode.  A statement
 * whose result nobody needs at once (most writes) is sent and not waited for;
 * its result is taken with that of the next one that is waited for.  So what an
 * operation costs in trips to the server is what it reads.
 *
 * A failure ends the transaction on the server, and what was sent behind it is
 * not run.  It is noted (failed); whoever waits next is told, and so is the
 * commit.  Outside of a transaction each wait ends with a Sync, which commits.
 */
enum { ANSWER_MS = 60 * 1000 }; /* longer than any statement may take */

static bool
usable(struct pg *p, struct err *err)
{
    if (!p->c)
        return err_set(err, FAIL_SYSTEM, "the database is not open");
    if (p->failed)
        return err_set(err, p->failure.kind, "%s", p->failure.text);
    return true;
}

static bool
fail_now(struct pg *p, struct err *err)
{
    pg_fail(p, NULL, &p->failure);
    p->failed = true;
    pg_lose(p);
    return err_set(err, p->failure.kind, "%s", p->failure.text);
}

static void
await(struct pg *p, enum pg_awaited what, struct pg_stmt *st)
{
    int i = (p->first + p->n_awaited) % PG_PIPELINE_MAX;

    assert(p->n_awaited < PG_PIPELINE_MAX);
    p->awaited[i].what = what;
    p->awaited[i].st = st;
    p->awaited[i].serial = ++p->serial;
    p->n_awaited++;
}

/* Room for what one statement makes us wait for. */
static bool
make_room(struct pg *p, struct err *err)
{
    return p->n_awaited + 4 <= PG_PIPELINE_MAX || pg_settle(p, err);
}

bool
pg_send(struct pg *p, const char *text, struct err *err)
{
    if (!usable(p, err) || !make_room(p, err))
        return false;
    if (!PQsendQueryParams(p->c, text, 0, NULL, NULL, NULL, NULL, 1))
        return fail_now(p, err);
    await(p, PG_RAN, NULL);
    return true;
}

bool
pg_send_stmt(struct pg *p, struct pg_stmt *st, struct err *err)
{
    static const int binary[PG_PARAMETERS_MAX] = {
        [0 ... PG_PARAMETERS_MAX - 1] = 1};

    if (st->bad_text)
        return err_set(
            err, FAIL_BAD_INPUT, "a text is not UTF-8, or has a NUL");
    if (!usable(p, err) || !make_room(p, err))
        return false;
    if (!st->prepared) {
        if (!PQsendPrepare(p->c, st->name, st->text, st->n, st->types))
            return fail_now(p, err);
        await(p, PG_PREPARED, st);
        st->prepared = true;
    }
    if (!PQsendQueryPrepared(
            p->c, st->name, st->n, st->values, st->lengths, binary, 1))
        return fail_now(p, err);
    await(p, PG_RAN, st);
    return true;
}

/* ---- results ---- */

/* Wait until libpq has a whole result, sending what it still holds. */
static bool
wait_result(struct pg *p)
{
    int64_t end = clock_mono_ms() + ANSWER_MS;

    while (PQisBusy(p->c)) {
        int unsent = PQflush(p->c);
        struct pollfd fd = {.fd = PQsocket(p->c),
            .events = (short)(unsent ? POLLIN | POLLOUT : POLLIN)};
        int64_t left = end - clock_mono_ms();
        if (unsent < 0 || left <= 0 || poll(&fd, 1, (int)left) < 0 ||
            (fd.revents & (POLLIN | POLLHUP | POLLERR) &&
                !PQconsumeInput(p->c)))
            return false;
    }
    return true;
}

static void
note_failure(struct pg *p, const PGresult *r)
{
    if (!p->failed)
        pg_fail(p, r, &p->failure);
    p->failed = true;
}

/* What was taken to be new is there already. */
static void
note_again(struct pg *p)
{
    static const struct err there = {
        FAIL_CONFLICT, "database: a message is there already"};

    if (p->failed)
        return;
    p->failure = there;
    p->failed = p->sql.met = true;
}

static void
take_rows(struct pg *p, struct pg_stmt *st, PGresult *r, int64_t serial)
{
    bool read = strncmp(PQcmdStatus(r), "SELECT", 6) == 0;
    int64_t n = read ? 0 : atoll(PQcmdTuples(r));

    if (n > 0)
        p->wrote = serial;
    if (!st)
        return;
    st->changed = n;
    if (st->adds && n == 0)
        note_again(p);
    if (!st->keep)
        return;
    PQclear(st->rows);
    st->rows = r;
    st->row = -1;
}

void
pg_forget(struct pg *p, const struct pg_stmt *st)
{
    for (int i = 0; i < PG_PIPELINE_MAX; i++)
        if (p->awaited[i].st == st)
            p->awaited[i].st = NULL;
}

/* Take the result of the oldest statement. */
static bool
take_one(struct pg *p)
{
    int i = p->first;
    struct pg_stmt *st = p->awaited[i].st;
    PGresult *r;

    if (!wait_result(p) || !(r = PQgetResult(p->c)))
        return false;
    switch ((int)PQresultStatus(r)) {
    case PGRES_TUPLES_OK:
    case PGRES_COMMAND_OK:
        if (p->awaited[i].what == PG_RAN)
            take_rows(p, st, r, p->awaited[i].serial);
        break;
    case PGRES_PIPELINE_SYNC:
        assert(p->awaited[i].what == PG_SYNCED);
        break;
    case PGRES_PIPELINE_ABORTED:
        break;
    default:
        note_failure(p, r);
        break;
    }
    if (st && p->awaited[i].what == PG_PREPARED &&
        PQresultStatus(r) != PGRES_COMMAND_OK)
        st->prepared = false;
    if (!st || st->rows != r)
        PQclear(r);
    /* The end of a statement's results; a Sync has none. */
    if (p->awaited[i].what != PG_SYNCED &&
        (!wait_result(p) || PQgetResult(p->c)))
        return false;
    p->first = (p->first + 1) % PG_PIPELINE_MAX;
    p->n_awaited--;
    return true;
}

static bool
sync_now(struct pg *p)
{
    if (!PQpipelineSync(p->c))
        return false;
    await(p, PG_SYNCED, NULL);
    return true;
}

static bool
take_all(struct pg *p)
{
    bool synced = !p->in_tx;

    if (!(synced ? sync_now(p) : PQsendFlushRequest(p->c)))
        return false;
    while (p->n_awaited > 0) {
        bool was_well = !p->failed;
        if (!take_one(p))
            return false;
        /* The server runs nothing more until it sees a Sync. */
        if (was_well && p->failed && !synced) {
            if (!sync_now(p))
                return false;
            synced = true;
        }
    }
    return true;
}

bool
pg_settle(struct pg *p, struct err *err)
{
    if (!p->c)
        return err_set(err, FAIL_SYSTEM, "the database is not open");
    if (p->sql.broken)
        return usable(p, err);
    if (p->n_awaited > 0 && !take_all(p))
        return fail_now(p, err);
    if (!p->failed)
        return true;
    err_set(err, p->failure.kind, "%s", p->failure.text);
    if (!p->in_tx && !p->sql.broken)
        p->failed = false; /* it ended with its Sync */
    return false;
}

void
pg_leave(struct pg *p)
{
    p->in_tx = false;
    if (p->c && !p->sql.broken && (!sync_now(p) || PQflush(p->c) < 0))
        pg_lose(p);
}
