/* SPDX-License-Identifier: ISC */
#include "gateway/actor.h"
#include "gateway/cmds.h"
#include "gateway/gateway.h"
#include "gateway/message.h"
#include "text/lang.h"

enum forward_arg {
    FORWARD_MESSAGE,
    FORWARD_CONVERSATION,
    FORWARD_TO,
    FORWARD_CLIENT_ID,
};

/* The caller may see the message; may they also say it there? */
static bool
may_say(const struct cmd_call *c, const struct room *to, struct err *err)
{
    struct chat_actor actor = actor_of(c->user, to);

    if (c->message->deleted)
        return err_set(err, FAIL_NOT_FOUND, "no such message");
    return chat_may(&actor, CHAT_MESSAGE_SEND, err) &&
           actor_take_turn(c->user, to, err);
}

static void
forward(struct cmd_call *c)
{
    struct room *to = hub_room(c->g->hub, cmd_text(c, FORWARD_TO));
    char address[ADDRESS_BYTES];
    struct message_draft d = {
        .user = c->user,
        .room = to,
        .content = c->message->content,
        .language = lang_find(c->message->language),
        .client_message_id = cmd_text(c, FORWARD_CLIENT_ID),
        .forward_of = c->message->id,
        .type = c->message->type,
        .done = cmd_message_saved,
        .ctx = c,
    };
    struct err err;

    if (!may_say(c, to, &err)) {
        cmd_refuse(c, &err);
        return;
    }
    c->door->address(c, address);
    d.address = span_of(address);
    message_send(c->g, &d);
}

const struct cmd cmd_message_forward = {
    .name = "message.forward",
    .summary = "Say what somebody said once more, elsewhere, with their name",
    .events = {"message:forward"},
    .routes = {{HTTP_POST, "/messages/:messageId/forward"}},
    .args =
        {
            [FORWARD_MESSAGE] = {"messageId", CMD_ID, .required = true},
            [FORWARD_CONVERSATION] = {"conversationId", CMD_ID,
                .help = "if given, the one that the message is in"},
            [FORWARD_TO] = {"to", CMD_ID, .required = true,
                .help = "the conversation to say it in"},
            [FORWARD_CLIENT_ID] = {"clientMessageId", CMD_LINE, .min = 1,
                .max = CHAT_CLIENT_ID_CHARS_MAX,
                .help = "the client's own id: sent again, it is saved once"},
        },
    .act = CHAT_MESSAGE_SEE,
    .subject = CMD_MESSAGE,
    .rate = CMD_WRITES,
    .reply = "MessageSaved",
    .status = 201,
    .run = forward,
};
