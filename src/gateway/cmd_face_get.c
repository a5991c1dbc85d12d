/* SPDX-License-Identifier: ISC */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "gateway/cmd_door.h"
#include "gateway/cmd_trip.h"
#include "gateway/cmds.h"
#include "gateway/gateway.h"
#include "gateway/op.h"
#include "store/face.h"
#include "wire/json.h"

/* Pictures of rooms and people, seen. */

/* Named by its version, a picture never changes. */
static const char headers_of[] =
    "Cache-Control: private, max-age=31536000, immutable\r\n"
    "ETag: \"%s\"\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "Content-Security-Policy: default-src 'none'; sandbox\r\n"
    "Referrer-Policy: no-referrer\r\n";
enum { HEADERS_BYTES = sizeof(headers_of) + STORE_FACE_VERSION_LEN };

typedef bool seen_by(struct store *s, struct span id, struct span viewer_id,
    void (*face)(const struct store_face *f, void *ctx), void *ctx,
    struct err *err);

struct look {
    struct op op;
    struct cmd_call *call;
    seen_by *find;
    char id[65], viewer_id[ID_BYTES];
    char version[STORE_FACE_VERSION_BYTES];
    struct buf webp;
};

static void
keep(const struct store_face *f, void *ctx)
{
    struct look *l = ctx;

    snprintf(l->version, sizeof(l->version), "%.*s", SPAN_ARG(f->version));
    buf_adds(&l->webp, f->webp);
}

static bool
look_run(struct store *s, struct store_job *job, struct err *err)
{
    struct look *l = (struct look *)job;

    return l->find(s, span_of(l->id), span_of(l->viewer_id), keep, l, err);
}

static void
show(struct look *l)
{
    struct http_req *r = cmd_http_req(l->call);
    char headers[HEADERS_BYTES], etag[STORE_FACE_VERSION_LEN + 3];

    snprintf(headers, sizeof(headers), headers_of, l->version);
    snprintf(etag, sizeof(etag), "\"%s\"", l->version);
    cmd_answered(l->call);
    if (http_req_knows(r, etag))
        http_reply(r, 304, "image/webp", SPAN(""), headers);
    else
        http_reply(r, 200, "image/webp", buf_span(&l->webp), headers);
}

static void
look_finish(struct op *op)
{
    struct look *l = (struct look *)op;

    if (op->job.ok)
        show(l);
    else
        cmd_refuse(l->call, &op->job.err);
    buf_free(&l->webp);
    free(l);
}

static void
look(struct cmd_call *c, seen_by *find)
{
    struct look *l = xcalloc(1, sizeof(*l));

    l->op.job.run = look_run;
    l->op.finish = look_finish;
    l->call = c;
    l->find = find;
    snprintf(l->id, sizeof(l->id), "%.*s", SPAN_ARG(cmd_text(c, 0)));
    snprintf(l->viewer_id, sizeof(l->viewer_id), "%s", c->user->id);
    cmd_read(c, &l->op);
}

static void
get_user(struct cmd_call *c)
{
    look(c, store_user_face);
}

static void
get_room(struct cmd_call *c)
{
    look(c, store_room_face);
}

const struct cmd cmd_picture_get = {
    .name = "picture.get",
    .summary = "The picture of a person with whom one shares a room or an "
               "invitation: WebP. With its version behind a \"?\", it may be "
               "kept for ever",
    .routes = {{HTTP_GET, "/users/:userId/picture"}},
    .args = {{"userId", CMD_ID, .required = true}},
    .act = CHAT_USE,
    .rate = CMD_ASKS,
    .bare = "image/webp",
    .run = get_user,
};

const struct cmd cmd_conversation_picture_get = {
    .name = "conversation.picture.get",
    .summary = "The picture of a conversation, as picture.get",
    .routes = {{HTTP_GET, "/conversations/:conversationId/picture"}},
    .args = {{"conversationId", CMD_ID, .required = true}},
    .act = CHAT_ROOM_SEE,
    .subject = CMD_ROOM,
    .rate = CMD_ASKS,
    .bare = "image/webp",
    .run = get_room,
};

const struct cmd cmd_conversation_picture_public = {
    .name = "conversation.picture.public",
    .summary = "The picture of a public conversation that one is not in",
    .routes = {{HTTP_GET, "/conversations/public/:conversationId/picture"}},
    .args = {{"conversationId", CMD_ID, .required = true}},
    .act = CHAT_ROOM_FIND,
    .rate = CMD_ASKS,
    .bare = "image/webp",
    .run = get_room,
};

/* ---- whose there are ---- */

enum { LIST_MAX = 100 };

static void
list_row(struct span user_id, struct span version, void *ctx)
{
    struct cmd_trip *t = ctx;

    cmd_trip_next(t);
    buf_addc(&t->out, '{');
    json_put_field(&t->out, "userId", user_id);
    json_add_field(&t->out, "picture", version);
    buf_addc(&t->out, '}');
}

struct asked {
    size_t n;
    char ids[LIST_MAX][ID_BYTES];
};

static bool
list_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    const struct asked *a = t->own;
    struct span ids[LIST_MAX];

    for (size_t i = 0; i < a->n; i++)
        ids[i] = span_of(a->ids[i]);
    cmd_trip_open_list(t, "");
    return cmd_trip_close_list(
        t, store_faces(s, ids, a->n, span_of(t->user_id), list_row, t, err));
}

static void
list(struct cmd_call *c)
{
    struct cmd_trip *t = cmd_trip_new(c, list_work);
    struct asked *a = xcalloc(1, sizeof(*a));
    const json_t *one;
    size_t i;

    json_array_foreach(c->arg[0].list, i, one)
        snprintf(a->ids[a->n++], ID_BYTES, "%s", json_string_value(one));
    t->own = a;
    cmd_trip_read(t);
}

const struct cmd cmd_picture_list = {
    .name = "picture.list",
    .summary = "Which of these people have a picture that one may see, and "
               "which; picture:changed says when that changes",
    .events = {"picture:list"},
    .routes = {{HTTP_POST, "/users/pictures"}},
    .args = {{"userIds", CMD_IDS, .required = true, .max = LIST_MAX}},
    .act = CHAT_USE,
    .rate = CMD_ASKS,
    .reply = "PictureList",
    .run = list,
};
