/* SPDX-License-Identifier: ISC */
#include "ctl/scratch.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"

enum { FOLDERS_OPEN_MAX = 8 };

char *
scratch_make(const char *beside, struct err *err)
{
    struct buf b = {0};
    char *dir;

    buf_addf(&b, "%s.XXXXXX", beside);
    dir = buf_take(&b);
    if (mkdtemp(dir))
        return dir;
    err_set(err, FAIL_SYSTEM, "make a folder beside %s: %m", beside);
    free(dir);
    return NULL;
}

static int
remove_one(const char *path, const struct stat *st, int flag, struct FTW *at)
{
    (void)st;
    (void)flag;
    (void)at;
    return remove(path);
}

void
scratch_remove(char *dir)
{
    if (dir)
        nftw(dir, remove_one, FOLDERS_OPEN_MAX, FTW_DEPTH | FTW_PHYS);
    free(dir);
}

char *
scratch_path(const char *dir, const char *name)
{
    struct buf b = {0};

    buf_addf(&b, "%s/%s", dir, name);
    return buf_take(&b);
}

bool
scratch_sync_folder_of(const char *path, struct err *err)
{
    const char *slash = strrchr(path, '/');
    struct buf b = {0};
    char *dir;
    int fd;
    bool ok;

    if (slash)
        buf_add(&b, path, (size_t)(slash - path + 1));
    else
        buf_addc(&b, '.');
    dir = buf_take(&b);
    fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    ok = fd >= 0 && fsync(fd) == 0;
    if (!ok)
        err_set(err, FAIL_SYSTEM, "sync %s: %m", dir);
    if (fd >= 0)
        close(fd);
    free(dir);
    return ok;
}
