/* SPDX-License-Identifier: ISC */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "gateway/files_impl.h"
#include "gateway/gateway.h"
#include "gateway/op.h"

/* Contents that nothing names any more: those of deleted messages and what was
 * sent and never said, which the database knows; and, at the start, what is in
 * the folder and not in the database. */

enum {
    SWEEP_S = 60,
    SOON_S = 1, /* after a message was deleted */
    SWEEP_ROWS = 64, /* at a time */
    COUNT_MS = 3600 * 1000,
    UNSAID_MS = 24 * 3600 * 1000, /* sent, and on no message */
    LEFT_MS = 3600 * 1000, /* untouched: nobody is writing it */
    FOLDERS = 256,
    NAMES_MAX = 512, /* of a folder at a time */
};

/* ---- what the database knows ---- */

struct sweep {
    struct op op;
    struct files *files;
    int64_t before_ms;
    int64_t bytes; /* -1: not counted */
    bool count, more;
};

static void
on_gone(struct span sha256, void *ctx)
{
    const struct sweep *w = ctx;
    char path[FILES_PATH_BYTES];

    files_path(w->files, sha256, path);
    unlink(path);
}

static bool
sweep_run(struct store *s, struct store_job *job, struct err *err)
{
    struct sweep *w = (struct sweep *)job;

    if (!store_files_sweep(
            s, w->before_ms, SWEEP_ROWS, on_gone, w, &w->more, err))
        return false;
    return !w->count || w->more ||
           store_files_bytes(s, (struct span){0}, &w->bytes, err);
}

static void
sweep_finish(struct op *op)
{
    struct sweep *w = (struct sweep *)op;
    struct files *f = w->files;

    if (!op->job.ok)
        log_warn("old files not deleted: %s", op->job.err.text);
    if (op->job.ok && w->more) {
        op_write(f->g->writer, op);
        return;
    }
    if (w->bytes >= 0) {
        f->bytes = w->bytes;
        f->count_at_ms = clock_mono_ms() + COUNT_MS;
    }
    f->sweeping = false;
    free(w);
}

static void
on_tick(struct ev_loop *ev, ev_timer *timer, int events)
{
    struct files *f = timer->data;
    struct sweep *w;

    (void)events;
    timer->repeat = SWEEP_S;
    ev_timer_again(ev, timer);
    if (f->sweeping)
        return;
    f->sweeping = true;
    w = xcalloc(1, sizeof(*w));
    w->op.job.run = sweep_run;
    w->op.finish = sweep_finish;
    w->files = f;
    w->before_ms = clock_wall_ms() - UNSAID_MS;
    w->bytes = -1;
    w->count = clock_mono_ms() >= f->count_at_ms;
    op_write(f->g->writer, &w->op);
}

static void
sweep_soon(struct files *f)
{
    if (f->stopped)
        return;
    f->sweep.repeat = SOON_S;
    ev_timer_again(loop_ev(f->g->loop), &f->sweep);
}

void
files_note(struct files *f, const struct store_event *e)
{
    if (e->kind == STORE_MESSAGE_DELETED)
        sweep_soon(f);
}

/* ---- what a crash left in the folder ---- */

/* One folder after the other: its names, then the question for each. */
struct look {
    struct op op;
    struct file_job job;
    struct files *files;
    int folder; /* FOLDERS: "new" */
    size_t skip, n; /* names asked about before, and now */
    char names[NAMES_MAX][STORE_SHA256_LEN + 1];
};

static struct look *
look_of(struct file_job *job)
{
    return (void *)((char *)job - offsetof(struct look, job));
}

static void
drop_left(const struct look *l, const char *name, const struct stat *st)
{
    char path[FILES_PATH_BYTES];

    if ((int64_t)st->st_mtime * 1000 > clock_wall_ms() - LEFT_MS)
        return;
    files_path_new(l->files, name, path);
    if (unlink(path) == 0)
        log_info("a file that did not arrive whole is deleted name=%s", name);
}

static void
look_work(struct file_job *job)
{
    struct look *l = look_of(job);
    char path[FILES_PATH_BYTES];
    const struct dirent *e;
    struct stat st;
    size_t seen = 0;
    DIR *dir;

    l->n = 0;
    if (l->folder == FOLDERS)
        files_path_new(l->files, "", path);
    else
        snprintf(path, sizeof(path), "%s/%02x", l->files->folder, l->folder);
    dir = opendir(path);
    while (dir && l->n < NAMES_MAX && (e = readdir(dir)) != NULL) {
        if (e->d_name[0] == '.' ||
            fstatat(dirfd(dir), e->d_name, &st, 0) != 0 || !S_ISREG(st.st_mode))
            continue;
        if (l->folder == FOLDERS)
            drop_left(l, e->d_name, &st);
        else if (strlen(e->d_name) == STORE_SHA256_LEN && seen++ >= l->skip)
            memcpy(l->names[l->n++], e->d_name, STORE_SHA256_LEN + 1);
    }
    if (dir)
        closedir(dir);
}

static bool
ask_run(struct store *s, struct store_job *job, struct err *err)
{
    struct look *l = (struct look *)job;

    for (size_t i = 0; i < l->n; i++)
        if (!store_file_found(s, span_of(l->names[i]), err))
            return false;
    return true;
}

static void
look_next(struct look *l)
{
    bool more = l->n == NAMES_MAX; /* in the same folder */

    l->skip = more ? l->skip + l->n : 0;
    l->folder += !more;
    if (l->folder > FOLDERS)
        sweep_soon(l->files);
    if (l->folder > FOLDERS || !files_submit(l->files, &l->job, NULL))
        free(l);
}

static void
ask_finish(struct op *op)
{
    look_next((struct look *)op);
}

static void
look_done(struct file_job *job)
{
    struct look *l = look_of(job);

    if (l->n == 0) {
        look_next(l);
        return;
    }
    op_set(&l->op, ask_run, ask_finish);
    op_write(l->files->g->writer, &l->op);
}

void
files_sweep_start(struct files *f)
{
    struct look *l = xcalloc(1, sizeof(*l));

    l->files = f;
    l->job.work = look_work;
    l->job.done = look_done;
    l->folder = -1;
    look_next(l);
    ev_timer_init(&f->sweep, on_tick, 0, SWEEP_S);
    f->sweep.data = f;
    sweep_soon(f);
}

void
files_sweep_stop(struct files *f)
{
    ev_timer_stop(loop_ev(f->g->loop), &f->sweep);
}
