/* SPDX-License-Identifier: ISC */
#ifndef STORE_TEST_FAULT_H
#define STORE_TEST_FAULT_H

#include <sqlite3.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/*
 * A disk that fails on demand: SQLite's own file layer with two methods of the
 * log's file replaced.  fault_install() makes it the default of the process.
 */
enum fault {
    FAULT_NONE,
    FAULT_FULL, /* writing says "no space" */
    FAULT_SYNC, /* fsync says "I/O error" */
};

static atomic_int fault_now; /* enum fault */
static atomic_int fault_after; /* operations that still succeed */
static atomic_int fault_opens; /* log files opened */
static sqlite3_vfs fault_vfs;
static sqlite3_vfs *fault_real;
static sqlite3_io_methods fault_methods;
static const sqlite3_io_methods *fault_real_methods;

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
    return fault_real_methods->xWrite(file, p, n, offset);
}

static int
fault_sync(sqlite3_file *file, int flags)
{
    if (fault_hits(FAULT_SYNC))
        return SQLITE_IOERR_FSYNC;
    return fault_real_methods->xSync(file, flags);
}

static int
fault_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags,
    int *ret_flags)
{
    int rc = fault_real->xOpen(fault_real, name, file, flags, ret_flags);

    (void)vfs;
    if (rc != SQLITE_OK || !(flags & SQLITE_OPEN_WAL))
        return rc;
    atomic_fetch_add(&fault_opens, 1);
    file->pMethods = &fault_methods;
    return rc;
}

/* Before any thread.  All log files share one set of methods, found by opening
 * a file. */
static inline void
fault_install(void)
{
    sqlite3_file *file;

    fault_real = sqlite3_vfs_find(NULL);
    file = calloc(1, (size_t)fault_real->szOsFile);
    if (!file || fault_real->xOpen(fault_real, NULL, file,
                     SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
                         SQLITE_OPEN_DELETEONCLOSE | SQLITE_OPEN_TEMP_DB,
                     NULL) != SQLITE_OK)
        abort();
    fault_real_methods = file->pMethods;
    fault_methods = *fault_real_methods;
    fault_methods.xWrite = fault_write;
    fault_methods.xSync = fault_sync;
    file->pMethods->xClose(file);
    free(file);
    fault_vfs = *fault_real;
    fault_vfs.zName = "fault";
    fault_vfs.xOpen = fault_open;
    sqlite3_vfs_register(&fault_vfs, 1);
}

#endif
