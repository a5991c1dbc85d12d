/* SPDX-License-Identifier: ISC */
#include "models/depot.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/id.h"
#include "base/mem.h"
#include "models/digest.h"

enum { ROOM_TO_SPARE = 32 * 1024 * 1024 };

struct depot {
    char *dir;
    int fd; /* of dir */
    int lock;
};

static char *
join(const char *dir, const char *name)
{
    struct buf b = {0};

    buf_addf(&b, "%s/%s", dir, name);
    return buf_take(&b);
}

/* ---- clearing away ---- */

/* A folder of plain files and folders, two levels deep; links are not
 * followed. */
static void
sweep(int at, const char *name, int depth)
{
    int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    DIR *d = fd >= 0 ? fdopendir(fd) : NULL;
    struct dirent *e;

    if (!d && fd >= 0)
        close(fd);
    while (d && (e = readdir(d)) != NULL) {
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        if (unlinkat(fd, e->d_name, 0) != 0 && depth > 0)
            sweep(fd, e->d_name, depth - 1);
    }
    if (d)
        closedir(d);
    unlinkat(at, name, AT_REMOVEDIR);
}

static bool
is_there(int at, const char *name)
{
    struct stat st;

    return fstatat(at, name, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

/* A model that was to be replaced and could not be exchanged in one step:
 * when we were killed in between, it goes back to its place. */
static void
settle(struct depot *d)
{
    int fd = openat(d->fd, ".old", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *old = fd >= 0 ? fdopendir(fd) : NULL;
    struct dirent *e;

    if (!old && fd >= 0)
        close(fd);
    while (old && (e = readdir(old)) != NULL) {
        if (manifest_name_valid(span_of(e->d_name)) &&
            !is_there(d->fd, e->d_name))
            renameat(fd, e->d_name, d->fd, e->d_name);
    }
    if (old)
        closedir(old);
    sweep(d->fd, ".old", 3);
}

/* ---- opening ---- */

/* With all folders above it, as the data folder may not be there yet. */
static bool
make_folders(const char *dir, struct err *err)
{
    char *path = xstrdup(dir);
    bool ok = true;

    for (char *p = path + 1; ok && *p; p++) {
        if (*p != '/')
            continue;
        *p = '\0';
        ok = mkdir(path, 0755) == 0 || errno == EEXIST;
        *p = '/';
    }
    ok = ok && (mkdir(path, 0755) == 0 || errno == EEXIST);
    if (!ok)
        err_set(err, FAIL_SYSTEM, "make %s: %m", dir);
    free(path);
    return ok;
}

static bool
take_lock(struct depot *d, struct err *err)
{
    d->lock =
        openat(d->fd, ".lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (d->lock < 0)
        return err_set(err, FAIL_SYSTEM, "open %s/.lock: %m", d->dir);
    if (flock(d->lock, LOCK_EX | LOCK_NB) == 0)
        return true;
    return err_set(err, errno == EWOULDBLOCK ? FAIL_BUSY : FAIL_SYSTEM,
        "somebody else is changing the models in %.120s", d->dir);
}

struct depot *
depot_open(const char *dir, struct err *err)
{
    struct depot *d = xcalloc(1, sizeof(*d));

    d->dir = xstrdup(dir);
    d->fd = d->lock = -1;
    if (make_folders(dir, err)) {
        d->fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (d->fd < 0)
            err_set(err, FAIL_SYSTEM, "open %s: %m", dir);
        else if (take_lock(d, err)) {
            settle(d);
            return d;
        }
    }
    depot_close(d);
    return NULL;
}

void
depot_close(struct depot *d)
{
    if (!d)
        return;
    if (d->lock >= 0)
        close(d->lock);
    if (d->fd >= 0)
        close(d->fd);
    free(d->dir);
    free(d);
}

bool
depot_has_room(struct depot *d, uint64_t bytes, struct err *err)
{
    struct statvfs fs;
    uint64_t room;

    if (fstatvfs(d->fd, &fs) != 0)
        return err_set(err, FAIL_SYSTEM, "look at %s: %m", d->dir);
    room = (uint64_t)fs.f_bavail * fs.f_frsize;
    if (room >= bytes && room - bytes >= ROOM_TO_SPARE)
        return true;
    return err_set(err, FAIL_BUSY,
        "the disk has room for %" PRIu64 " MB, %" PRIu64 " MB are needed",
        room / 1000000, (bytes + ROOM_TO_SPARE) / 1000000);
}

/* ---- changing ---- */

char *
depot_stage(struct depot *d, const char *name, struct err *err)
{
    char *above = join(d->dir, ".new"), *path = join(above, name);

    assert(manifest_name_valid(span_of(name)));
    if ((mkdir(above, 0755) != 0 && errno != EEXIST) ||
        (mkdir(path, 0755) != 0 && errno != EEXIST)) {
        err_set(err, FAIL_SYSTEM, "make %s: %m", path);
        free(path);
        path = NULL;
    }
    free(above);
    return path;
}

void
depot_forget(struct depot *d, const char *name)
{
    int above = openat(d->fd, ".new", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    assert(manifest_name_valid(span_of(name)));
    if (above < 0)
        return;
    sweep(above, name, 0);
    close(above);
    unlinkat(d->fd, ".new", AT_REMOVEDIR); /* when it is the last */
}

/* A file or a folder. */
static bool
sync_path(const char *path, struct err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool ok = fd >= 0 && fsync(fd) == 0;

    if (!ok)
        err_set(err, FAIL_SYSTEM, "sync %s: %m", path);
    if (fd >= 0)
        close(fd);
    return ok;
}

static bool
write_manifest(const char *stage, const struct manifest *m, struct err *err)
{
    char *path = join(stage, "model.json");
    struct buf b = {0};
    FILE *f;
    bool ok;

    manifest_format(m, &b);
    f = fopen(path, "we");
    ok = f && fwrite(b.p, 1, b.len, f) == b.len && fflush(f) == 0 &&
         fsync(fileno(f)) == 0;
    if (f)
        ok = fclose(f) == 0 && ok;
    if (!ok)
        err_set(err, FAIL_SYSTEM, "write %s: %m", path);
    buf_free(&b);
    free(path);
    return ok;
}

/* Also what an earlier attempt wrote, which may have ended before its sync. */
static bool
sync_all(const char *stage, const struct manifest *m, struct err *err)
{
    bool ok = true;

    for (enum manifest_role r = 0; ok && r < MANIFEST_ROLES; r++) {
        char *path = manifest_path(m, stage, r);

        ok = !path || sync_path(path, err);
        free(path);
    }
    return ok;
}

/* Only what belongs to the model shall be installed with it. */
static void
drop_strangers(const char *stage, const struct manifest *m)
{
    DIR *d = opendir(stage);
    struct dirent *e;

    while (d && (e = readdir(d)) != NULL) {
        bool ours = strcmp(e->d_name, ".") == 0 ||
                    strcmp(e->d_name, "..") == 0 ||
                    strcmp(e->d_name, "model.json") == 0;

        for (int r = 0; r < MANIFEST_ROLES; r++)
            ours = ours || strcmp(e->d_name, m->files[r].name) == 0;
        if (!ours)
            unlinkat(dirfd(d), e->d_name, 0);
    }
    if (d)
        closedir(d);
}

/* Move a model to .old, where nobody looks, and delete it. */
static bool
put_away(struct depot *d, const char *name, struct err *err)
{
    char as[ID_BYTES + 1] = "-";
    int old;
    bool ok;

    if (mkdirat(d->fd, ".old", 0755) != 0 && errno != EEXIST)
        return err_set(err, FAIL_SYSTEM, "make %s/.old: %m", d->dir);
    old = openat(d->fd, ".old", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    id_new(as + 1);
    ok = old >= 0 && renameat(d->fd, name, old, as) == 0;
    if (!ok)
        err_set(err, errno == ENOENT ? FAIL_NOT_FOUND : FAIL_SYSTEM,
            "remove %s: %m", name);
    if (old >= 0)
        close(old);
    fsync(d->fd);
    sweep(d->fd, ".old", 3);
    return ok;
}

/* For file systems that cannot exchange two folders: killed in between,
 * settle() puts the old one back. */
static bool
replace_slowly(struct depot *d, int stages, const char *name, struct err *err)
{
    int old;
    bool ok;

    if (mkdirat(d->fd, ".old", 0755) != 0 && errno != EEXIST)
        return err_set(err, FAIL_SYSTEM, "make %s/.old: %m", d->dir);
    old = openat(d->fd, ".old", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    ok = old >= 0 && renameat(d->fd, name, old, name) == 0 &&
         renameat(stages, name, d->fd, name) == 0;
    if (!ok)
        err_set(err, FAIL_SYSTEM, "install %s: %m", name);
    if (old >= 0)
        close(old);
    fsync(d->fd);
    settle(d);
    return ok;
}

static bool
swap_in(struct depot *d, int stages, const char *name, struct err *err)
{
    if (renameat2(stages, name, d->fd, name, RENAME_NOREPLACE) == 0)
        return true;
    if (errno == EINVAL && renameat(stages, name, d->fd, name) == 0)
        return true; /* a file system without flags, and nothing was there */
    if (renameat2(stages, name, d->fd, name, RENAME_EXCHANGE) == 0)
        return true; /* the old one is on the stage now, and forgotten */
    return replace_slowly(d, stages, name, err);
}

bool
depot_install(struct depot *d, const struct manifest *m, struct err *err)
{
    char *stage = depot_stage(d, m->name, err);
    int stages = -1;
    bool ok = stage != NULL;

    if (ok) {
        drop_strangers(stage, m);
        stages = openat(d->fd, ".new", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        ok = sync_all(stage, m, err) && write_manifest(stage, m, err) &&
             sync_path(stage, err) &&
             (stages >= 0 ||
                 err_set(err, FAIL_SYSTEM, "open %s/.new: %m", d->dir));
    }
    ok = ok && swap_in(d, stages, m->name, err) && sync_path(d->dir, err);
    if (stages >= 0)
        close(stages);
    if (ok)
        depot_forget(d, m->name);
    free(stage);
    return ok;
}

bool
depot_remove(struct depot *d, const char *name, struct err *err)
{
    if (!manifest_name_valid(span_of(name)) || !is_there(d->fd, name))
        return err_set(err, FAIL_NOT_FOUND, "no model %.64s is installed in %s",
            name, d->dir);
    depot_forget(d, name);
    return put_away(d, name, err) && sync_path(d->dir, err);
}

/* ---- without a lock ---- */

char *
depot_next_folder(struct span *rest)
{
    while (rest->p) {
        struct span dir = span_cut(rest, ':');
        if (dir.len > 0)
            return span_dup(dir);
    }
    return NULL;
}

char *
depot_first_folder(const char *folders)
{
    struct span rest = span_of(folders);
    char *dir = depot_next_folder(&rest);

    return dir ? dir : xstrdup(".");
}

static int
by_name(const void *a, const void *b)
{
    const struct depot_model *x = a, *y = b;

    return strcmp(x->manifest.name, y->manifest.name);
}

static bool
is_folder(int at, const char *name)
{
    struct stat st;

    return fstatat(at, name, &st, 0) == 0 && S_ISDIR(st.st_mode);
}

struct depot_model *
depot_list(const char *dir, size_t *n)
{
    DIR *d = opendir(dir);
    struct depot_model *list = xcalloc(1, sizeof(*list));
    struct dirent *e;

    *n = 0;
    while (d && *n < DEPOT_MODELS_MAX && (e = readdir(d)) != NULL) {
        struct depot_model *m;
        struct err err = {0};
        char *path;

        if (!manifest_name_valid(span_of(e->d_name)) ||
            !is_folder(dirfd(d), e->d_name))
            continue;
        if ((*n & (*n - 1)) == 0)
            list = xrealloc(list, (*n ? 2 * *n : 1) * sizeof(*list));
        m = &list[(*n)++];
        memset(m, 0, sizeof(*m));
        path = join(dir, e->d_name);
        if (!manifest_load(path, &m->manifest, &err)) {
            memset(m, 0, sizeof(*m));
            snprintf(m->manifest.name, sizeof(m->manifest.name), "%.*s",
                MANIFEST_NAME_BYTES - 1, e->d_name);
            snprintf(m->why, sizeof(m->why), "%s", err.text);
        }
        free(path);
    }
    if (d)
        closedir(d);
    qsort(list, *n, sizeof(*list), by_name);
    return list;
}

bool
depot_verify(const char *dir, const char *name, struct err *err)
{
    struct manifest m;
    char *folder;
    bool ok;

    if (!manifest_name_valid(span_of(name)))
        return err_set(err, FAIL_NOT_FOUND, "no model has such a name");
    folder = join(dir, name);
    ok = manifest_load(folder, &m, err);
    for (enum manifest_role r = 0; ok && r < MANIFEST_ROLES; r++) {
        char *path = manifest_path(&m, folder, r);

        ok = !path ||
             digest_check(path, m.files[r].bytes, m.files[r].sha256, err);
        free(path);
    }
    free(folder);
    return ok;
}
