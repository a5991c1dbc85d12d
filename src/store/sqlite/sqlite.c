/* SPDX-License-Identifier: ISC */
#include "store/sqlite/sqlite.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "store/sqlite/migrate.h"

/*
 * DESIGN.  One writer, any number of readers, WAL, synchronous=FULL: a commit
 * is one append to the log and one fdatasync.  Whoever has many jobs waiting
 * runs them in one transaction (writer.c).
 *
 * The log is moved into the file by the thread that writes, never by another:
 * SQLite 3.7.0 to 3.51.2 can lose committed pages when one connection
 * checkpoints while another commits ("WAL-reset bug", sqlite.org/wal.html
 * section 11), and Debian's 3.40.1 is among them.  That happens after the jobs
 * of a batch were answered: when the queue has been empty for a moment, or when
 * the log has reached a limit.  The first limit does not wait for readers; the
 * second does, and so bounds the log.
 */
enum {
    LOG_MOVE_BYTES = 16 * 1024 * 1024,
    LOG_BYTES_MAX = 256 * 1024 * 1024,
    BUSY_TIMEOUT_MS = 2000,
    WRITER_CACHE_KIB = 4 * 1024, /* nearly all inserts append */
    READER_CACHE_KIB = 4 * 1024,
    LOG_KEPT_BYTES = 64 * 1024 * 1024, /* a longer file is cut when reused */
    SQL_BYTES = 300,
    FILE_MODE = 0600, /* it holds password hashes and private messages */
};

bool
sqlite_exec(struct sqlite *s, const char *sql, struct err *err)
{
    int rc = sqlite3_exec(s->db, sql, NULL, NULL, NULL);

    return rc == SQLITE_OK || sqlite_fail(s, rc, err);
}

static int
on_commit(void *store, sqlite3 *db, const char *schema, int frames)
{
    struct sqlite *s = store;

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

static void
now_ms(sqlite3_context *c, int n, sqlite3_value **args)
{
    (void)n;
    (void)args;
    sqlite3_result_int64(c, clock_wall_ms());
}

/* There is one writer: see known.c. */
static void
may_know(sqlite3_context *c, int n, sqlite3_value **args)
{
    (void)n;
    (void)args;
    sqlite3_result_int(c, 1);
}

/* Of a message: the next one, which the table gives. */
static void
new_key(sqlite3_context *c, int n, sqlite3_value **args)
{
    (void)n;
    (void)args;
    sqlite3_result_null(c);
}

static bool
configure(struct sqlite *s, struct err *err)
{
    bool memory = strcmp(s->path, ":memory:") == 0;
    char sql[SQL_BYTES];
    sqlite3_stmt *st;
    bool wal;
    int rc;

    sqlite3_extended_result_codes(s->db, 1);
    sqlite3_create_function(
        s->db, "now_ms", 0, SQLITE_UTF8, NULL, now_ms, NULL, NULL);
    sqlite3_create_function(
        s->db, "new_key", 1, SQLITE_UTF8, NULL, new_key, NULL, NULL);
    sqlite3_create_function(
        s->db, "may_know", 1, SQLITE_UTF8, NULL, may_know, NULL, NULL);
    sqlite3_busy_timeout(s->db, BUSY_TIMEOUT_MS);
    sqlite3_snprintf(sizeof(sql), sql,
        "PRAGMA foreign_keys=ON; PRAGMA synchronous=FULL;"
        "PRAGMA wal_autocheckpoint=0; PRAGMA temp_store=MEMORY;"
        "PRAGMA secure_delete=FAST; PRAGMA journal_size_limit=%d;"
        "PRAGMA cache_size=-%d",
        LOG_KEPT_BYTES, s->cache_kib);
    if (!sqlite_exec(s, sql, err))
        return false;
    sqlite3_wal_hook(s->db, on_commit, s);
    if (s->sql.read_only || memory)
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
ask(struct sqlite *s, const char *sql, int64_t *ret, struct err *err)
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
last_message(struct sqlite *s, int64_t *ret_key, struct err *err)
{
    return ask(s, "SELECT coalesce(max(key), 0) FROM messages", ret_key, err);
}

static bool
open_db(struct sqlite *s, struct err *err)
{
    int flags =
        SQLITE_OPEN_NOMUTEX |
        (s->sql.read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE);
    struct migrate_how how = {.steps = sqlite_migrations,
        .n = sqlite_migrations_n,
        .look_only = s->sql.read_only || s->no_migrate,
        .path = s->path};
    int rc;

    rc = sqlite3_open_v2(s->path, &s->db, flags, NULL);
    if (rc != SQLITE_OK)
        return err_set(err, FAIL_SYSTEM, "cannot open the database: %s",
            s->db ? sqlite3_errmsg(s->db) : "out of memory");
    if (!configure(s, err) || !sqlite_migrate(s->db, &how, err) ||
        !ask(s, "PRAGMA page_size", &s->page_bytes, err) ||
        !last_message(s, &s->sql.committed_key, err) || !epoch_open(s, err) ||
        !log_count_fresh(&s->sql, err))
        return false;
    watch_note(s);
    return true;
}

static void
close_db(struct sqlite *s)
{
    sql_stmts_free(&s->sql);
    sqlite3_close(s->db);
    s->db = NULL;
    cache_clear(&s->sql);
    s->sql.in_batch = s->sql.doomed = s->sql.broken = false;
    s->log_frames = s->log_moved = s->log_room = 0;
    memset(&s->watch, 0, sizeof(s->watch));
}

static void
sqlite_close(struct store *store)
{
    struct sqlite *s = sqlite_of(store);

    close_db(s);
    cache_fini(&s->sql);
    free(s->path);
    free(s->sql.holder_id);
    free(s);
}

/* SQLite would count its memory under a lock, for every allocation. */
static void
count_nothing(void)
{
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

static struct store *
sqlite_open(
    const char *path, const struct store_options *options, struct err *err)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    bool read_only = options->read_only;
    struct sqlite *s;

    pthread_once(&once, count_nothing);
    if (!read_only && strcmp(path, ":memory:") != 0 && !make_file(path, err))
        return NULL;
    s = xcalloc(1, sizeof(*s));
    s->sql.store.ops = &sqlite_ops;
    s->sql.driver = &sqlite_driver;
    s->path = xstrdup(path);
    s->sql.read_only = read_only;
    s->sql.holder_id = options->holder ? xstrdup(options->holder) : NULL;
    s->no_migrate = options->no_migrate;
    s->sql.forget_edits = options->forget_edits;
    s->cache_kib = options->cache_mb ? options->cache_mb * 1024
                   : read_only       ? READER_CACHE_KIB
                                     : WRITER_CACHE_KIB;
    cache_init(&s->sql);
    if (!open_db(s, err)) {
        sqlite_close(&s->sql.store);
        return NULL;
    }
    return &s->sql.store;
}

static bool
sqlite_broken(const struct store *store)
{
    const struct sqlite *s = (const struct sqlite *)store;

    return s->sql.broken || !s->db;
}

/* Is what was opened what it was, with all that was committed? */
static bool
is_ours(
    struct sqlite *s, int64_t committed_key, const char *epoch, struct err *err)
{
    if (s->sql.committed_key < committed_key)
        return err_set(err, FAIL_SYSTEM,
            "committed messages are missing from the database: restore a "
            "backup");
    if (strcmp(s->sql.epoch, epoch) != 0)
        return err_set(err, FAIL_SYSTEM,
            "the database is another one now: restart to work with it");
    return !s->changed || sqlite_check(&s->sql.store, NULL, err);
}

static bool
sqlite_reopen(struct store *store, struct err *err)
{
    struct sqlite *s = sqlite_of(store);
    int64_t before = s->sql.committed_key;
    char epoch[STORE_EPOCH_BYTES];

    memcpy(epoch, s->sql.epoch, sizeof(epoch));
    close_db(s);
    if (open_db(s, err) && is_ours(s, before, epoch, err)) {
        s->changed = false;
        return true;
    }
    close_db(s);
    s->sql.committed_key = before;
    memcpy(s->sql.epoch, epoch, sizeof(epoch));
    return false;
}

/* ---- transactions ---- */

static bool
run_slot(
    struct sqlite *s, enum sql_slot slot, const char *text, struct err *err)
{
    struct stmt *st = sql_stmt(&s->sql, slot, text, err);

    return st && sqlite_run(&s->sql, st, err);
}

static bool
alive(struct sql *sql)
{
    struct sqlite *s = sqlite_of(&sql->store);

    return !s->db || !sqlite3_get_autocommit(s->db);
}

static void
rollback(struct sql *sql)
{
    struct sqlite *s = sqlite_of(&sql->store);

    if (s->db && !sqlite3_get_autocommit(s->db))
        run_slot(s, Q_ROLLBACK, "ROLLBACK", NULL);
}

static bool
check_caches(struct sqlite *s, struct err *err)
{
    struct stmt *st =
        sql_stmt(&s->sql, Q_DATA_VERSION, "PRAGMA data_version", err);
    int64_t version;

    if (!st || sqlite_step(&s->sql, st, err) != SQL_ROW)
        return false;
    version = column_int64(st, 0);
    sql_reset(st);
    if (version != s->data_version)
        cache_clear(&s->sql);
    s->data_version = version;
    return true;
}

static bool
begin(struct sql *sql, const struct store_scope *scope, struct err *err)
{
    struct sqlite *s = sqlite_of(&sql->store);

    (void)scope; /* there is one writer */
    if (!run_slot(s, Q_BEGIN, "BEGIN IMMEDIATE", err))
        return false;
    if (check_caches(s, err))
        return true;
    rollback(sql);
    cache_clear(sql);
    return false;
}

static bool
commit(struct sql *sql, struct err *err)
{
    struct sqlite *s = sqlite_of(&sql->store);
    struct stmt *st =
        sql_stmt(sql, Q_LAST_MESSAGE, "SELECT max(key) FROM messages", err);
    int64_t key;

    if (!st || sqlite_step(sql, st, err) != SQL_ROW)
        return false;
    key = column_int64(st, 0);
    sql_reset(st);
    if (run_slot(s, Q_COMMIT, "COMMIT", err)) {
        sql->committed_key = key;
        return true;
    }
    if (sql->broken) /* the log may have all of it, or not */
        err_set(err, FAIL_UNKNOWN,
            "the disk failed while saving, so this may be saved or not: send "
            "it again under the same clientMessageId");
    return false;
}

static bool
save(struct sql *sql, struct err *err)
{
    return run_slot(sqlite_of(&sql->store), Q_SAVE, "SAVEPOINT op", err);
}

static bool
release(struct sql *sql, struct err *err)
{
    return run_slot(sqlite_of(&sql->store), Q_RELEASE, "RELEASE op", err);
}

static bool
undo(struct sql *sql)
{
    return run_slot(sqlite_of(&sql->store), Q_UNDO, "ROLLBACK TO op", NULL) &&
           release(sql, NULL);
}

static int64_t
mark(struct sql *sql)
{
    return sqlite3_total_changes64(sqlite_of(&sql->store)->db);
}

static bool
wrote_since(struct sql *sql, int64_t before)
{
    return mark(sql) != before;
}

static bool
begin_reading(struct sql *sql, struct err *err)
{
    struct sqlite *s = sqlite_of(&sql->store);

    if (s->db && !sqlite3_get_autocommit(s->db))
        return true;
    return run_slot(s, Q_READ_BEGIN, "BEGIN", err);
}

static void
end_reading(struct sql *sql)
{
    run_slot(sqlite_of(&sql->store), Q_READ_END, "COMMIT", NULL);
}

/* ---- housekeeping ---- */

void
sqlite_checkpoint(struct sqlite *s, bool truncate)
{
    int log = -1, moved = -1, rc;

    if (!s->db || s->sql.read_only || !sqlite_look(&s->sql.store, NULL))
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
    if (truncate)
        s->log_room = 0;
    watch_note(s);
}

struct wal
sqlite_wal(const struct sqlite *s)
{
    return (struct wal){.bytes = s->log_frames * s->page_bytes,
        .unmoved_bytes = (s->log_frames - s->log_moved) * s->page_bytes};
}

static bool
sqlite_tend(struct store *store, bool idle)
{
    struct sqlite *s = sqlite_of(store);
    bool more = search_tend(&s->sql, idle);
    struct wal wal;

    log_tend(&s->sql);
    wal = sqlite_wal(s);
    if (wal.bytes >= LOG_BYTES_MAX)
        sqlite_checkpoint(s, true);
    else if (wal.unmoved_bytes >= LOG_MOVE_BYTES ||
             (idle && !more && wal.unmoved_bytes > 0))
        sqlite_checkpoint(s, false);
    else
        room_make(s);
    return more;
}

const struct sql_driver sqlite_driver = {
    .prepare = sqlite_prepare,
    .finalize = sqlite_finalize,
    .bind_text = sqlite_bind_span,
    .bind_blob = sqlite_bind_bytes,
    .bind_int = sqlite_bind_number,
    .bind_bool = sqlite_bind_truth,
    .bind_double = sqlite_bind_real,
    .bind_null = sqlite_bind_null,
    .step = sqlite_step,
    .run = sqlite_run,
    .change = sqlite_change,
    .insert = sqlite_insert,
    .reset = sqlite_reset,
    .is_null = sqlite_is_null,
    .column_int = sqlite_number,
    .column_double = sqlite_real,
    .column_span = sqlite_span,
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
    .search_put = sqlite_search_put,
    .search_find = sqlite_search_find,
    .alone = sqlite_alone,
    .columns = sqlite_columns,
    .fill_begin = sqlite_fill_begin,
    .fill_end = sqlite_fill_end,
    .settle = sqlite_fill_end,
    .log_fresh = true,
    .names_fold = true,
};

const struct store_ops sqlite_ops = {
    .scheme = "sqlite:",
    .open = sqlite_open,
    .close = sqlite_close,
    .begin = sql_begin,
    .again = sql_again,
    .commit = sql_commit,
    .rollback = sql_rollback,
    .tend = sqlite_tend,
    .broken = sqlite_broken,
    .reopen = sqlite_reopen,
    .look = sqlite_look,
    .check = sqlite_check,
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
    .face = &sql_face_ops,
    .file = &sql_file_ops,
    .correction = &sql_correction_ops,
    .translation = &sql_translation_ops,
    .glossary = &sql_glossary_ops,
    .log = &sql_log_ops,
};
