/* SPDX-License-Identifier: ISC */
#ifndef STORE_PG_H
#define STORE_PG_H

#include <libpq-fe.h>

#include "store/sql/sql.h"

/*
 * pg - the driver for PostgreSQL: what the files of this folder share.
 */
enum {
    PG_SCHEMA_BYTES = 64, /* a name in PostgreSQL, with its end */
    PG_XID_BYTES = 24,
    PG_TIMELINE_BYTES = 16,
    PG_PIPELINE_MAX = 512, /* statements whose results are still to come */
};

enum pg_awaited { PG_PREPARED, PG_RAN, PG_SYNCED };

struct pg {
    struct sql sql; /* first: see pg_of */
    PGconn *c; /* NULL: there is none */
    char *url; /* as libpq wants it */
    char schema[PG_SCHEMA_BYTES];
    bool no_migrate;
    bool in_tx; /* BEGIN was sent */
    bool failed; /* the transaction is spoilt: failure says why */
    struct err failure;
    struct {
        enum pg_awaited what;
        struct pg_stmt *st; /* NULL: nobody waits for its rows */
        int64_t serial;
    } awaited[PG_PIPELINE_MAX]; /* oldest first, from first on, around */
    int first, n_awaited;
    int64_t serial; /* of the last statement that was sent */
    int64_t wrote; /* that of the last one that changed a row */
    int64_t turn; /* the last that this handle took */
    bool beside; /* that was with a scope, beside others */
    struct stmt *keys; /* of messages, a row each, for a batch with a scope */
    int64_t last_key; /* the highest of them that this handle used */
    char xid[PG_XID_BYTES]; /* of the transaction that writes */
    char timeline[PG_TIMELINE_BYTES]; /* what xid counts in */
};

static inline struct pg *
pg_of(struct sql *s)
{
    return (struct pg *)s;
}

extern const struct store_ops pg_ops;
extern const struct sql_driver pg_driver;

/* ---- the connection (connect.c) ---- */

/* Split postgresql://...?schema=NAME: ret_url is the caller's. */
bool pg_url(const char *name, char **ret_url, char ret_schema[PG_SCHEMA_BYTES],
    struct err *err);
/* Connect, with the settings that a session of ours has; not in pipeline mode
 * yet. */
bool pg_connect(struct pg *p, struct err *err);
void pg_disconnect(struct pg *p);
/* Run a text of several statements by itself, or ask for one value of text. */
bool pg_exec(struct pg *p, const char *text, struct err *err);
bool pg_ask(struct pg *p, const char *text, char *ret, size_t ret_bytes,
    struct err *err);
/* The connection is gone, or is of no use: from now on the handle is broken. */
void pg_lose(struct pg *p);
/* What a result, or NULL the connection, says went wrong. */
bool pg_fail(struct pg *p, const PGresult *r, struct err *err);

/* ---- the pipeline (pipe.c) ---- */

/* Send a command without parameters, or a prepared statement; its result comes
 * later. */
bool pg_send(struct pg *p, const char *text, struct err *err);
bool pg_send_stmt(struct pg *p, struct pg_stmt *st, struct err *err);
/* Its results, if some are to come, are nobody's. */
void pg_forget(struct pg *p, const struct pg_stmt *st);
/* Wait for all results: false when one of them was a failure, of this
 * transaction if there is one. */
bool pg_settle(struct pg *p, struct err *err);
/* End of a transaction: its results are taken with the next ones. */
void pg_leave(struct pg *p);

/* ---- who may write (turn.c) ---- */

/* In a transaction that was begun: wait for the turn, beside others or alone. */
bool pg_begin_in(
    struct pg *p, const struct store_scope *scope, struct err *err);
bool pg_begin_alone(struct pg *p, struct err *err);
/* The next key of a message that the batch may use; 0: it has none left. */
int64_t pg_next_key(struct sql *s);

/* ---- statements (stmt.c) ---- */

enum { PG_PARAMETERS_MAX = 32 };

struct pg_stmt {
    struct stmt stmt; /* first */
    struct pg *p;
    char name[24];
    char *text; /* translated */
    bool prepared;
    bool keep; /* the rows are wanted */
    bool adds; /* always a row: see run_new of the driver */
    int n; /* parameters */
    Oid types[PG_PARAMETERS_MAX];
    const char *values[PG_PARAMETERS_MAX];
    int lengths[PG_PARAMETERS_MAX];
    char numbers[PG_PARAMETERS_MAX][8]; /* those bound by value */
    bool bad_text; /* one of them is no UTF-8, or has a NUL */
    PGresult *rows;
    int row; /* -1: before the first */
    int64_t changed; /* rows, by the last run */
};

struct stmt *pg_prepare(struct sql *s, const char *text, struct err *err);
void pg_finalize(struct stmt *st);
void pg_bind_text(struct stmt *st, int i, struct span v);
void pg_bind_blob(struct stmt *st, int i, const void *p, size_t len);
void pg_bind_int(struct stmt *st, int i, int64_t v);
void pg_bind_bool(struct stmt *st, int i, bool v);
void pg_bind_double(struct stmt *st, int i, double v);
void pg_bind_null(struct stmt *st, int i);
/* Send it; the next pg_step of it has its rows, after whatever else waits. */
bool pg_ask_for(struct stmt *st, struct err *err);
int pg_step(struct sql *s, struct stmt *st, struct err *err);
bool pg_run(struct sql *s, struct stmt *st, struct err *err);
bool pg_run_new(struct sql *s, struct stmt *st, struct err *err);
bool pg_change(struct sql *s, struct stmt *st, int64_t *ret_n, struct err *err);
bool pg_insert(
    struct sql *s, struct stmt *st, int64_t *ret_key, struct err *err);
void pg_reset(struct stmt *st);
bool pg_is_null(struct stmt *st, int i);
int64_t pg_column_int(struct stmt *st, int i);
double pg_column_double(struct stmt *st, int i);
struct span pg_column_span(struct stmt *st, int i);

/* ---- the rest ---- */

/* Bring the schema up to date, or see that it is (migrate.c). */
bool pg_migrate(struct pg *p, bool look_only, struct err *err);
/* Find the epoch, or begin another one (epoch.c). */
bool pg_epoch_open(struct pg *p, struct err *err);

/* Say that somebody works with the database, for as long as the connection
 * lasts; FAIL_BUSY: somebody has it alone (fill.c). */
bool pg_use(struct pg *p, struct err *err);
/* As driver.h has them. */
extern const char pg_columns[];
bool pg_alone(struct sql *s, struct err *err);
bool pg_fill_begin(struct sql *s, struct err *err);
bool pg_fill_end(struct sql *s, struct err *err);
bool pg_settled(struct sql *s, struct err *err);

/* Finding by words (search.c). */
bool pg_search_put(
    struct sql *s, const struct search_entry *e, bool take, struct err *err);
bool pg_search_find(struct sql *s, const struct search_terms *t, int64_t *keys,
    int *ret_n, struct err *err);

#endif
