/* SPDX-License-Identifier: ISC */
#include "base/clock.h"
#include "gateway/deliver.h"
#include "gateway/events.h"
#include "wire/json.h"

/* Typing signals fan out to the whole room: five a second is plenty. */
static const struct limit signal_limit = {5, 10};

/* The room of the call, when its user is a member; else the error is sent. */
static struct room *
room_of(const struct ev_call *c)
{
    struct room *r =
        hub_room(c->g->hub, json_get_str(c->arg, "conversationId"));
    struct err err;

    if (r && hub_is_member(r, c->client->user))
        return r;
    err_set(&err, FAIL_FORBIDDEN, "you are not in this conversation");
    ev_ack_err(c->client, c->ack_id, &err);
    return NULL;
}

/* {"conversationId","userId","username"}, for events about somebody here. */
static void
put_presence(struct buf *b, const struct room *r, const struct user *u)
{
    buf_addc(b, '{');
    json_put_field(b, "conversationId", span_of(r->id));
    buf_addc(b, ',');
    json_put_field(b, "userId", span_of(u->id));
    buf_addc(b, ',');
    json_put_field(b, "username", span_of(u->display_name));
    buf_addc(b, '}');
}

static void
answer(const struct ev_call *c, const struct room *r, const char *event)
{
    struct buf b = {0};

    put_presence(&b, r, c->client->user);
    sio_emit(c->client->sock, event, buf_span(&b));
    ev_ack(c->client, c->ack_id, (struct span){0});
    buf_free(&b);
}

void
ev_conversation_join(const struct ev_call *c)
{
    struct room *r = room_of(c);

    if (!r)
        return;
    hub_client_join(c->client, r);
    answer(c, r, "conversation:joined");
}

void
ev_conversation_leave(const struct ev_call *c)
{
    struct room *r = room_of(c);

    if (!r)
        return;
    hub_client_part(c->client, r);
    answer(c, r, "conversation:left");
}

static void
relay(const struct ev_call *c, const char *event)
{
    struct room *r = room_of(c);
    struct buf b = {0};

    if (!r)
        return;
    if (bucket_take(&c->client->signals, signal_limit, clock_mono_us())) {
        put_presence(&b, r, c->client->user);
        deliver_room(r, event, buf_span(&b), c->client);
        buf_free(&b);
    }
    ev_ack(c->client, c->ack_id, (struct span){0});
}

void
ev_typing_start(const struct ev_call *c)
{
    relay(c, "typing:start");
}

void
ev_typing_stop(const struct ev_call *c)
{
    relay(c, "typing:stop");
}
