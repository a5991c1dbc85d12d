/* SPDX-License-Identifier: ISC */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/id.h"
#include "base/mem.h"
#include "store/sqlite/sqlite.h"

/*
 * DESIGN.  An older copy put in the place of the database is whole and valid,
 * and looks as it did when it was made.  So something outside of it has to
 * remember which one it was: a mark, which changes with every opening, is kept
 * in the database and in a file beside it.  They differ when the database is a
 * copy of before the last opening, or came without its file; a backup made by
 * meeshyctl has no epoch at all.  In doubt the epoch changes: its readers then
 * read anew, which costs them a page of history and nothing else.
 */
static const char suffix[] = ".mark";
static const char fresh_suffix[] = ".mark-new";

static char *
beside(const struct sqlite *s, const char *end)
{
    size_t len = strlen(s->path);
    char *path = xmalloc(len + strlen(end) + 1);

    memcpy(path, s->path, len);
    strcpy(path + len, end);
    return path;
}

static void
read_mark(const struct sqlite *s, char ret[ID_BYTES])
{
    char *path = beside(s, suffix);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd >= 0 ? read(fd, ret, ID_LEN) : 0;

    ret[n > 0 ? n : 0] = '\0';
    if (fd >= 0)
        close(fd);
    free(path);
}

/* In one step, so that a crash leaves the old mark or the new one. */
static bool
write_mark(const struct sqlite *s, const char *mark, struct err *err)
{
    char *path = beside(s, suffix), *fresh = beside(s, fresh_suffix);
    int fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    ssize_t len = (ssize_t)strlen(mark);
    bool ok = fd >= 0 && write(fd, mark, (size_t)len) == len;

    ok = (fd < 0 || close(fd) == 0) && ok && rename(fresh, path) == 0;
    if (!ok)
        err_set(err, FAIL_SYSTEM, "%s: %m", path);
    free(path);
    free(fresh);
    return ok;
}

/* The row of the table; "" where there is none. */
static bool
find(struct sqlite *s, char mark[ID_BYTES], struct err *err)
{
    struct stmt *st =
        sql_stmt(&s->sql, Q_EPOCH, "SELECT epoch, mark FROM epoch", err);
    int rc;

    s->sql.epoch[0] = mark[0] = '\0';
    if (!st)
        return false;
    rc = sql_step(&s->sql, st, err);
    if (rc == SQL_ROW) {
        column_z(st, 0, s->sql.epoch, sizeof(s->sql.epoch));
        column_z(st, 1, mark, ID_BYTES);
        sql_reset(st);
    }
    return rc == SQL_ROW || rc == SQL_DONE;
}

static bool
save(struct sqlite *s, const char *mark, struct err *err)
{
    struct stmt *drop =
        sql_stmt(&s->sql, Q_EPOCH_DROP, "DELETE FROM epoch", err);
    struct stmt *add = sql_stmt(&s->sql, Q_EPOCH_ADD,
        "INSERT INTO epoch (epoch, mark) VALUES (?1, ?2)", err);

    if (!drop || !add || !op_begin(&s->sql, OP_CHECKED, err))
        return false;
    bind_z(add, 1, s->sql.epoch);
    bind_z(add, 2, mark);
    return op_end(&s->sql,
        sql_run(&s->sql, drop, err) && sql_run(&s->sql, add, err), err);
}

bool
epoch_open(struct sqlite *s, struct err *err)
{
    bool memory = strcmp(s->path, ":memory:") == 0;
    char known[ID_BYTES], kept[ID_BYTES] = "", mark[ID_BYTES];

    if (!find(s, known, err))
        return false;
    if (s->sql.read_only)
        return true;
    if (!memory)
        read_mark(s, kept);
    if (!s->sql.epoch[0] || strcmp(known, kept) != 0)
        id_new(s->sql.epoch);
    id_new(mark);
    return save(s, mark, err) && (memory || write_mark(s, mark, err));
}
