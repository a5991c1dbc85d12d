/* SPDX-License-Identifier: ISC */
#include "store/sqlite.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "store/sqlite_migrate.h"

/*
 * DESIGN.  One writer, any number of readers, WAL, synchronous=FULL: a commit
 * is one append to the log and one fdatasync.  Whoever has many jobs waiting
 * runs them in one transaction (writer.c).
 *
 * Operations in a batch.  SQLite may answer an error by rolling the whole
 * transaction back; what follows in the batch would then commit one by one,
 * silently.  So every operation looks first whether its transaction still
 * lives, and a batch that lost it is doomed: it fails as a whole.  The same
 * fate meets a batch in which an OP_CHECKED operation broke off after its
 * first write.  A savepoint instead would undo only that operation, but SQLite
 * then copies every page it touches: 1.3 to 2 us, a seventh of a whole save.
 * And the only causes left, a full or broken disk, are going to fail the
 * commit anyway.
 *
 * The log is moved into the file by the thread that writes, never by another:
 * SQLite 3.7.0 to 3.51.2 can lose committed pages when one connection
 * checkpoints while another commits ("WAL-reset bug", sqlite.org/wal.html
 * section 11), and Debian's 3.40.1 is among them.
 */
enum {
    BUSY_TIMEOUT_MS = 2000,
    WRITER_CACHE_KIB = 4 * 1024, /* nearly all inserts append */
    READER_CACHE_KIB = 4 * 1024,
    LOG_KEPT_BYTES = 64 * 1024 * 1024, /* a longer file is cut when reused */
    SQL_BYTES = 300,
    FILE_MODE = 0600, /* it holds password hashes and private messages */
};

static bool
exec(struct store *s, const char *sql, struct err *err)
{
    int rc = sqlite3_exec(s->db, sql, NULL, NULL, NULL);

    return rc == SQLITE_OK || sqlite_fail(s, rc, err);
}

static int
on_commit(void *store, sqlite3 *db, const char *schema, int frames)
{
    struct store *s = store;

    (void)db;
    (void)schema;
    if (frames < s->log_frames)
        s->log_moved = 0; /* the log began anew */
    s->log_frames = frames;
    return SQLITE_OK;
}

/* SQLite would make the file with mode 0644; log and index take over the mode
 * of the file.  Only a file that is new may be touched here: closing any
 * descriptor of a database drops all of this process's locks on it. */
static bool
make_file(const char *path, struct err *err)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, FILE_MODE);

    if (fd < 0)
        return errno == EEXIST ||
               err_set(err, FAIL_SYSTEM, "cannot make the database file: %m");
    close(fd);
    return true;
}

static bool
configure(struct store *s, struct err *err)
{
    bool memory = strcmp(s->path, ":memory:") == 0;
    char sql[SQL_BYTES];
    sqlite3_stmt *st;
    bool wal;
    int rc;

    sqlite3_extended_result_codes(s->db, 1);
    sqlite3_busy_timeout(s->db, BUSY_TIMEOUT_MS);
    sqlite3_snprintf(sizeof(sql), sql,
        "PRAGMA foreign_keys=ON; PRAGMA synchronous=FULL;"
        "PRAGMA wal_autocheckpoint=0; PRAGMA temp_store=MEMORY;"
        "PRAGMA secure_delete=FAST; PRAGMA journal_size_limit=%d;"
        "PRAGMA cache_size=-%d",
        LOG_KEPT_BYTES, s->cache_kib);
    if (!exec(s, sql, err))
        return false;
    sqlite3_wal_hook(s->db, on_commit, s);
    if (s->read_only || memory)
        return true;

    rc = sqlite3_prepare_v2(s->db, "PRAGMA journal_mode=WAL", -1, &st, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_step(st);
    wal = rc == SQLITE_ROW &&
          strcmp((const char *)sqlite3_column_text(st, 0), "wal") == 0;
    if (rc != SQLITE_ROW)
        sqlite_fail(s, rc, err);
    else if (!wal)
        err_set(err, FAIL_SYSTEM, "the file system cannot hold a WAL");
    sqlite3_finalize(st);
    return wal;
}

/* Read one number; for set-up, so not through a slot. */
static bool
ask(struct store *s, const char *sql, int64_t *ret, struct err *err)
{
    sqlite3_stmt *st;
    int rc = sqlite3_prepare_v2(s->db, sql, -1, &st, NULL);

    if (rc == SQLITE_OK)
        rc = sqlite3_step(st);
    if (rc == SQLITE_ROW)
        *ret = sqlite3_column_int64(st, 0);
    else
        sqlite_fail(s, rc, err);
    sqlite3_finalize(st);
    return rc == SQLITE_ROW;
}

static bool
last_message(struct store *s, int64_t *ret_key, struct err *err)
{
    return ask(s, "SELECT coalesce(max(key), 0) FROM messages", ret_key, err);
}

static bool
open_db(struct store *s, struct err *err)
{
    int flags = SQLITE_OPEN_NOMUTEX |
                (s->read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE);
    int rc;

    rc = sqlite3_open_v2(s->path, &s->db, flags, NULL);
    if (rc != SQLITE_OK)
        return err_set(err, FAIL_SYSTEM, "cannot open the database: %s",
            s->db ? sqlite3_errmsg(s->db) : "out of memory");
    return configure(s, err) &&
           sqlite_migrate(s->db, sqlite_migrations, sqlite_migrations_n,
               s->read_only, err) &&
           ask(s, "PRAGMA page_size", &s->page_bytes, err) &&
           last_message(s, &s->committed_key, err);
}

static void
close_db(struct store *s)
{
    sqlite_stmts_free(s);
    sqlite3_close(s->db);
    s->db = NULL;
    cache_clear(s);
    s->in_batch = s->doomed = s->broken = false;
    s->log_frames = s->log_moved = 0;
}

struct store *
store_open(const char *url, bool read_only, struct err *err)
{
    static const char scheme[] = "sqlite:";
    const char *path = url + sizeof(scheme) - 1;
    struct store *s;

    if (strncmp(url, scheme, sizeof(scheme) - 1) != 0 || !*path) {
        err_set(err, FAIL_BAD_INPUT, "a store is named sqlite:PATH");
        return NULL;
    }
    if (!read_only && strcmp(path, ":memory:") != 0 && !make_file(path, err))
        return NULL;
    s = xcalloc(1, sizeof(*s));
    s->path = xstrdup(path);
    s->read_only = read_only;
    s->cache_kib = read_only ? READER_CACHE_KIB : WRITER_CACHE_KIB;
    cache_init(s);
    if (!open_db(s, err)) {
        store_close(s);
        return NULL;
    }
    return s;
}

void
store_limit_cache(struct store *s, int mb)
{
    char sql[SQL_BYTES];

    s->cache_kib = mb * 1024;
    sqlite3_snprintf(sizeof(sql), sql, "PRAGMA cache_size=-%d", s->cache_kib);
    if (s->db) /* else it holds from the next open on */
        sqlite3_exec(s->db, sql, NULL, NULL, NULL);
}

void
store_close(struct store *s)
{
    if (!s)
        return;
    close_db(s);
    cache_fini(s);
    free(s->path);
    free(s);
}

bool
store_broken(const struct store *s)
{
    return s->broken || !s->db;
}

bool
store_reopen(struct store *s, struct err *err)
{
    int64_t before = s->committed_key;

    close_db(s);
    if (!open_db(s, err)) {
        close_db(s);
        s->committed_key = before;
        return false;
    }
    if (s->committed_key >= before)
        return true;
    close_db(s);
    s->committed_key = before;
    return err_set(err, FAIL_SYSTEM,
        "committed messages are missing from the database: restore a backup");
}

static bool
run_slot(
    struct store *s, enum sqlite_slot slot, const char *sql, struct err *err)
{
    sqlite3_stmt *st = sqlite_stmt(s, slot, sql, err);

    return st && sqlite_run(s, st, err);
}

static void
rollback(struct store *s)
{
    if (!sqlite3_get_autocommit(s->db))
        run_slot(s, Q_ROLLBACK, "ROLLBACK", NULL);
    cache_clear(s);
}

static bool
check_caches(struct store *s, struct err *err)
{
    sqlite3_stmt *st =
        sqlite_stmt(s, Q_DATA_VERSION, "PRAGMA data_version", err);
    int64_t version;

    if (!st || sqlite_step(s, st, err) != SQLITE_ROW)
        return false;
    version = sqlite3_column_int64(st, 0);
    sqlite3_reset(st);
    if (version != s->data_version)
        cache_clear(s);
    s->data_version = version;
    return true;
}

static bool
begin(struct store *s, struct err *err)
{
    if (s->read_only)
        return err_set(err, FAIL_FORBIDDEN, "the store is open for reading");
    if (!run_slot(s, Q_BEGIN, "BEGIN IMMEDIATE", err))
        return false;
    if (check_caches(s, err))
        return true;
    rollback(s);
    return false;
}

static bool
commit(struct store *s, struct err *err)
{
    if (run_slot(s, Q_COMMIT, "COMMIT", err))
        return true;
    rollback(s);
    return false;
}

bool
store_begin(struct store *s, struct err *err)
{
    assert(!s->in_batch);
    s->doomed = false;
    s->in_batch = begin(s, err);
    return s->in_batch;
}

static void
doom(struct store *s, const struct err *why)
{
    if (s->doomed)
        return;
    s->doomed = true;
    s->why = *why;
    s->why.kind = FAIL_SYSTEM; /* to the others in the batch */
}

/* Has SQLite rolled the batch back on its own? */
static void
check_alive(struct store *s)
{
    static const struct err lost = {
        FAIL_SYSTEM, "database: the transaction was rolled back"};

    if (s->in_batch && sqlite3_get_autocommit(s->db))
        doom(s, &lost);
}

bool
store_commit(struct store *s, struct err *err)
{
    sqlite3_stmt *st;
    int64_t key = 0;

    assert(s->in_batch);
    check_alive(s);
    if (s->doomed) {
        err_set(err, s->why.kind, "%s", s->why.text);
        store_rollback(s);
        return false;
    }
    st = sqlite_stmt(s, Q_LAST_MESSAGE, "SELECT max(key) FROM messages", err);
    if (st && sqlite_step(s, st, err) == SQLITE_ROW) {
        key = sqlite3_column_int64(st, 0);
        sqlite3_reset(st);
    } else {
        store_rollback(s);
        return false;
    }
    s->in_batch = false;
    if (!commit(s, err))
        return false;
    s->committed_key = key;
    return true;
}

void
store_rollback(struct store *s)
{
    s->in_batch = s->doomed = false;
    if (s->db)
        rollback(s);
}

bool
op_begin(struct store *s, enum op_kind kind, struct err *err)
{
    if (!s->in_batch) {
        s->op_saved = false;
        return begin(s, err);
    }
    check_alive(s);
    if (s->doomed)
        return err_set(err, s->why.kind, "%s", s->why.text);
    s->op_saved = kind == OP_SAVED;
    if (s->op_saved)
        return run_slot(s, Q_SAVE, "SAVEPOINT op", err);
    s->op_changes = sqlite3_total_changes64(s->db);
    return true;
}

static void
undo(struct store *s, const struct err *why)
{
    if (!s->op_saved) {
        if (sqlite3_total_changes64(s->db) != s->op_changes)
            doom(s, why);
        return;
    }
    if (!run_slot(s, Q_UNDO, "ROLLBACK TO op", NULL) ||
        !run_slot(s, Q_RELEASE, "RELEASE op", NULL))
        doom(s, why);
}

bool
op_end(struct store *s, bool ok, struct err *err)
{
    static const struct err unsaid = {
        FAIL_SYSTEM, "database: an operation broke off"};

    if (!s->in_batch) {
        if (ok)
            return commit(s, err);
        rollback(s);
        return false;
    }
    if (!ok)
        undo(s, err ? err : &unsaid);
    else if (s->op_saved)
        ok = run_slot(s, Q_RELEASE, "RELEASE op", err);
    return ok;
}

void
store_checkpoint(struct store *s, bool truncate)
{
    int log = -1, moved = -1, rc;

    if (!s->db || s->read_only)
        return;
    rc = sqlite3_wal_checkpoint_v2(s->db, NULL,
        truncate ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE, &log,
        &moved);
    if (rc != SQLITE_OK)
        sqlite_fail(s, rc, NULL);
    if (log < 0)
        return; /* busy, or there is no log: the next one will do it */
    s->log_frames = log;
    s->log_moved = moved;
}

struct store_log
store_log(const struct store *s)
{
    return (struct store_log){.bytes = s->log_frames * s->page_bytes,
        .unmoved_bytes = (s->log_frames - s->log_moved) * s->page_bytes};
}
