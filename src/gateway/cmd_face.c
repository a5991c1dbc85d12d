/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "gateway/arrival.h"
#include "gateway/cmd_door.h"
#include "gateway/cmd_trip.h"
#include "gateway/cmds.h"
#include "gateway/fanout.h"
#include "gateway/files.h"
#include "gateway/gateway.h"
#include "gateway/pictures.h"
#include "wire/json.h"

/*
 * Pictures of rooms and people, given and taken away.  What is sent arrives on the
 * disk, a small square is made of it (pictures.h) and read, both are deleted there,
 * and the square goes into the database (store/face.h): nothing else of what was
 * sent is kept.
 */
struct square {
    size_t len;
    char version[STORE_FACE_VERSION_BYTES];
    char webp[];
};

struct given {
    struct arrival arrival;
    struct picture_job picture;
    struct file_job job; /* reads the square */
    struct cmd_trip *trip; /* NULL: refused or on its way */
    struct square *square; /* NULL: nothing could be made of it */
};

static void
given_free(struct given *v)
{
    files_end(v->arrival.files, true);
    free(v->square);
    free(v);
}

static void
refuse(struct given *v, const struct err *err)
{
    struct cmd_trip *t = v->trip;

    v->trip = NULL;
    cmd_trip_refuse(t, err);
}

static void
on_gone(struct arrival *a)
{
    given_free((struct given *)a);
}

static void
on_failed(struct arrival *a, const struct err *err)
{
    refuse((struct given *)a, err);
}

/* ---- on the thread of files ---- */

static void
square_work(struct file_job *job)
{
    struct given *v = (void *)((char *)job - offsetof(struct given, job));
    struct buf b = {0};

    if (v->picture.width &&
        file_read(v->picture.to, STORE_FACE_BYTES_MAX, &b, NULL)) {
        v->square = xcalloc(1, sizeof(*v->square) + b.len);
        v->square->len = b.len;
        memcpy(v->square->webp, b.p, b.len);
        snprintf(v->square->version, sizeof(v->square->version), "%.*s",
            STORE_FACE_VERSION_LEN, v->picture.sha256);
    }
    buf_free(&b);
    unlink(v->picture.from);
    unlink(v->picture.to);
}

/* ---- on the loop ---- */

static void
on_square(struct file_job *job)
{
    struct given *v = (void *)((char *)job - offsetof(struct given, job));
    struct cmd_trip *t = v->trip;
    struct err err;

    if (!v->square) {
        err_set(&err, FAIL_BAD_INPUT,
            "this is no picture that can be used: JPEG, PNG, WebP or GIF");
        refuse(v, &err);
    } else {
        v->trip = NULL;
        t->own = v->square;
        v->square = NULL;
        cmd_trip_write(t);
    }
    given_free(v);
}

static void
read_square(struct given *v)
{
    struct err err;

    v->job.work = square_work;
    v->job.done = on_square;
    if (files_submit(v->arrival.files, &v->job, &err))
        return;
    unlink(v->picture.from);
    unlink(v->picture.to);
    refuse(v, &err);
    given_free(v);
}

static void
on_pictured(struct picture_job *job)
{
    read_square((void *)((char *)job - offsetof(struct given, picture)));
}

static void
on_whole(struct arrival *a)
{
    struct given *v = (struct given *)a;
    struct pictures *p = v->trip->call->g->pictures;
    char small[ID_BYTES + sizeof(".small")];

    snprintf(small, sizeof(small), "%s.small", a->id);
    files_path_new(a->files, a->id, v->picture.from);
    files_path_new(a->files, small, v->picture.to);
    v->picture.shape = PICTURE_SQUARE;
    v->picture.done = on_pictured;
    if (!pictures_can(p, span_of(a->type), a->bytes) ||
        !pictures_submit(p, &v->picture))
        read_square(v);
}

static void
take(struct cmd_call *c,
    bool (*work)(struct cmd_trip *t, struct store *s, struct err *err),
    void (*after)(struct cmd_trip *t))
{
    struct given *v;
    struct err err;

    if (!files_begin(c->g->files, true, &err)) {
        cmd_refuse(c, &err);
        return;
    }
    v = xcalloc(1, sizeof(*v));
    v->trip = cmd_trip_new(c, work);
    v->trip->after = after;
    v->arrival.whole = on_whole;
    v->arrival.failed = on_failed;
    v->arrival.gone = on_gone;
    arrival_begin(&v->arrival, c->g->files, cmd_http_req(c));
}

/* The square that the trip has; without one: none. */
static struct store_face
face_of(const struct cmd_trip *t)
{
    const struct square *q = t->own;

    if (!q)
        return (struct store_face){0};
    return (struct store_face){
        span_of(q->version), (struct span){q->webp, q->len}};
}

static void
say_version(struct cmd_trip *t)
{
    const struct square *q = t->own;

    if (!q)
        return;
    buf_addc(&t->out, '{');
    json_put_field(&t->out, "picture", span_of(q->version));
    buf_addc(&t->out, '}');
}

/* ---- one's own ---- */

static bool
own_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    struct store_face f = face_of(t);

    return store_user_set_face(s, span_of(t->user_id), &f,
        files_person_max(t->call->g->files, t->actor.standing < CHAT_ACCOUNT),
        t->now_ms, err);
}

static void
own_after(struct cmd_trip *t)
{
    fanout_picture(t->call->user);
    say_version(t);
}

static void
set_own(struct cmd_call *c)
{
    take(c, own_work, own_after);
}

static void
remove_own(struct cmd_call *c)
{
    struct cmd_trip *t = cmd_trip_new(c, own_work);

    t->after = own_after;
    cmd_trip_write(t);
}

const struct cmd cmd_picture_set = {
    .name = "picture.set",
    .summary = "Show this picture of oneself, whose bytes are the body, in "
               "place of the one before; its middle is kept, 192 pixels a "
               "side, and nothing but pixels",
    .routes = {{HTTP_PUT, "/users/me/picture"}},
    .act = CHAT_USE,
    .rate = CMD_WRITES,
    .streams = true,
    .reply = "Picture",
    .run = set_own,
};

const struct cmd cmd_picture_remove = {
    .name = "picture.remove",
    .summary = "Show no picture of oneself any more",
    .events = {"picture:remove"},
    .routes = {{HTTP_DELETE, "/users/me/picture"}},
    .act = CHAT_USE,
    .rate = CMD_WRITES,
    .run = remove_own,
};

/* ---- a room's ---- */

static bool
room_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    struct store_face f = face_of(t);

    return store_room_set_face(s, span_of(t->room_id), span_of(t->user_id), &f,
        files_person_max(t->call->g->files, t->actor.standing < CHAT_ACCOUNT),
        t->now_ms, err);
}

static void
set_room(struct cmd_call *c)
{
    take(c, room_work, say_version);
}

static void
remove_room(struct cmd_call *c)
{
    cmd_trip_write(cmd_trip_new(c, room_work));
}

#define ROOM_ARGS                                                              \
    {                                                                          \
        {                                                                      \
            "conversationId", CMD_ID, .required = true                         \
        }                                                                      \
    }

const struct cmd cmd_conversation_picture_set = {
    .name = "conversation.picture.set",
    .summary = "Give a conversation a picture, as picture.set; it counts among "
               "the files of who gives it",
    .routes = {{HTTP_PUT, "/conversations/:conversationId/picture"}},
    .args = ROOM_ARGS,
    .act = CHAT_ROOM_CHANGE,
    .subject = CMD_ROOM,
    .rate = CMD_WRITES,
    .streams = true,
    .audited = true,
    .reply = "Picture",
    .run = set_room,
};

const struct cmd cmd_conversation_picture_remove = {
    .name = "conversation.picture.remove",
    .summary = "Take a conversation's picture away",
    .events = {"conversation:picture:remove"},
    .routes = {{HTTP_DELETE, "/conversations/:conversationId/picture"}},
    .args = ROOM_ARGS,
    .act = CHAT_ROOM_CHANGE,
    .subject = CMD_ROOM,
    .rate = CMD_WRITES,
    .audited = true,
    .run = remove_room,
};
