/* SPDX-License-Identifier: ISC */
#include "store/pg/pg.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/*
 * DESIGN.  Who may write when: turn.c.  What is waited for: pipe.c.
 *
 * When the connection is lost while a commit is under way, whether it happened
 * is asked on another one, by the transaction's number.  So an acknowledgement
 * is never wrong, and nothing is saved a second time.
 *
 * A server that takes over from another (a standby that is promoted) begins a
 * timeline, and gives the numbers of what it did not get of the old one to
 * others.  There nobody knows.
 */
#define TIMELINE "left(pg_walfile_name(pg_current_wal_lsn()), 8)"

/* ---- opening ---- */

static bool
last_message(struct pg *p, int64_t *ret_key, struct err *err)
{
    char key[32];

    if (!pg_ask(p, "SELECT coalesce(max(key), 0) FROM messages", key,
            sizeof(key), err))
        return false;
    *ret_key = atoll(key);
    return true;
}

static bool
find_timeline(struct pg *p, struct err *err)
{
    return pg_ask(p, "SELECT " TIMELINE, p->timeline, sizeof(p->timeline), err);
}

/* Up to the pipeline, which has no way back. */
static bool
open_db(struct pg *p, struct err *err)
{
    p->sql.broken = false;
    p->turn = 0;
    if (!pg_connect(p, err))
        return false;
    if (pg_migrate(p, p->sql.read_only || p->no_migrate, err) &&
        (p->sql.read_only || (pg_use(p, err) && find_timeline(p, err))) &&
        last_message(p, &p->sql.committed_key, err) && pg_epoch_open(p, err) &&
        PQsetnonblocking(p->c, 1) == 0 && PQenterPipelineMode(p->c) == 1)
        return true;
    pg_disconnect(p);
    return false;
}

static void
pg_close(struct store *store)
{
    struct sql *s = sql_of(store);
    struct pg *p = pg_of(s);

    pg_disconnect(p);
    cache_fini(s);
    free(s->holder_id);
    free(p->url);
    free(p);
}

static struct store *
pg_open(const char *name, const struct store_options *options, struct err *err)
{
    struct pg *p = xcalloc(1, sizeof(*p));

    p->sql.store.ops = &pg_ops;
    p->sql.driver = &pg_driver;
    p->sql.read_only = options->read_only;
    p->sql.forget_edits = options->forget_edits;
    p->no_migrate = options->no_migrate;
    p->sql.holder_id = options->holder ? xstrdup(options->holder) : NULL;
    cache_init(&p->sql);
    if (pg_url(name, &p->url, p->schema, err) && open_db(p, err))
        return &p->sql.store;
    pg_close(&p->sql.store);
    return NULL;
}

static bool
pg_broken(const struct store *store)
{
    const struct pg *p = (const struct pg *)store;

    return p->sql.broken || !p->c;
}

static bool
pg_reopen(struct store *store, struct err *err)
{
    struct sql *s = sql_of(store);
    struct pg *p = pg_of(s);
    int64_t before = s->committed_key;
    char epoch[STORE_EPOCH_BYTES];
    bool ok;

    memcpy(epoch, s->epoch, sizeof(epoch));
    pg_disconnect(p);
    cache_clear(s);
    s->in_batch = s->doomed = false;
    ok = open_db(p, err);
    if (ok && s->committed_key < before)
        ok = err_set(err, FAIL_SYSTEM,
            "committed messages are missing from the database: this server "
            "lacks what another had");
    else if (ok && strcmp(s->epoch, epoch) != 0)
        ok = err_set(err, FAIL_SYSTEM,
            "the database is another one now: restart to work with it");
    if (ok)
        return true;
    pg_disconnect(p);
    s->broken = true;
    s->committed_key = before;
    memcpy(s->epoch, epoch, sizeof(epoch));
    return false;
}

/* Has the server ended the connection meanwhile? */
static bool
pg_look(struct store *store, struct err *err)
{
    struct pg *p = pg_of(sql_of(store));

    if (p->c && !p->sql.broken && !PQconsumeInput(p->c)) {
        pg_lose(p);
        return err_set(
            err, FAIL_SYSTEM, "the connection to the database is lost");
    }
    return true;
}

/* Its pages are the server's to look after. */
static bool
pg_check(struct store *store, const atomic_bool *stop, struct err *err)
{
    (void)stop;
    return pg_look(store, err);
}

static bool
pg_tend(struct store *store, bool idle)
{
    return search_tend(sql_of(store), idle);
}

/* ---- transactions ---- */

static void
rollback(struct sql *s)
{
    struct pg *p = pg_of(s);

    if (!p->in_tx)
        return;
    if (p->c && !s->broken) {
        pg_settle(p, NULL); /* what was sent before */
        p->failed = false;
        pg_send(p, "ROLLBACK", NULL);
    }
    p->in_tx = false;
    pg_settle(p, NULL);
}

static bool
begin(struct sql *s, const struct store_scope *scope, struct err *err)
{
    struct pg *p = pg_of(s);

    if (!pg_send(p, "BEGIN", err))
        return false;
    p->in_tx = true;
    if (scope ? pg_begin_in(p, scope, err) : pg_begin_alone(p, err))
        return true;
    rollback(s);
    cache_clear(s);
    return false;
}

/* Whether a commit that broke off happened: 1, 0, or -1, nobody knows. */
static int
find_out(struct pg *p)
{
    char sql[160], status[16];
    struct pg other = {.url = p->url, .sql = {.read_only = true}};
    bool asked;

    memcpy(other.schema, p->schema, sizeof(other.schema));
    snprintf(sql, sizeof(sql),
        "SELECT pg_xact_status('%s'::xid8) WHERE " TIMELINE " = '%s'", p->xid,
        p->timeline);
    if (!pg_connect(&other, NULL))
        return -1;
    asked = pg_ask(&other, sql, status, sizeof(status), NULL);
    pg_disconnect(&other);
    if (asked && strcmp(status, "committed") == 0)
        return 1;
    return asked && strcmp(status, "aborted") == 0 ? 0 : -1;
}

/* The last message of a batch that is alone, which may have the database give
 * its keys. */
static bool
find_last(struct pg *p, struct err *err)
{
    struct stmt *st =
        sql_stmt(&p->sql, Q_LAST_MESSAGE, "SELECT max(key) FROM messages", err);

    if (!st || pg_step(&p->sql, st, err) != SQL_ROW)
        return false;
    p->last_key = pg_column_int(st, 0);
    pg_reset(st);
    return true;
}

static bool
commit(struct sql *s, struct err *err)
{
    struct pg *p = pg_of(s);
    int known = 1;
    bool ok;

    /* Not before it is known that all went well. */
    if (!(s->scoped ? pg_settle(p, err) : find_last(p, err)))
        return false;
    ok = pg_send(p, "COMMIT", err);
    if (ok) {
        p->in_tx = false; /* the Sync behind it ends the transaction anyway */
        ok = pg_settle(p, err);
    }
    if (!ok && (!s->broken || !p->xid[0]))
        return false;
    if (!ok)
        known = find_out(p);
    if (known == 1 && p->last_key > s->committed_key)
        s->committed_key = p->last_key;
    if (known < 0)
        err_set(err, FAIL_UNKNOWN,
            "the database was lost while saving, so this may be saved or "
            "not: send it again under the same clientMessageId");
    return known == 1;
}

static bool
alive(struct sql *s)
{
    struct pg *p = pg_of(s);

    return p->in_tx && !p->failed && !s->broken;
}

static bool
save(struct sql *s, struct err *err)
{
    /* What failed before is not this operation's. */
    return pg_settle(pg_of(s), err) && pg_send(pg_of(s), "SAVEPOINT op", err);
}

static bool
release(struct sql *s, struct err *err)
{
    return pg_send(pg_of(s), "RELEASE op", err) && pg_settle(pg_of(s), err);
}

static bool
undo(struct sql *s)
{
    struct pg *p = pg_of(s);

    if (s->broken)
        return false;
    pg_settle(p, NULL);
    p->failed = false;
    return pg_send(p, "ROLLBACK TO op", NULL) && release(s, NULL);
}

static int64_t
mark(struct sql *s)
{
    return pg_of(s)->serial;
}

static bool
wrote_since(struct sql *s, int64_t before)
{
    struct pg *p = pg_of(s);

    return !pg_settle(p, NULL) || p->wrote > before;
}

static bool
begin_reading(struct sql *s, struct err *err)
{
    struct pg *p = pg_of(s);

    if (!pg_send(p, "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY", err))
        return false;
    p->in_tx = true;
    return true;
}

static void
end_reading(struct sql *s)
{
    struct pg *p = pg_of(s);

    p->failed = p->failed && s->broken;
    pg_send(p, "COMMIT", NULL);
    pg_leave(p);
}

const struct sql_driver pg_driver = {
    .prepare = pg_prepare,
    .finalize = pg_finalize,
    .bind_text = pg_bind_text,
    .bind_blob = pg_bind_blob,
    .bind_int = pg_bind_int,
    .bind_bool = pg_bind_bool,
    .bind_double = pg_bind_double,
    .bind_null = pg_bind_null,
    .step = pg_step,
    .run = pg_run,
    .run_new = pg_run_new,
    .next_key = pg_next_key,
    .change = pg_change,
    .insert = pg_insert,
    .reset = pg_reset,
    .is_null = pg_is_null,
    .column_int = pg_column_int,
    .column_double = pg_column_double,
    .column_span = pg_column_span,
    .begin = begin,
    .commit = commit,
    .rollback = rollback,
    .alive = alive,
    .save = save,
    .undo = undo,
    .release = release,
    .mark = mark,
    .wrote_since = wrote_since,
    .read_begin = begin_reading,
    .read_end = end_reading,
    .search_put = pg_search_put,
    .search_find = pg_search_find,
    .alone = pg_alone,
    .columns = pg_columns,
    .fill_begin = pg_fill_begin,
    .fill_end = pg_fill_end,
    .settle = pg_settled,
    .keys_with_holes = true,
};

const struct store_ops pg_ops = {
    .scheme = "postgresql:",
    .remote = true,
    .open = pg_open,
    .close = pg_close,
    .begin = sql_begin,
    .again = sql_again,
    .commit = sql_commit,
    .rollback = sql_rollback,
    .tend = pg_tend,
    .broken = pg_broken,
    .reopen = pg_reopen,
    .look = pg_look,
    .check = pg_check,
    .totals = sql_totals,
    .copy = sql_copy,
    .user = &sql_user_ops,
    .conversation = &sql_conversation_ops,
    .member = &sql_member_ops,
    .link = &sql_link_ops,
    .invitation = &sql_invitation_ops,
    .bot = &sql_bot_ops,
    .outhook = &sql_outhook_ops,
    .push = &sql_push_ops,
    .admin = &sql_admin_ops,
    .people = &sql_people_ops,
    .message = &sql_message_ops,
    .mark = &sql_mark_ops,
    .read = &sql_read_ops,
    .search = &sql_search_ops,
    .translation = &sql_translation_ops,
    .glossary = &sql_glossary_ops,
    .correction = &sql_correction_ops,
    .face = &sql_face_ops,
    .file = &sql_file_ops,
    .log = &sql_log_ops,
};
