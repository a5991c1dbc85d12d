/* SPDX-License-Identifier: ISC */
#include "gateway/files_impl.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bq.h"
#include "base/mem.h"
#include "gateway/gateway.h"

enum {
    UPLOADS_MAX = 64, /* at once, of everybody */
    DOWNLOADS_MAX = 512,
    GUEST_SHARE = 10, /* of what a person may have */
};

/* ---- the folder ---- */

/* Where the database is no file. */
#define DATA "data/"

/* FILES, or "files" beside the database. */
static char *
folder_of(const struct config *cfg)
{
    static const char scheme[] = "sqlite:";
    const char *path = cfg->database_url, *slash;
    struct buf b = {0};

    if (cfg->files[0])
        return xstrdup(cfg->files);
    if (strncmp(path, scheme, sizeof(scheme) - 1) == 0)
        path += sizeof(scheme) - 1;
    else
        path = DATA;
    slash = strrchr(path, '/');
    buf_addf(&b, "%.*sfiles", slash ? (int)(slash + 1 - path) : 0, path);
    return buf_take(&b);
}

static bool
make(const char *path, struct err *err)
{
    return mkdir(path, 0700) == 0 || errno == EEXIST ||
           err_set(err, FAIL_SYSTEM, "make %s: %m", path);
}

static bool
make_folder(const struct files *f, struct err *err)
{
    char path[FILES_PATH_BYTES];

    if (strlen(f->folder) > FILES_FOLDER_BYTES_MAX)
        return err_set(err, FAIL_BAD_INPUT, "FILES is too long");
    files_path_new(f, "", path);
    /* The one that databases of files are in by default. */
    if (strncmp(f->folder, DATA, sizeof(DATA) - 1) == 0 && !make(DATA, err))
        return false;
    return make(f->folder, err) && make(path, err);
}

void
files_path_new(
    const struct files *f, const char *id, char ret[FILES_PATH_BYTES])
{
    snprintf(ret, FILES_PATH_BYTES, "%s/new/%s", f->folder, id);
}

void
files_path(
    const struct files *f, struct span sha256, char ret[FILES_PATH_BYTES])
{
    snprintf(ret, FILES_PATH_BYTES, "%s/%.2s/%.*s", f->folder, sha256.p,
        SPAN_ARG(sha256));
}

static bool
sync_folder(const char *path, struct err *err)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = fd >= 0 && fsync(fd) == 0;

    if (!ok)
        err_set(err, FAIL_SYSTEM, "sync %s: %m", path);
    if (fd >= 0)
        close(fd);
    return ok;
}

bool
files_place(
    const struct files *f, const char *id, struct span sha256, struct err *err)
{
    char from[FILES_PATH_BYTES], to[FILES_PATH_BYTES], sub[FILES_PATH_BYTES];

    files_path_new(f, id, from);
    files_path(f, sha256, to);
    if (access(to, F_OK) == 0) {
        unlink(from);
        return true;
    }
    snprintf(sub, sizeof(sub), "%s/%.2s", f->folder, sha256.p);
    if (mkdir(sub, 0700) == 0) {
        if (!sync_folder(f->folder, err))
            return false;
    } else if (errno != EEXIST)
        return err_set(err, FAIL_SYSTEM, "make %s: %m", sub);
    if (rename(from, to) != 0)
        return err_set(err, FAIL_SYSTEM, "rename %s: %m", from);
    return sync_folder(sub, err);
}

/* ---- the thread ---- */

static void
deliver(struct loop_msg *msg)
{
    struct file_job *job = (struct file_job *)msg;

    job->done(job);
}

static void *
run(void *arg)
{
    struct files *f = arg;
    void *item;

    while (bq_pop(f->queue, &item, BQ_FOREVER) == BQ_OK) {
        struct file_job *job = item;
        job->work(job);
        job->msg.run = deliver;
        loop_post(f->g->loop, &job->msg);
    }
    return NULL;
}

bool
files_submit(struct files *f, struct file_job *job, struct err *err)
{
    if (bq_push(f->queue, job, BQ_NOWAIT) == BQ_OK)
        return true;
    return err_set(err, FAIL_BUSY, "the disk is busy, try again");
}

struct files *
files_start(struct gateway *g, struct err *err)
{
    struct files *f = xcalloc(1, sizeof(*f));

    f->g = g;
    f->folder = folder_of(g->cfg);
    f->queue = bq_new(FILES_JOBS_MAX);
    f->stopped = true;
    if (!make_folder(f, err)) {
        files_free(f);
        return NULL;
    }
    if (pthread_create(&f->thread, NULL, run, f) != 0)
        abort(); /* no thread at start: the machine is unusable */
    f->stopped = false;
    files_sweep_start(f);
    return f;
}

void
files_stop(struct files *f)
{
    if (!f || f->stopped)
        return;
    files_sweep_stop(f);
    bq_close(f->queue);
    pthread_join(f->thread, NULL);
    f->stopped = true;
}

void
files_free(struct files *f)
{
    if (!f)
        return;
    files_stop(f);
    bq_free(f->queue);
    free(f->folder);
    free(f);
}

/* ---- how many, how much ---- */

bool
files_begin(struct files *f, bool upload, struct err *err)
{
    int *n = upload ? &f->uploads : &f->downloads;

    if (*n == (upload ? UPLOADS_MAX : DOWNLOADS_MAX))
        return err_set(err, FAIL_BUSY, "too many files at once, try again");
    ++*n;
    return true;
}

void
files_end(struct files *f, bool upload)
{
    --*(upload ? &f->uploads : &f->downloads);
}

int64_t
files_person_max(const struct files *f, bool guest)
{
    int64_t max = (int64_t)f->g->cfg->files_person_mb << 20;

    return guest ? max / GUEST_SHARE : max;
}

bool
files_room(const struct files *f, int64_t bytes, struct err *err)
{
    int64_t max = (int64_t)f->g->cfg->files_mb << 20;

    return f->bytes + bytes <= max ||
           err_set(
               err, FAIL_TOO_LARGE, "this server has no room for more files");
}

void
files_count(struct files *f, int64_t bytes)
{
    f->bytes += bytes;
}

struct files_stats
files_stats(const struct files *f)
{
    return (struct files_stats){f->bytes, f->uploads, f->downloads};
}
