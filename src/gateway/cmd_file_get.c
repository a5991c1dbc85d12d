/* SPDX-License-Identifier: ISC */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "gateway/cmd_door.h"
#include "gateway/cmds.h"
#include "gateway/files.h"
#include "gateway/gateway.h"
#include "gateway/op.h"
#include "gateway/range.h"
#include "wire/filetype.h"

/*
 * file.get - a file on its way to a client: the database says which it is, then
 * the thread of files reads a piece whenever the client takes one.  file.thumbnail
 * is the same of its small copy.
 */
enum {
    PIECE_BYTES = 64 * 1024,
    HEADERS_BYTES = 3 * (4 * STORE_FILE_NAME_CHARS_MAX) + 640,
};

struct download {
    struct file_job job;
    struct op op;
    struct cmd_call *call;
    struct files *files;
    struct http_req *req; /* NULL: over */
    char message_id[ID_BYTES], file_id[ID_BYTES];
    bool small; /* the copy is wanted */
    char sha256[STORE_SHA256_LEN + 1];
    char type[STORE_FILE_TYPE_BYTES_MAX + 1];
    char *name;
    int fd;
    int64_t bytes, at; /* of the file; where the next piece begins */
    int64_t end;
    bool reading;
    ssize_t n; /* read; 0 or less: no more */
    char piece[PIECE_BYTES];
};

static void
download_free(struct download *d)
{
    if (d->fd >= 0)
        close(d->fd);
    files_end(d->files, false);
    free(d->name);
    free(d);
}

/* ---- the body ---- */

static void
read_work(struct file_job *job)
{
    struct download *d = (struct download *)job;
    int64_t left = d->end - d->at;

    d->n = pread(d->fd, d->piece,
        left < PIECE_BYTES ? (size_t)left : PIECE_BYTES, d->at);
}

static void
on_read(struct file_job *job)
{
    struct download *d = (struct download *)job;

    d->reading = false;
    if (!d->req) {
        download_free(d);
        return;
    }
    if (d->n <= 0)
        log_warn("a file on disk is shorter than it was or cannot be read "
                 "sha256=%s",
            d->sha256);
    else
        d->at += d->n;
    http_reply_piece(d->req, d->n > 0 ? (struct span){d->piece, (size_t)d->n}
                                      : (struct span){NULL, 0});
}

static void
more(struct http_req *r, void *ctx)
{
    struct download *d = ctx;

    d->job.work = read_work;
    d->job.done = on_read;
    d->reading = files_submit(d->files, &d->job, NULL);
    if (!d->reading)
        http_reply_piece(r, (struct span){NULL, 0});
}

static void
over(void *ctx)
{
    struct download *d = ctx;

    d->req = NULL;
    if (!d->reading)
        download_free(d);
}

static const struct http_source source = {more, over};

/* ---- the head ---- */

/* As RFC 8187 wants it. */
static void
put_name(struct buf *b, const char *name)
{
    for (; *name; name++) {
        unsigned char c = (unsigned char)*name;
        if ((c | 0x20) >= 'a' && (c | 0x20) <= 'z')
            buf_addc(b, (char)c);
        else if ((c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_')
            buf_addc(b, (char)c);
        else
            buf_addf(b, "%%%02X", c);
    }
}

/* What a page shows stays where it is, everything else is a download; and
 * nothing of it runs, whatever a browser takes it for. */
static void
put_headers(struct buf *b, const struct download *d)
{
    buf_addf(b,
        "ETag: \"%s\"\r\nCache-Control: private, no-cache\r\n"
        "Accept-Ranges: bytes\r\nContent-Disposition: %s; filename*=UTF-8''",
        d->sha256, filetype_shows(span_of(d->type)) ? "inline" : "attachment");
    put_name(b, d->name);
    buf_addz(b, "\r\nContent-Security-Policy: default-src 'none'; "
                "style-src 'unsafe-inline'; sandbox\r\n"
                "Cross-Origin-Resource-Policy: same-origin\r\n"
                "Referrer-Policy: no-referrer\r\n");
}

static void
answer(struct download *d, const char *etag)
{
    struct http_req *r = d->req;
    struct span range = http_req_header(r, "range");
    struct span same = http_req_header(r, "if-range");
    struct buf headers = {0};
    enum range_rc rc = RANGE_ALL;
    char *text;

    d->end = d->bytes;
    if (range.p && (!same.p || span_eqz(same, etag)))
        rc = range_read(range, d->bytes, &d->at, &d->end);
    put_headers(&headers, d);
    if (rc == RANGE_PART)
        buf_addf(&headers, "Content-Range: bytes %lld-%lld/%lld\r\n",
            (long long)d->at, (long long)d->end - 1, (long long)d->bytes);
    else if (rc == RANGE_OUTSIDE)
        buf_addf(
            &headers, "Content-Range: bytes */%lld\r\n", (long long)d->bytes);
    text = buf_take(&headers);
    if (http_req_knows(r, etag) || rc == RANGE_OUTSIDE) {
        d->req = NULL;
        http_reply(r, rc == RANGE_OUTSIDE ? 416 : 304, d->type, SPAN(""), text);
        download_free(d);
    } else
        http_reply_stream(r, rc == RANGE_PART ? 206 : 200, d->type,
            d->end - d->at, text, &source, d);
    free(text);
}

/* ---- file.get ---- */

enum get_arg { GET_MESSAGE, GET_CONVERSATION, GET_FILE };

static void
on_row(const struct store_file *f, void *ctx)
{
    struct download *d = ctx;

    struct span sha256 = d->small ? f->thumb_sha256 : f->sha256;
    struct span type = d->small ? SPAN("image/webp") : f->type;

    snprintf(d->sha256, sizeof(d->sha256), "%.*s", SPAN_ARG(sha256));
    snprintf(d->type, sizeof(d->type), "%.*s", SPAN_ARG(type));
    d->name = span_dup(f->name);
    d->bytes = d->small ? f->thumb_bytes : f->bytes;
}

static bool
open_file(struct download *d, struct err *err)
{
    char path[FILES_PATH_BYTES];
    struct stat st;

    files_path(d->files, span_of(d->sha256), path);
    d->fd = open(path, O_RDONLY | O_CLOEXEC);
    if (d->fd >= 0 && fstat(d->fd, &st) == 0 && st.st_size == d->bytes)
        return true;
    log_warn(
        "a file is not on the disk, or not as it was sha256=%s", d->sha256);
    return err_set(err, FAIL_SYSTEM, "the file is lost");
}

static bool
get_run(struct store *s, struct store_job *job, struct err *err)
{
    struct download *d =
        (void *)((char *)job - offsetof(struct download, op.job));

    return store_file_get(s, span_of(d->message_id), span_of(d->file_id),
               on_row, d, err) &&
           (d->bytes > 0 || err_set(err, FAIL_NOT_FOUND, "no such file")) &&
           open_file(d, err);
}

static void
get_finish(struct op *op)
{
    struct download *d = (void *)((char *)op - offsetof(struct download, op));
    char etag[STORE_SHA256_LEN + 3];

    if (!op->job.ok) {
        cmd_refuse(d->call, &op->job.err);
        download_free(d);
        return;
    }
    d->req = cmd_http_req(d->call);
    cmd_answered(d->call);
    snprintf(etag, sizeof(etag), "\"%s\"", d->sha256);
    answer(d, etag);
}

static void
begin(struct cmd_call *c, bool small)
{
    struct download *d;
    struct err err;

    if (!files_begin(c->g->files, false, &err)) {
        cmd_refuse(c, &err);
        return;
    }
    d = xcalloc(1, sizeof(*d));
    d->call = c;
    d->files = c->g->files;
    d->fd = -1;
    d->small = small;
    snprintf(d->message_id, sizeof(d->message_id), "%.*s",
        SPAN_ARG(cmd_text(c, GET_MESSAGE)));
    snprintf(d->file_id, sizeof(d->file_id), "%.*s",
        SPAN_ARG(cmd_text(c, GET_FILE)));
    d->op.job.run = get_run;
    d->op.finish = get_finish;
    cmd_read(c, &d->op);
}

static void
get(struct cmd_call *c)
{
    begin(c, false);
}

static void
get_small(struct cmd_call *c)
{
    begin(c, true);
}

#define ARGS                                                                   \
    {                                                                          \
        [GET_MESSAGE] = {"messageId", CMD_ID, .required = true},               \
        [GET_CONVERSATION] = {"conversationId", CMD_ID,                        \
            .help = "if given, the one that the message is in"},               \
        [GET_FILE] = {"fileId", CMD_ID, .required = true},                     \
    }

const struct cmd cmd_file_get = {
    .name = "file.get",
    .summary = "A file of a message, or a range of its bytes",
    .routes = {{HTTP_GET, "/messages/:messageId/files/:fileId"}},
    .args = ARGS,
    .act = CHAT_MESSAGE_SEE,
    .subject = CMD_MESSAGE,
    .rate = CMD_ASKS,
    .bare = "*/*",
    .run = get,
};

const struct cmd cmd_file_thumbnail = {
    .name = "file.thumbnail",
    .summary = "The small copy of a picture, where its file says that there is "
               "one: WebP, without anything but pixels",
    .routes = {{HTTP_GET, "/messages/:messageId/files/:fileId/thumbnail"}},
    .args = ARGS,
    .act = CHAT_MESSAGE_SEE,
    .subject = CMD_MESSAGE,
    .rate = CMD_ASKS,
    .bare = "image/webp",
    .run = get_small,
};
