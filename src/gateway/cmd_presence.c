/* SPDX-License-Identifier: ISC */
#include "gateway/cmds.h"
#include "gateway/fanout.h"
#include "gateway/gateway.h"
#include "gateway/others.h"
#include "wire/json.h"

/* What only a connection can do: follow a room, be seen typing. */

#define ROOM_ARG                                                               \
    {                                                                          \
        {                                                                      \
            "conversationId", CMD_ID, .required = true                         \
        }                                                                      \
    }

/* {"conversationId","userId","username"}, for events about somebody here. */
static void
put_presence(struct buf *b, const struct cmd_call *c)
{
    buf_addc(b, '{');
    json_put_field(b, "conversationId", span_of(c->room->id));
    json_add_field(b, "userId", span_of(c->user->id));
    json_add_field(b, "username", span_of(c->user->display_name));
    buf_addc(b, '}');
}

static void
answer(struct cmd_call *c, const char *event)
{
    struct buf b = {0};

    put_presence(&b, c);
    cmd_reply(c, &(struct cmd_reply){
                     .status = 200, .event = event, .payload = buf_span(&b)});
    buf_free(&b);
}

static void
join(struct cmd_call *c)
{
    hub_client_join(c->client, c->room);
    answer(c, "conversation:joined");
}

const struct cmd cmd_conversation_join = {
    .name = "conversation.join",
    .summary = "Get the events of a conversation on this connection again",
    .events = {"conversation:join"},
    .args = ROOM_ARG,
    .act = CHAT_ROOM_FOLLOW,
    .subject = CMD_ROOM,
    .run = join,
};

static void
leave(struct cmd_call *c)
{
    hub_client_part(c->client, c->room);
    answer(c, "conversation:left");
}

const struct cmd cmd_conversation_leave = {
    .name = "conversation.leave",
    .summary = "Get no events of a conversation on this connection any more",
    .events = {"conversation:leave"},
    .args = ROOM_ARG,
    .act = CHAT_ROOM_FOLLOW,
    .subject = CMD_ROOM,
    .run = leave,
};

static void
relay(struct cmd_call *c, const char *event)
{
    struct buf b = {0};

    put_presence(&b, c);
    fanout_signal(c->room, event, buf_span(&b), c->client);
    others_signal(c->g->others, span_of(c->room->id), event, buf_span(&b));
    buf_free(&b);
    cmd_done(c);
}

static void
typing_start(struct cmd_call *c)
{
    relay(c, "typing:start");
}

const struct cmd cmd_typing_start = {
    .name = "typing.start",
    .summary = "Tell the others in a conversation that one is writing",
    .events = {"typing:start"},
    .args = ROOM_ARG,
    .act = CHAT_ROOM_SIGNAL,
    .subject = CMD_ROOM,
    .rate = CMD_SIGNALS,
    .run = typing_start,
};

static void
typing_stop(struct cmd_call *c)
{
    relay(c, "typing:stop");
}

const struct cmd cmd_typing_stop = {
    .name = "typing.stop",
    .summary = "Tell the others that one has stopped writing",
    .events = {"typing:stop"},
    .args = ROOM_ARG,
    .act = CHAT_ROOM_SIGNAL,
    .subject = CMD_ROOM,
    .rate = CMD_SIGNALS,
    .run = typing_stop,
};
