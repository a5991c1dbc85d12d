/* SPDX-License-Identifier: ISC */
#include <sodium.h>
#include <stdio.h>

#include "gateway/cmd_hook.h"
#include "gateway/cmd_trip.h"
#include "gateway/cmds.h"
#include "gateway/gateway.h"
#include "gateway/view.h"
#include "link/post.h"
#include "store/outhook.h"
#include "wire/json.h"

/* Outgoing webhooks: programs that hear what happens in a conversation.  That
 * there are such ones is told to all of its members, and to whose machine it
 * goes; the address as a whole, which may have a secret, to its admins. */

enum { SECRET_RAW_BYTES = 32, HOST_BYTES = 256 };
_Static_assert(
    (int)POST_URL_BYTES_MAX < (int)STORE_URL_BYTES, "addresses are kept whole");

#define ROOM_ARG [0] = {"conversationId", CMD_ID, .required = true}
#define OUTHOOK_ARG [1] = {"outhookId", CMD_ID, .required = true}
#define ROOM_PATH "/conversations/:conversationId/outhooks"

static void
put_state(struct buf *b, const struct store_outhook *h)
{
    json_add_field(b, "url", span_of(h->url));
    buf_addf(b, ",\"failures\":%d", h->failures);
    if (h->reason[0])
        json_add_field(b, "reason", span_of(h->reason));
}

static void
put_outhook(struct buf *b, const struct store_outhook *h, bool whole,
    const char *secret)
{
    char host[HOST_BYTES];

    post_url_host(h->url, host, sizeof(host));
    buf_addc(b, '{');
    json_put_field(b, "id", span_of(h->id));
    json_add_field(b, "host", span_of(host));
    json_add_field(b, "createdBy", span_of(h->created_by));
    view_add_time(b, "createdAt", h->created_ms);
    view_add_time(b, "disabledAt", h->disabled_ms);
    if (whole)
        put_state(b, h);
    if (secret)
        buf_addf(b, ",\"secret\":\"%s\"", secret);
    buf_addc(b, '}');
}

/* ---- outhook.add ---- */

enum add_arg { ADD_ROOM, ADD_URL };

static bool
add_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    unsigned char raw[SECRET_RAW_BYTES];
    struct store_outhook h = {.created_ms = t->now_ms};

    id_new(h.id);
    snprintf(h.conversation_id, sizeof(h.conversation_id), "%s", t->room_id);
    snprintf(h.created_by, sizeof(h.created_by), "%s", t->user_id);
    snprintf(h.url, sizeof(h.url), "%.*s", SPAN_ARG(t->text[ADD_URL]));
    randombytes_buf(raw, sizeof(raw));
    sodium_bin2base64(h.secret, sizeof(h.secret), raw, sizeof(raw),
        sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    if (!store_outhook_add(s, &h, err))
        return false;
    put_outhook(&t->out, &h, true, h.secret);
    return true;
}

static void
add(struct cmd_call *c)
{
    struct err err;

    if (cmd_hook_check_room(c->room, &err) &&
        post_url_check(cmd_text(c, ADD_URL), &err))
        cmd_trip_write(cmd_trip_new(c, add_work));
    else
        cmd_refuse(c, &err);
}

const struct cmd cmd_outhook_add = {
    .name = "outhook.add",
    .summary = "Have what happens in a conversation posted to an address, at "
               "most 50; the secret that signs it is told once",
    .events = {"outhook:add"},
    .routes = {{HTTP_POST, ROOM_PATH}},
    .args =
        {ROOM_ARG, [ADD_URL] = {"url", CMD_LINE, .required = true, .min = 1,
                       .max = POST_URL_BYTES_MAX - 1,
                       .help =
                           "http:// or https://, of the public internet or of "
                           "HOOK_NETWORKS"}},
    .act = CHAT_HOOK_MAKE,
    .subject = CMD_ROOM,
    .rate = CMD_WRITES,
    .audited = true,
    .reply = "Outhook",
    .status = 201,
    .run = add,
};

/* ---- outhook.list ---- */

static void
list_row(const struct store_outhook *h, void *ctx)
{
    struct cmd_trip *t = ctx;

    cmd_trip_next(t);
    put_outhook(&t->out, h, chat_may(&t->actor, CHAT_HOOK_MAKE, NULL), NULL);
}

static bool
list_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    cmd_trip_open_list(t, "");
    return cmd_trip_close_list(
        t, store_outhooks(s, span_of(t->room_id), list_row, t, err));
}

static void
list(struct cmd_call *c)
{
    cmd_trip_read(cmd_trip_new(c, list_work));
}

const struct cmd cmd_outhook_list = {
    .name = "outhook.list",
    .summary = "Where a conversation's events go; to its admins also the whole "
               "address, and how it went",
    .events = {"outhook:list"},
    .routes = {{HTTP_GET, ROOM_PATH}},
    .args = {ROOM_ARG},
    .act = CHAT_ROOM_SEE,
    .subject = CMD_ROOM,
    .rate = CMD_ASKS,
    .reply = "OuthookList",
    .run = list,
};

/* ---- outhook.enable, outhook.remove ---- */

static bool
enable_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    return store_outhook_enable(
        s, span_of(t->room_id), t->text[1], t->now_ms, err);
}

static void
enable(struct cmd_call *c)
{
    cmd_trip_write(cmd_trip_new(c, enable_work));
}

const struct cmd cmd_outhook_enable = {
    .name = "outhook.enable",
    .summary = "One that was given up goes on where it was",
    .events = {"outhook:enable"},
    .routes = {{HTTP_POST, ROOM_PATH "/:outhookId/enable"}},
    .args = {ROOM_ARG, OUTHOOK_ARG},
    .act = CHAT_HOOK_MAKE,
    .subject = CMD_ROOM,
    .rate = CMD_WRITES,
    .audited = true,
    .run = enable,
};

static bool
remove_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    return store_outhook_remove(s, span_of(t->room_id), t->text[1], err);
}

static void
remove_outhook(struct cmd_call *c)
{
    cmd_trip_write(cmd_trip_new(c, remove_work));
}

const struct cmd cmd_outhook_remove = {
    .name = "outhook.remove",
    .summary = "Nothing more is posted to an address",
    .events = {"outhook:remove"},
    .routes = {{HTTP_DELETE, ROOM_PATH "/:outhookId"}},
    .args = {ROOM_ARG, OUTHOOK_ARG},
    .act = CHAT_HOOK_MAKE,
    .subject = CMD_ROOM,
    .rate = CMD_WRITES,
    .audited = true,
    .run = remove_outhook,
};
