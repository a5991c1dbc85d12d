/* SPDX-License-Identifier: ISC */
#ifndef STORE_TEST_FAULT_H
#define STORE_TEST_FAULT_H

#include <sqlite3.h>
#include <stdatomic.h>
#include <stdbool.h>

/*
 * A disk that fails on demand: SQLite's own file layer with two methods of the
 * log's file replaced.  It also tells when the database file itself is synced,
 * which happens when the log was moved into it.  fault_install() makes it the
 * default of the process.
 */
enum fault {
    FAULT_NONE,
    FAULT_FULL, /* writing says "no space" */
    FAULT_SYNC, /* fsync says "I/O error" */
};

static atomic_int fault_now; /* enum fault */
static atomic_int fault_after; /* operations that still succeed */
static atomic_int fault_opens; /* log files opened */
static atomic_int fault_syncs; /* of the log, that succeeded */
static void (*_Atomic fault_on_move)(void); /* or NULL; on SQLite's thread */
static sqlite3_vfs fault_vfs;
static sqlite3_vfs *fault_real;
/* Of the log and of the database file: the real ones, and ours. */
static const sqlite3_io_methods *fault_real_log, *fault_real_main;
static sqlite3_io_methods fault_log, fault_main;

static inline bool
fault_hits(int kind)
{
    return atomic_load(&fault_now) == kind &&
           atomic_fetch_sub(&fault_after, 1) <= 0;
}

static inline void
fault_set(enum fault kind, int after)
{
    atomic_store(&fault_after, after);
    atomic_store(&fault_now, kind);
}

static int
fault_write(sqlite3_file *file, const void *p, int n, sqlite3_int64 offset)
{
    if (fault_hits(FAULT_FULL))
        return SQLITE_FULL;
    return fault_real_log->xWrite(file, p, n, offset);
}

static int
fault_sync(sqlite3_file *file, int flags)
{
    if (fault_hits(FAULT_SYNC))
        return SQLITE_IOERR_FSYNC;
    atomic_fetch_add(&fault_syncs, 1);
    return fault_real_log->xSync(file, flags);
}

static int
fault_main_sync(sqlite3_file *file, int flags)
{
    void (*on_move)(void) = atomic_load(&fault_on_move);

    if (on_move)
        on_move();
    return fault_real_main->xSync(file, flags);
}

static int
fault_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags,
    int *ret_flags)
{
    int rc = fault_real->xOpen(fault_real, name, file, flags, ret_flags);

    (void)vfs;
    if (rc != SQLITE_OK)
        return rc;
    if (flags & SQLITE_OPEN_WAL) {
        atomic_fetch_add(&fault_opens, 1);
        if (!fault_real_log) {
            fault_real_log = file->pMethods;
            fault_log = *fault_real_log;
            fault_log.xWrite = fault_write;
            fault_log.xSync = fault_sync;
        }
        file->pMethods = &fault_log;
    } else if (flags & SQLITE_OPEN_MAIN_DB) {
        if (!fault_real_main) {
            fault_real_main = file->pMethods;
            fault_main = *fault_real_main;
            fault_main.xSync = fault_main_sync;
        }
        file->pMethods = &fault_main;
    }
    return rc;
}

/* Before any thread.  The methods are found when the first database is opened,
 * which must happen before any thread as well. */
static inline void
fault_install(void)
{
    fault_real = sqlite3_vfs_find(NULL);
    fault_vfs = *fault_real;
    fault_vfs.zName = "fault";
    fault_vfs.xOpen = fault_open;
    sqlite3_vfs_register(&fault_vfs, 1);
}

#endif
