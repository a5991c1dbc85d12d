/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "store/sqlite/sqlite.h"

/*
 * DESIGN.  Unix lets a file be deleted, replaced or written over while we have
 * it open, and nothing fails: what we commit is then gone with the file, or lies
 * on top of another's.  So what the path stands for is compared with what we
 * opened, device and inode, before each batch and once a second without one.
 * Nobody but the thread that writes changes the file itself, when it moves the
 * log into it, so its size and time tell when somebody else did.  That need not
 * be harm (another program may move the log, too): the handle is opened anew,
 * which looks whether all is there, and whole.
 */

enum { CHECK_STEPS = 100 }; /* of SQLite's machine between two looks */

static bool
is_file(const struct sqlite *s)
{
    return strcmp(s->path, ":memory:") != 0;
}

static bool
stat_beside(const struct sqlite *s, const char *end, struct stat *ret)
{
    char path[PATH_MAX];
    int n = snprintf(path, sizeof(path), "%s%s", s->path, end);

    return n < (int)sizeof(path) && stat(path, ret) == 0;
}

static bool
same_file(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

void
watch_note(struct sqlite *s)
{
    if (!is_file(s) || !stat_beside(s, "", &s->watch.file))
        memset(&s->watch, 0, sizeof(s->watch));
    else if (!s->watch.log.st_ino)
        stat_beside(s, "-wal", &s->watch.log);
}

static bool
check_log(struct sqlite *s, struct err *err)
{
    struct stat now;

    if (!s->watch.log.st_ino) { /* made with the first commit */
        stat_beside(s, "-wal", &s->watch.log);
        return true;
    }
    if (!stat_beside(s, "-wal", &now) || !same_file(&now, &s->watch.log))
        return err_set(err, FAIL_SYSTEM,
            "the database's log (-wal) was deleted or replaced while in use: "
            "stop the gateway, which moves it into the database, and start it");
    if (s->log_frames == 0 || now.st_size >= room_used(s))
        return true;
    s->sql.broken = s->changed = true; /* all of it may have been moved */
    return err_set(
        err, FAIL_SYSTEM, "the database's log (-wal) was cut while in use");
}

bool
sqlite_look(struct store *store, struct err *err)
{
    struct sqlite *s = sqlite_of(store);
    const struct stat *was = &s->watch.file;
    struct stat now;

    if (!s->db || !was->st_ino)
        return true;
    if (!stat_beside(s, "", &now))
        return err_set(err, FAIL_SYSTEM,
            "the database file is gone: put it back, or a backup in its place "
            "and restart");
    if (!same_file(&now, was))
        return err_set(err, FAIL_SYSTEM,
            "another file is in the database's place: put it back, or restart "
            "to work with this one");
    if (now.st_size != was->st_size ||
        memcmp(&now.st_mtim, &was->st_mtim, sizeof(now.st_mtim)) != 0) {
        s->sql.broken = s->changed = true;
        return err_set(
            err, FAIL_SYSTEM, "another program wrote to the database file");
    }
    return check_log(s, err);
}

static int
is_stopped(void *stop)
{
    return atomic_load((const atomic_bool *)stop);
}

bool
sqlite_check(struct store *store, const atomic_bool *stop, struct err *err)
{
    struct sqlite *s = sqlite_of(store);
    char found[sizeof(s->sql.why.text)] = "";
    sqlite3_stmt *st = NULL;
    int rc;

    if (stop)
        sqlite3_progress_handler(s->db, CHECK_STEPS, is_stopped, (void *)stop);
    rc = sqlite3_prepare_v2(s->db, "PRAGMA quick_check(1)", -1, &st, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_step(st);
    if (rc == SQLITE_ROW)
        snprintf(found, sizeof(found), "%s", sqlite3_column_text(st, 0));
    sqlite3_finalize(st);
    sqlite3_progress_handler(s->db, 0, NULL, NULL);
    if (rc == SQLITE_INTERRUPT)
        return err_set(err, FAIL_BUSY, "the check was stopped");
    if (rc != SQLITE_ROW)
        return sqlite_fail(s, rc, err);
    return strcmp(found, "ok") == 0 ||
           err_set(err, FAIL_SYSTEM, "the database is damaged: %s", found);
}
