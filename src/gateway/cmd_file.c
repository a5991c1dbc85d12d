/* SPDX-License-Identifier: ISC */
#include <assert.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "gateway/cmd_door.h"
#include "gateway/cmds.h"
#include "gateway/files.h"
#include "gateway/gateway.h"
#include "gateway/name.h"
#include "gateway/op.h"
#include "gateway/pictures.h"
#include "gateway/view.h"
#include "wire/filetype.h"
#include "wire/json.h"

/*
 * file.add - a file on its way to the disk:
 *
 *     pieces of the body ─▶ thread of files: write, hash ─▶ sync
 *                        ─▶ of a picture: a small copy ─▶ database
 *
 * So many bytes wait for the disk at most; then the client waits.
 */
enum {
    WINDOW_BYTES = 512 * 1024,
    WINDOW_PIECES = 8,
    GUEST_SHARE = 10, /* of what a person's files may have */
    DURATION_MS_MAX = 24 * 3600 * 1000,
};

struct upload {
    struct file_job job; /* the last one */
    struct picture_job picture; /* width 0: there is no small copy */
    struct op op;
    struct cmd_call *call; /* NULL: answered */
    struct files *files;
    struct http_req *req; /* NULL: its body is over */
    char id[ID_BYTES], user_id[ID_BYTES];
    char thumb[ID_BYTES + sizeof(".small")]; /* as what it arrives */
    char *name;
    int64_t duration_ms, bytes_max;
    size_t waiting; /* for the disk, and in how many pieces */
    int n_pieces;
    bool keep; /* the last job is to keep it */
    bool last; /* the last job is submitted */
    /* Of the thread of files; of the loop when nothing waits. */
    int fd;
    crypto_hash_sha256_state hash;
    int64_t bytes;
    char head[FILETYPE_HEAD_BYTES];
    size_t head_len;
    struct err err; /* what went wrong on the disk */
    char sha256[STORE_SHA256_LEN + 1];
    const char *type;
};

struct piece {
    struct file_job job;
    struct upload *u;
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
open_new(struct upload *u)
{
    char path[FILES_PATH_BYTES];

    files_path_new(u->files, u->id, path);
    u->fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (u->fd < 0)
        err_set(&u->err, FAIL_SYSTEM, "the file cannot be saved: %m");
}

static void
piece_work(struct file_job *job)
{
    struct piece *p = (struct piece *)job;
    struct upload *u = p->u;
    size_t n = sizeof(u->head) - u->head_len;

    if (u->fd < 0 && u->err.kind == FAIL_NONE)
        open_new(u);
    if (u->err.kind != FAIL_NONE)
        return;
    if (n > p->len)
        n = p->len;
    memcpy(u->head + u->head_len, p->bytes, n);
    u->head_len += n;
    u->bytes += (int64_t)p->len;
    crypto_hash_sha256_update(
        &u->hash, (const unsigned char *)p->bytes, p->len);
    if (!write_all(u->fd, p->bytes, p->len))
        err_set(&u->err, FAIL_SYSTEM, "the file cannot be saved: %m");
}

static void
drop_new(struct upload *u)
{
    char path[FILES_PATH_BYTES];

    if (u->fd < 0)
        return;
    files_path_new(u->files, u->id, path);
    unlink(path);
    close(u->fd);
    u->fd = -1;
}

static void
last_work(struct file_job *job)
{
    struct upload *u = (struct upload *)job;
    unsigned char hash[crypto_hash_sha256_BYTES];

    if (u->keep && u->err.kind == FAIL_NONE && u->fd >= 0 && fsync(u->fd) != 0)
        err_set(&u->err, FAIL_SYSTEM, "the file cannot be saved: %m");
    if (!u->keep || u->err.kind != FAIL_NONE) {
        drop_new(u);
        return;
    }
    if (u->fd < 0)
        return; /* it is empty */
    close(u->fd);
    u->fd = -1;
    crypto_hash_sha256_final(&u->hash, hash);
    sodium_bin2hex(u->sha256, sizeof(u->sha256), hash, sizeof(hash));
    u->type = filetype_of((struct span){u->head, u->head_len});
}

/* ---- its end ---- */

static void
upload_free(struct upload *u)
{
    assert(!u->call);
    files_end(u->files, true);
    free(u->name);
    free(u);
}

static void
on_dropped(struct file_job *job)
{
    upload_free((struct upload *)job);
}

/* Where the thread has no time. */
static void
drop_here(struct upload *u)
{
    drop_new(u);
    upload_free(u);
}

/* Refuse, and delete what is there, behind the pieces that wait. */
static void
fail(struct upload *u, const struct err *err)
{
    struct cmd_call *call = u->call;

    u->call = NULL;
    u->req = NULL;
    u->keep = false;
    cmd_refuse(call, err);
    u->job.work = last_work;
    u->job.done = on_dropped;
    u->last = files_submit(u->files, &u->job, NULL);
    if (!u->last && u->n_pieces == 0)
        drop_here(u);
}

/* ---- into the database ---- */

static bool
place(void *ctx, struct err *err)
{
    const struct upload *u = ctx;

    return files_place(u->files, u->id, span_of(u->sha256), err) &&
           (!u->picture.width || files_place(u->files, u->thumb,
                                     span_of(u->picture.sha256), err));
}

static struct store_file
row_of(const struct upload *u)
{
    struct store_file f = {.id = span_of(u->id),
        .sha256 = span_of(u->sha256),
        .name = span_of(u->name),
        .type = span_of(u->type),
        .bytes = u->bytes,
        .duration_ms = u->duration_ms};

    if (u->picture.width) {
        f.width = u->picture.width;
        f.height = u->picture.height;
        f.thumb_sha256 = span_of(u->picture.sha256);
        f.thumb_bytes = u->picture.bytes;
    }
    return f;
}

static bool
save_run(struct store *s, struct store_job *job, struct err *err)
{
    struct upload *u = (void *)((char *)job - offsetof(struct upload, op.job));
    struct store_file f = row_of(u);

    return store_file_add(s, &f, span_of(u->user_id), u->bytes_max,
        clock_wall_ms(), place, u, err);
}

/* Where nothing names them. */
static void
unlink_new(const struct upload *u)
{
    char path[FILES_PATH_BYTES];

    files_path_new(u->files, u->id, path);
    unlink(path);
    if (u->picture.width)
        unlink(u->picture.to);
}

static void
save_finish(struct op *op)
{
    struct upload *u = (void *)((char *)op - offsetof(struct upload, op));
    struct cmd_call *call = u->call;
    struct store_file f = row_of(u);
    struct buf b = {0};

    u->call = NULL;
    if (op->job.ok) {
        files_count(u->files, f.bytes + f.thumb_bytes);
        view_file(&b, &f);
        cmd_data(call, buf_span(&b));
        buf_free(&b);
    } else {
        unlink_new(u);
        cmd_refuse(call, &op->job.err);
    }
    upload_free(u);
}

static void
save(struct upload *u)
{
    u->op.job.run = save_run;
    u->op.finish = save_finish;
    cmd_write(u->call, &u->op);
}

static void
on_pictured(struct picture_job *job)
{
    save((void *)((char *)job - offsetof(struct upload, picture)));
}

/* Whatever comes of it, the file is saved. */
static bool
make_thumb(struct upload *u)
{
    struct pictures *p = u->call->g->pictures;

    if (!pictures_can(p, span_of(u->type), u->bytes))
        return false;
    snprintf(u->thumb, sizeof(u->thumb), "%s.small", u->id);
    files_path_new(u->files, u->id, u->picture.from);
    files_path_new(u->files, u->thumb, u->picture.to);
    u->picture.shape = PICTURE_WHOLE;
    u->picture.done = on_pictured;
    return pictures_submit(p, &u->picture);
}

static void
on_kept(struct file_job *job)
{
    struct upload *u = (struct upload *)job;

    if (u->err.kind == FAIL_NONE && !u->type)
        err_set(&u->err, FAIL_BAD_INPUT, "the file is empty");
    if (u->err.kind != FAIL_NONE) {
        fail(u, &u->err);
        return;
    }
    if (!filetype_plays(span_of(u->type)))
        u->duration_ms = 0;
    if (!make_thumb(u))
        save(u);
}

/* ---- the body ---- */

/* Does the client have to wait for the disk? */
static void
adjust(struct upload *u)
{
    bool full = u->waiting >= WINDOW_BYTES || u->n_pieces >= WINDOW_PIECES;
    bool low =
        u->waiting <= WINDOW_BYTES / 2 && u->n_pieces <= WINDOW_PIECES / 2;

    if (u->req && (full || low))
        http_body_pause(u->req, full);
}

static void
on_written(struct file_job *job)
{
    struct piece *p = (struct piece *)job;
    struct upload *u = p->u;

    u->waiting -= p->len;
    u->n_pieces--;
    free(p);
    if (!u->call && !u->last && u->n_pieces == 0)
        drop_here(u);
    else if (u->req && u->err.kind != FAIL_NONE)
        fail(u, &u->err);
    else
        adjust(u);
}

static void
on_piece(struct http_req *r, struct span bytes, void *ctx)
{
    struct upload *u = ctx;
    struct piece *p = xmalloc(sizeof(*p) + bytes.len);
    struct err err;

    (void)r;
    p->job.work = piece_work;
    p->job.done = on_written;
    p->u = u;
    p->len = bytes.len;
    memcpy(p->bytes, bytes.p, bytes.len);
    if (!files_submit(u->files, &p->job, &err)) {
        free(p);
        fail(u, &err);
        return;
    }
    u->waiting += bytes.len;
    u->n_pieces++;
    adjust(u);
}

static void
on_end(struct http_req *r, void *ctx)
{
    struct upload *u = ctx;
    struct err err;

    (void)r;
    u->req = NULL;
    u->keep = true;
    u->job.work = last_work;
    u->job.done = on_kept;
    if (!files_submit(u->files, &u->job, &err))
        fail(u, &err);
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

/* ---- file.add ---- */

enum add_arg { ADD_CONVERSATION, ADD_NAME, ADD_DURATION };

static bool
may_add(struct cmd_call *c, struct err *err)
{
    int64_t length = http_body_length(cmd_http_req(c));
    struct span name = cmd_text(c, ADD_NAME);

    if (name.p && !name_check(name, STORE_FILE_NAME_CHARS_MAX, err))
        return false;
    return files_room(c->g->files, length > 0 ? length : 0, err) &&
           files_begin(c->g->files, true, err);
}

static void
add(struct cmd_call *c)
{
    int64_t bytes_max = (int64_t)c->g->cfg->files_person_mb << 20;
    struct span name = cmd_text(c, ADD_NAME);
    struct upload *u;
    struct err err;

    if (!may_add(c, &err)) {
        cmd_refuse(c, &err);
        return;
    }
    u = xcalloc(1, sizeof(*u));
    u->call = c;
    u->files = c->g->files;
    u->req = cmd_http_req(c);
    u->fd = -1;
    u->name = span_dup(name.p ? name : SPAN("file"));
    u->duration_ms = cmd_number(c, ADD_DURATION, 0);
    u->bytes_max = c->user->guest ? bytes_max / GUEST_SHARE : bytes_max;
    snprintf(u->user_id, sizeof(u->user_id), "%s", c->user->id);
    id_new(u->id);
    crypto_hash_sha256_init(&u->hash);
    http_body_take(u->req, &sink, u);
}

const struct cmd cmd_file_add = {
    .name = "file.add",
    .summary = "Send a file, whose bytes are the body, for a message that will "
               "have it (fileIds of message.send); a day later it goes, unless "
               "one has. FILE_MB, FILES_PERSON_MB and FILES_MB say how much",
    .routes = {{HTTP_POST, "/conversations/:conversationId/files"}},
    .args =
        {
            [ADD_CONVERSATION] = {"conversationId", CMD_ID, .required = true},
            [ADD_NAME] = {"name", CMD_LINE, .min = 1,
                .max = STORE_FILE_NAME_CHARS_MAX,
                .help = "what it is called; otherwise \"file\""},
            [ADD_DURATION] = {"durationMs", CMD_NUMBER, .max = DURATION_MS_MAX,
                .help = "of a voice message, other sound and film"},
        },
    .act = CHAT_MESSAGE_SEND,
    .subject = CMD_ROOM,
    .rate = CMD_WRITES,
    .streams = true,
    .reply = "File",
    .status = 201,
    .run = add,
};
