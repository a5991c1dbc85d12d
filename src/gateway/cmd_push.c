/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "gateway/cmd_trip.h"
#include "gateway/cmds.h"
#include "gateway/gateway.h"
#include "gateway/push.h"
#include "gateway/session.h"
#include "gateway/view.h"
#include "link/post.h"
#include "store/push.h"
#include "webpush/webpush.h"
#include "wire/json.h"

/* Notifications on devices whose people do not look.  A device is a session's. */

enum { HOST_BYTES = 256, KEY_CHARS_MAX = STORE_PUSH_KEY_BYTES - 1 };
_Static_assert((int)POST_URL_BYTES_MAX < (int)STORE_PUSH_URL_BYTES,
    "addresses are kept whole");

#define DEVICES "/push/devices"

static bool
check_on(const struct cmd_call *c, struct err *err)
{
    return c->g->push ||
           err_set(err, FAIL_NOT_FOUND, "this server sends no notifications");
}

/* ---- push.key ---- */

static void
key(struct cmd_call *c)
{
    struct span known = push_public_key(c->g->push);
    struct buf b = {0};
    struct err err;

    if (!check_on(c, &err) ||
        !(known.p || err_set(&err, FAIL_BUSY, "the server is starting"))) {
        cmd_refuse(c, &err);
        return;
    }
    buf_addc(&b, '{');
    json_put_field(&b, "publicKey", known);
    buf_addc(&b, '}');
    cmd_data(c, buf_span(&b));
    buf_free(&b);
}

const struct cmd cmd_push_key = {
    .name = "push.key",
    .summary = "The applicationServerKey that a browser subscribes with",
    .events = {"push:key"},
    .routes = {{HTTP_GET, "/push/key"}},
    .act = CHAT_USE,
    .rate = CMD_ASKS,
    .reply = "PushKey",
    .run = key,
};

/* ---- push.add ---- */

enum add_arg { ADD_ENDPOINT, ADD_P256DH, ADD_AUTH, ADD_ALL, ADD_QUIET };

static bool
add_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    struct store_push_device d;

    memcpy(&d, t->out.p, sizeof(d)); /* from the loop, see add */
    buf_reset(&t->out);
    d.created_ms = t->now_ms;
    memcpy(d.session, t->session, sizeof(d.session));
    return store_push_add(s, span_of(t->user_id), &d, err);
}

static bool
check_device(const struct cmd_call *c, struct err *err)
{
    struct webpush_reader reader;

    if (c->user->bot)
        return err_set(err, FAIL_FORBIDDEN, "a program gets no notifications");
    return check_on(c, err) &&
           push_check_endpoint(c->g, cmd_text(c, ADD_ENDPOINT), err) &&
           webpush_reader_parse(
               cmd_text(c, ADD_P256DH), cmd_text(c, ADD_AUTH), &reader, err);
}

static void
put(char *ret, size_t ret_bytes, struct span text)
{
    snprintf(ret, ret_bytes, "%.*s", SPAN_ARG(text));
}

static void
add(struct cmd_call *c)
{
    struct store_push_device d = {
        .all_rooms = c->arg[ADD_ALL].given && c->arg[ADD_ALL].flag,
        .quiet = c->arg[ADD_QUIET].given && c->arg[ADD_QUIET].flag};
    struct cmd_trip *t;
    struct err err;

    if (!check_device(c, &err)) {
        cmd_refuse(c, &err);
        return;
    }
    put(d.endpoint, sizeof(d.endpoint), cmd_text(c, ADD_ENDPOINT));
    put(d.p256dh, sizeof(d.p256dh), cmd_text(c, ADD_P256DH));
    put(d.auth, sizeof(d.auth), cmd_text(c, ADD_AUTH));
    t = cmd_trip_new(c, add_work);
    buf_add(&t->out, &d, sizeof(d));
    cmd_trip_write(t);
}

const struct cmd cmd_push_add = {
    .name = "push.add",
    .summary =
        "Tell the browser of this session of direct messages and mentions while "
        "nobody looks: what its PushSubscription says; again to change it",
    .events = {"push:add"},
    .routes = {{HTTP_PUT, DEVICES}},
    .args = {[ADD_ENDPOINT] = {"endpoint", CMD_LINE, .required = true, .min = 1,
                 .max = POST_URL_BYTES_MAX - 1,
                 .help = "https://, of the public internet"},
        [ADD_P256DH] = {"p256dh", CMD_LINE, .required = true, .min = 1,
            .max = KEY_CHARS_MAX, .help = "in base64url"},
        [ADD_AUTH] = {"auth", CMD_LINE, .required = true, .min = 1,
            .max = KEY_CHARS_MAX, .help = "in base64url"},
        [ADD_ALL] = {"allRooms", CMD_FLAG,
            .help = "also what is said in rooms of at most 100 people"},
        [ADD_QUIET] = {"quiet", CMD_FLAG,
            .help = "only that somebody wrote: no name and no text"}},
    .act = CHAT_USE,
    .rate = CMD_WRITES,
    .run = add,
};

/* ---- push.list ---- */

static void
put_device(struct cmd_trip *t, const struct store_push_device *d)
{
    struct buf *b = &t->out;
    char id[SESSION_ID_BYTES], host[HOST_BYTES];
    bool current = memcmp(d->session, t->session, sizeof(d->session)) == 0;

    session_id(d->session, id);
    post_url_host(d->endpoint, host, sizeof(host));
    buf_addf(b, "{\"sessionId\":\"%s\"", id);
    json_add_field(b, "host", span_of(host));
    buf_addf(b, ",\"allRooms\":%s,\"quiet\":%s,\"current\":%s,\"failures\":%d",
        d->all_rooms ? "true" : "false", d->quiet ? "true" : "false",
        current ? "true" : "false", d->failures);
    view_add_time(b, "createdAt", d->created_ms);
    view_add_time(b, "toldAt", d->told_ms);
    if (d->reason[0])
        json_add_field(b, "reason", span_of(d->reason));
    buf_addc(b, '}');
}

static void
list_row(const struct store_push_device *d, void *ctx)
{
    struct cmd_trip *t = ctx;

    cmd_trip_next(t);
    put_device(t, d);
}

static bool
list_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    cmd_trip_open_list(t, "");
    if (!store_push_devices(s, span_of(t->user_id), list_row, t, err))
        return false;
    buf_addc(&t->out, ']');
    return true;
}

static void
list(struct cmd_call *c)
{
    cmd_trip_read(cmd_trip_new(c, list_work));
}

const struct cmd cmd_push_list = {
    .name = "push.list",
    .summary = "One's devices that get notifications, and how that went",
    .events = {"push:list"},
    .routes = {{HTTP_GET, DEVICES}},
    .act = CHAT_USE,
    .rate = CMD_ASKS,
    .reply = "PushDeviceList",
    .run = list,
};

/* ---- push.remove ---- */

struct look {
    struct span id;
    unsigned char found[STORE_TOKEN_HASH_BYTES];
    bool is_found;
};

static void
find_row(const struct store_push_device *d, void *ctx)
{
    struct look *l = ctx;
    char id[SESSION_ID_BYTES];

    session_id(d->session, id);
    if (!span_eqz(l->id, id))
        return;
    memcpy(l->found, d->session, sizeof(l->found));
    l->is_found = true;
}

static bool
remove_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    struct look l = {.id = t->text[0]};
    struct span user = span_of(t->user_id);

    if (!l.id.p)
        return store_push_remove(s, user, t->session, err);
    if (!store_push_devices(s, user, find_row, &l, err))
        return false;
    if (!l.is_found)
        return err_set(err, FAIL_NOT_FOUND, "that gets no notifications");
    return store_push_remove(s, user, l.found, err);
}

static void
remove_device(struct cmd_call *c)
{
    cmd_trip_write(cmd_trip_new(c, remove_work));
}

const struct cmd cmd_push_remove = {
    .name = "push.remove",
    .summary =
        "No more notifications on the device of a session, or on this one",
    .events = {"push:remove"},
    .routes = {{HTTP_DELETE, DEVICES "/:sessionId"}, {HTTP_DELETE, DEVICES}},
    .args = {{"sessionId", CMD_ID}},
    .act = CHAT_USE,
    .rate = CMD_WRITES,
    .run = remove_device,
};

/* ---- presence.look ---- */

static void
look_at(struct cmd_call *c)
{
    push_look(c->g, c->client, c->arg[0].flag);
    cmd_done(c);
}

const struct cmd cmd_presence_look = {
    .name = "presence.look",
    .summary = "Say whether the page is before somebody's eyes: meanwhile they "
               "get no notifications",
    .events = {"presence:look"},
    .args = {{"looks", CMD_FLAG, .required = true}},
    .act = CHAT_USE,
    .rate = CMD_SIGNALS,
    .run = look_at,
};
