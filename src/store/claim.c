/* SPDX-License-Identifier: ISC */
#include "store/claim.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

static const char scheme[] = "sqlite:";
static const char remote[] = "postgresql:";
static const char suffix[] = ".lock";
static const char mark_suffix[] = ".restoring";
static const char log_suffix[] = "-wal";

/* Bytes 18 and 19 of a database's header say how it is written and read: 1 is
 * without a write-ahead log.  As the gateway keeps it, it is 2. */
enum { HEADER_BYTES = 20, WRITE_VERSION = 18, WITHOUT_LOG = 1 };

struct claim {
    int fd; /* -1: nothing to guard */
};

static char *
beside(const char *path, const char *end)
{
    char *name = xmalloc(strlen(path) + strlen(end) + 1);

    sprintf(name, "%s%s", path, end);
    return name;
}

/* Not on the database itself: closing a descriptor of that would drop SQLite's
 * own locks. */
static bool
take(struct claim *c, const char *path, struct err *err)
{
    char *name = beside(path, suffix);
    bool ok;

    c->fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    ok = c->fd >= 0 && flock(c->fd, LOCK_EX | LOCK_NB) == 0;
    if (!ok && errno == EWOULDBLOCK)
        err_set(err, FAIL_BUSY, "another gateway works with %s", path);
    else if (!ok)
        err_set(err, FAIL_SYSTEM, "%s: %m", name);
    free(name);
    return ok;
}

static bool
has_bytes(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && st.st_size > 0;
}

/* A copy that somebody put there by hand: SQLite would replay the log of the
 * database before over it.  Nobody has the file open yet; later, closing a
 * descriptor of it would drop SQLite's own locks. */
static bool
has_foreign_log(const char *path, const char *log)
{
    unsigned char header[HEADER_BYTES];
    int fd = has_bytes(log) ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    bool foreign =
        fd >= 0 &&
        read(fd, header, sizeof(header)) == (ssize_t)sizeof(header) &&
        header[WRITE_VERSION] == WITHOUT_LOG;

    if (fd >= 0)
        close(fd);
    return foreign;
}

static bool
is_whole(const char *path, struct err *err)
{
    char *mark = beside(path, mark_suffix), *log = beside(path, log_suffix);
    bool ok = true;

    if (access(mark, F_OK) == 0)
        ok = err_set(err, FAIL_CONFLICT,
            "a restore of %s was broken off: run meeshyctl restore again",
            path);
    else if (has_foreign_log(path, log))
        ok = err_set(err, FAIL_CONFLICT,
            "%s is of another database than %s: restore copies by meeshyctl "
            "restore, or move it away",
            log, path);
    else if (has_bytes(log) && !has_bytes(path))
        ok = err_set(err, FAIL_CONFLICT,
            "%s is gone or empty, but what was said last is in %s: put the "
            "database back beside it, or move that away to begin anew",
            path, log);
    free(mark);
    free(log);
    return ok;
}

static const char *
path_of(const char *url)
{
    size_t n = sizeof(scheme) - 1;

    return strncmp(url, scheme, n) == 0 ? url + n : url;
}

/* A database in memory, or one that another process has (store_options). */
static bool
is_no_file(const char *url)
{
    return strcmp(path_of(url), ":memory:") == 0 ||
           strncmp(url, remote, sizeof(remote) - 1) == 0;
}

struct claim *
claim_to_replace(const char *url, struct err *err)
{
    struct claim *c = xcalloc(1, sizeof(*c));

    c->fd = -1;
    if (is_no_file(url) || take(c, path_of(url), err))
        return c;
    claim_drop(c);
    return NULL;
}

struct claim *
claim_take(const char *url, struct err *err)
{
    struct claim *c = claim_to_replace(url, err);

    if (!c || is_no_file(url) || is_whole(path_of(url), err))
        return c;
    claim_drop(c);
    return NULL;
}

bool
claim_mark(const char *path, bool on, struct err *err)
{
    char *mark = beside(path, mark_suffix);
    int fd = on ? open(mark, O_WRONLY | O_CREAT | O_CLOEXEC, 0600) : -1;
    bool ok =
        on ? fd >= 0 && fsync(fd) == 0 : unlink(mark) == 0 || errno == ENOENT;

    if (!ok)
        err_set(err, FAIL_SYSTEM, "%s: %m", mark);
    if (fd >= 0)
        close(fd);
    free(mark);
    return ok;
}

void
claim_drop(struct claim *c)
{
    if (!c)
        return;
    if (c->fd >= 0)
        close(c->fd);
    free(c);
}
