/* SPDX-License-Identifier: ISC */
#ifndef STORE_SQLITE_H
#define STORE_SQLITE_H

#include <limits.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include "store/sql/sql.h"

/*
 * sqlite - the driver for SQLite: what the files of this folder share.
 */
struct sqlite {
    struct sql sql; /* first: see sqlite_of */
    sqlite3 *db;
    char *path; /* or ":memory:" */
    bool no_migrate;
    int cache_kib;
    bool changed; /* another program wrote to the file: see watch.c */
    struct {
        struct stat file, log; /* as they were; a zero inode: none */
    } watch;
    int64_t data_version; /* of the caches; another process raises it */
    int64_t log_frames, log_moved; /* pages in the log; of them in the file */
    int64_t log_room; /* bytes of its file that need no look; 0: unknown */
    int64_t page_bytes;
};

/* The handle behind an operation. */
static inline struct sqlite *
sqlite_of(struct store *store)
{
    return (struct sqlite *)store;
}

extern const struct store_ops sqlite_ops;
extern const struct sql_driver sqlite_driver;

/* ---- statements (stmt.c): the driver's half of them ---- */

struct stmt *sqlite_prepare(struct sql *s, const char *text, struct err *err);
void sqlite_finalize(struct stmt *st);
void sqlite_bind_span(struct stmt *st, int i, struct span v);
void sqlite_bind_bytes(struct stmt *st, int i, const void *p, size_t len);
void sqlite_bind_number(struct stmt *st, int i, int64_t v);
void sqlite_bind_truth(struct stmt *st, int i, bool v);
void sqlite_bind_real(struct stmt *st, int i, double v);
void sqlite_bind_null(struct stmt *st, int i);
int sqlite_step(struct sql *s, struct stmt *st, struct err *err);
bool sqlite_run(struct sql *s, struct stmt *st, struct err *err);
bool sqlite_change(
    struct sql *s, struct stmt *st, int64_t *ret_n, struct err *err);
bool sqlite_insert(
    struct sql *s, struct stmt *st, int64_t *ret_key, struct err *err);
void sqlite_reset(struct stmt *st);
bool sqlite_is_null(struct stmt *st, int i);
int64_t sqlite_number(struct stmt *st, int i);
double sqlite_real(struct stmt *st, int i);
struct span sqlite_span(struct stmt *st, int i);
/* Run statements that are asked once, and without an answer (sqlite.c). */
bool sqlite_exec(struct sqlite *s, const char *sql, struct err *err);
/* Turn an SQLite error into ours; returns false. */
bool sqlite_fail(struct sqlite *s, int rc, struct err *err);

/* ---- the write-ahead log (SQLite's, not ours; sqlite.c) ---- */

/* How long it is, and moving it into the database file; truncate also shrinks
 * it. */
struct wal {
    int64_t bytes;
    int64_t unmoved_bytes; /* of them, not yet in the database file */
};
struct wal sqlite_wal(const struct sqlite *s);
void sqlite_checkpoint(struct sqlite *s, bool truncate);

/* Make the log's file longer than it needs to be (room.c).  Between batches. */
void room_make(struct sqlite *s);
int64_t room_used(const struct sqlite *s); /* bytes of it that are in use */

/* ---- the file under the handle (watch.c) ---- */

/* Take the file as it is now for ours: after opening, and after moving the log
 * into it. */
void watch_note(struct sqlite *s);
bool sqlite_look(struct store *store, struct err *err);
bool sqlite_check(
    struct store *store, const atomic_bool *stop, struct err *err);

/* ---- finding by words (search.c) ---- */

bool sqlite_search_put(
    struct sql *s, const struct search_entry *e, bool take, struct err *err);
bool sqlite_search_find(struct sql *s, const struct search_terms *t,
    int64_t *keys, int *ret_n, struct err *err);

/* ---- copying, as driver.h has it (fill.c) ---- */

extern const char sqlite_columns[];
bool sqlite_alone(struct sql *s, struct err *err);
bool sqlite_fill_begin(struct sql *s, struct err *err);
bool sqlite_fill_end(struct sql *s, struct err *err);

/* Find the epoch, or begin another one (epoch.c). */
bool epoch_open(struct sqlite *s, struct err *err);

#endif
