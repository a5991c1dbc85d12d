/* SPDX-License-Identifier: ISC */
#include "store/claim.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/mem.h"

static const char scheme[] = "sqlite:";
static const char suffix[] = ".lock";

struct claim {
    int fd; /* -1: nothing to guard */
};

/* Not on the database itself: closing a descriptor of that would drop SQLite's
 * own locks. */
static bool
take(struct claim *c, const char *path, struct err *err)
{
    char *name = xmalloc(strlen(path) + sizeof(suffix));
    bool ok;

    sprintf(name, "%s%s", path, suffix);
    c->fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    ok = c->fd >= 0 && flock(c->fd, LOCK_EX | LOCK_NB) == 0;
    if (!ok && errno == EWOULDBLOCK)
        err_set(err, FAIL_BUSY, "another gateway works with %s", path);
    else if (!ok)
        err_set(err, FAIL_SYSTEM, "%s: %m", name);
    free(name);
    return ok;
}

struct claim *
claim_take(const char *url, struct err *err)
{
    struct claim *c = xcalloc(1, sizeof(*c));

    c->fd = -1;
    if (strncmp(url, scheme, sizeof(scheme) - 1) == 0)
        url += sizeof(scheme) - 1;
    if (strcmp(url, ":memory:") == 0 || take(c, url, err))
        return c;
    claim_drop(c);
    return NULL;
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
