/* SPDX-License-Identifier: ISC */
#include "gateway/arrival.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/id.h"
#include "base/mem.h"

enum {
    WINDOW_BYTES = 512 * 1024,
    WINDOW_PIECES = 8,
};

struct piece {
    struct file_job job;
    struct arrival *a;
    size_t len;
    char bytes[];
};

/* ---- on the thread ---- */

static bool
write_all(int fd, const char *p, size_t n)
{
    while (n > 0) {
        ssize_t written = write(fd, p, n);
        if (written <= 0)
            return false;
        p += written;
        n -= (size_t)written;
    }
    return true;
}

static void
open_new(struct arrival *a)
{
    char path[FILES_PATH_BYTES];

    files_path_new(a->files, a->id, path);
    a->fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (a->fd < 0)
        err_set(&a->err, FAIL_SYSTEM, "the file cannot be saved: %m");
}

static void
piece_work(struct file_job *job)
{
    struct piece *p = (struct piece *)job;
    struct arrival *a = p->a;
    size_t n = sizeof(a->head) - a->head_len;

    if (a->fd < 0 && a->err.kind == FAIL_NONE)
        open_new(a);
    if (a->err.kind != FAIL_NONE)
        return;
    if (n > p->len)
        n = p->len;
    memcpy(a->head + a->head_len, p->bytes, n);
    a->head_len += n;
    a->bytes += (int64_t)p->len;
    crypto_hash_sha256_update(
        &a->hash, (const unsigned char *)p->bytes, p->len);
    if (!write_all(a->fd, p->bytes, p->len))
        err_set(&a->err, FAIL_SYSTEM, "the file cannot be saved: %m");
}

static void
drop_new(struct arrival *a)
{
    char path[FILES_PATH_BYTES];

    if (a->fd < 0)
        return;
    files_path_new(a->files, a->id, path);
    unlink(path);
    close(a->fd);
    a->fd = -1;
}

static void
last_work(struct file_job *job)
{
    struct arrival *a = (struct arrival *)job;
    unsigned char hash[crypto_hash_sha256_BYTES];

    if (a->keep && a->err.kind == FAIL_NONE && a->fd >= 0 && fsync(a->fd) != 0)
        err_set(&a->err, FAIL_SYSTEM, "the file cannot be saved: %m");
    if (!a->keep || a->err.kind != FAIL_NONE) {
        drop_new(a);
        return;
    }
    if (a->fd < 0)
        return; /* it is empty */
    close(a->fd);
    a->fd = -1;
    crypto_hash_sha256_final(&a->hash, hash);
    sodium_bin2hex(a->sha256, sizeof(a->sha256), hash, sizeof(hash));
    a->type = filetype_of((struct span){a->head, a->head_len});
}

/* ---- its end ---- */

static void
on_dropped(struct file_job *job)
{
    struct arrival *a = (struct arrival *)job;

    a->gone(a);
}

/* Where the thread has no time. */
static void
drop_here(struct arrival *a)
{
    drop_new(a);
    a->gone(a);
}

/* Say so, and delete what is there. */
static void
fail(struct arrival *a, const struct err *err)
{
    a->over = true;
    a->req = NULL;
    a->keep = false;
    a->failed(a, err);
    a->job.work = last_work;
    a->job.done = on_dropped;
    a->last = files_submit(a->files, &a->job, NULL);
    if (!a->last && a->n_pieces == 0)
        drop_here(a);
}

static void
on_kept(struct file_job *job)
{
    struct arrival *a = (struct arrival *)job;

    if (a->err.kind == FAIL_NONE && !a->type)
        err_set(&a->err, FAIL_BAD_INPUT, "the file is empty");
    if (a->err.kind != FAIL_NONE)
        fail(a, &a->err);
    else
        a->whole(a);
}

/* ---- the body ---- */

/* Does the client have to wait for the disk? */
static void
adjust(struct arrival *a)
{
    bool full = a->waiting >= WINDOW_BYTES || a->n_pieces >= WINDOW_PIECES;
    bool low =
        a->waiting <= WINDOW_BYTES / 2 && a->n_pieces <= WINDOW_PIECES / 2;

    if (a->req && (full || low))
        http_body_pause(a->req, full);
}

static void
on_written(struct file_job *job)
{
    struct piece *p = (struct piece *)job;
    struct arrival *a = p->a;

    a->waiting -= p->len;
    a->n_pieces--;
    free(p);
    if (a->over && !a->last && a->n_pieces == 0)
        drop_here(a);
    else if (a->req && a->err.kind != FAIL_NONE)
        fail(a, &a->err);
    else
        adjust(a);
}

static void
on_piece(struct http_req *r, struct span bytes, void *ctx)
{
    struct arrival *a = ctx;
    struct piece *p = xmalloc(sizeof(*p) + bytes.len);
    struct err err;

    (void)r;
    p->job.work = piece_work;
    p->job.done = on_written;
    p->a = a;
    p->len = bytes.len;
    memcpy(p->bytes, bytes.p, bytes.len);
    if (!files_submit(a->files, &p->job, &err)) {
        free(p);
        fail(a, &err);
        return;
    }
    a->waiting += bytes.len;
    a->n_pieces++;
    adjust(a);
}

static void
on_end(struct http_req *r, void *ctx)
{
    struct arrival *a = ctx;
    struct err err;

    (void)r;
    a->req = NULL;
    a->keep = true;
    a->job.work = last_work;
    a->job.done = on_kept;
    if (!files_submit(a->files, &a->job, &err))
        fail(a, &err);
}

static void
on_gone(struct http_req *r, void *ctx)
{
    struct err err;

    (void)r;
    err_set(&err, FAIL_BAD_INPUT, "the file did not arrive whole");
    fail(ctx, &err);
}

static const struct http_sink sink = {on_piece, on_end, on_gone};

void
arrival_begin(struct arrival *a, struct files *f, struct http_req *req)
{
    a->files = f;
    a->req = req;
    a->fd = -1;
    id_new(a->id);
    crypto_hash_sha256_init(&a->hash);
    http_body_take(req, &sink, a);
}
