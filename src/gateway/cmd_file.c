/* SPDX-License-Identifier: ISC */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "gateway/arrival.h"
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
 * file.add - a file on its way to the disk (arrival.h) and, with a small copy if it
 * is a picture, into the database.
 */
enum {
    DURATION_MS_MAX = 24 * 3600 * 1000,
};

struct upload {
    struct arrival arrival;
    struct picture_job picture; /* width 0: there is no small copy */
    struct op op;
    struct cmd_call *call; /* NULL: answered */
    char user_id[ID_BYTES];
    char thumb[ID_BYTES + sizeof(".small")]; /* as what it arrives */
    char *name;
    int64_t duration_ms, bytes_max;
};

/* ---- its end ---- */

static void
upload_free(struct upload *u)
{
    assert(!u->call);
    files_end(u->arrival.files, true);
    free(u->name);
    free(u);
}

static void
on_gone(struct arrival *a)
{
    upload_free((struct upload *)a);
}

static void
on_failed(struct arrival *a, const struct err *err)
{
    struct upload *u = (struct upload *)a;
    struct cmd_call *call = u->call;

    u->call = NULL;
    cmd_refuse(call, err);
}

/* ---- into the database ---- */

static bool
place(void *ctx, struct err *err)
{
    const struct upload *u = ctx;

    return files_place(u->arrival.files, u->arrival.id,
               span_of(u->arrival.sha256), err) &&
           (!u->picture.width || files_place(u->arrival.files, u->thumb,
                                     span_of(u->picture.sha256), err));
}

static struct store_file
row_of(const struct upload *u)
{
    struct store_file f = {.id = span_of(u->arrival.id),
        .sha256 = span_of(u->arrival.sha256),
        .name = span_of(u->name),
        .type = span_of(u->arrival.type),
        .bytes = u->arrival.bytes,
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

    files_path_new(u->arrival.files, u->arrival.id, path);
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
        files_count(u->arrival.files, f.bytes + f.thumb_bytes);
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

    if (!pictures_can(p, span_of(u->arrival.type), u->arrival.bytes))
        return false;
    snprintf(u->thumb, sizeof(u->thumb), "%s.small", u->arrival.id);
    files_path_new(u->arrival.files, u->arrival.id, u->picture.from);
    files_path_new(u->arrival.files, u->thumb, u->picture.to);
    u->picture.shape = PICTURE_WHOLE;
    u->picture.done = on_pictured;
    return pictures_submit(p, &u->picture);
}

static void
on_whole(struct arrival *a)
{
    struct upload *u = (struct upload *)a;

    if (!filetype_plays(span_of(a->type)))
        u->duration_ms = 0;
    if (!make_thumb(u))
        save(u);
}

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
    struct span name = cmd_text(c, ADD_NAME);
    struct upload *u;
    struct err err;

    if (!may_add(c, &err)) {
        cmd_refuse(c, &err);
        return;
    }
    u = xcalloc(1, sizeof(*u));
    u->call = c;
    u->name = span_dup(name.p ? name : SPAN("file"));
    u->duration_ms = cmd_number(c, ADD_DURATION, 0);
    u->bytes_max = files_person_max(c->g->files, c->user->guest);
    snprintf(u->user_id, sizeof(u->user_id), "%s", c->user->id);
    u->arrival.whole = on_whole;
    u->arrival.failed = on_failed;
    u->arrival.gone = on_gone;
    arrival_begin(&u->arrival, c->g->files, cmd_http_req(c));
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
