/* SPDX-License-Identifier: ISC */
#include "base/clock.h"
#include "gateway/actor.h"
#include "gateway/cmds.h"
#include "gateway/gateway.h"
#include "gateway/message.h"
#include "gateway/written.h"
#include "wire/json.h"

/* ---- message.send ---- */

enum send_arg {
    SEND_CONVERSATION,
    SEND_CONTENT,
    SEND_LANGUAGE,
    SEND_CLIENT_ID,
    SEND_REPLY_TO,
    SEND_FILES,
    SEND_THREAD,
};

enum { SAVED_BYTES = 300 }; /* of both, so that one allocation will do */

void
cmd_message_saved(
    const struct message_saved *saved, const struct err *err, void *ctx)
{
    struct cmd_call *c = ctx;
    struct cmd_reply r = {.event = "message_sent"};
    char iso[CLOCK_ISO_BYTES];
    struct buf b = {0};
    size_t n;

    if (!saved) {
        cmd_refuse(c, err);
        return;
    }
    clock_iso(saved->created_ms, iso);
    buf_reserve(&b, SAVED_BYTES);
    buf_addc(&b, '{');
    json_put_field(&b, "messageId", span_of(saved->id));
    json_add_number(&b, "seq", saved->seq);
    json_add_field(&b, "createdAt", span_of(iso));
    json_add_bool(&b, "duplicate", saved->duplicate);
    buf_addc(&b, '}');
    n = b.len;
    buf_addc(&b, '{');
    json_put_field(&b, "messageId", span_of(saved->id));
    json_add_field(&b, "status", SPAN("message_saved"));
    json_add_field(&b, "timestamp", span_of(iso));
    buf_addc(&b, '}');
    r.status = saved->duplicate ? 200 : 201;
    r.data = (struct span){b.p, n};
    r.payload = (struct span){b.p + n, b.len - n};
    cmd_reply(c, &r);
    buf_free(&b);
}

/* The files of a message; returns how many. */
static size_t
files_of(const struct cmd_call *c, struct span out[STORE_FILES_MAX])
{
    const json_t *list =
        c->arg[SEND_FILES].given ? c->arg[SEND_FILES].list : NULL;
    size_t n = json_array_size(list);

    for (size_t i = 0; i < n; i++)
        out[i] = json_str(json_array_get(list, i));
    return n;
}

static void
say(struct cmd_call *c)
{
    struct span files[STORE_FILES_MAX];
    char address[ADDRESS_BYTES];
    struct message_draft d = {
        .user = c->user,
        .room = c->room,
        .content = cmd_text(c, SEND_CONTENT),
        .language = cmd_language(c, SEND_LANGUAGE),
        .client_message_id = cmd_text(c, SEND_CLIENT_ID),
        .reply_to = cmd_text(c, SEND_REPLY_TO),
        .file_ids = files,
        .n_files = files_of(c, files),
        .thread = cmd_text(c, SEND_THREAD),
        .mention_all = cmd_may(c, CHAT_MENTION_ALL),
        .done = cmd_message_saved,
        .ctx = c,
    };
    struct err err;

    if (!d.content.p)
        d.content = SPAN("");
    c->door->address(c, address);
    d.address = span_of(address);
    if (!actor_take_turn(c->user, c->room, &err)) {
        cmd_refuse(c, &err);
        return;
    }
    if (!c->arg[SEND_LANGUAGE].given)
        d.language = written_by_choice(c->user);
    message_send(c->g, &d);
}

const struct cmd cmd_message_send = {
    .name = "message.send",
    .summary = "Say something in a conversation",
    .events = {"message:send"},
    .routes = {{HTTP_POST, "/conversations/:conversationId/messages"}},
    .args =
        {
            [SEND_CONVERSATION] = {"conversationId", CMD_ID, .required = true},
            [SEND_CONTENT] = {"content", CMD_TEXT,
                .max = CHAT_MESSAGE_CHARS_MAX,
                .help = "the text, which only one with files may lack; "
                        "MAX_MESSAGE_LENGTH may allow less"},
            [SEND_LANGUAGE] = {"originalLanguage", CMD_LANGUAGE_AUTO,
                .help = "what the text is written in; auto: by its looks; "
                        "otherwise what its writer chose, or auto"},
            [SEND_CLIENT_ID] = {"clientMessageId", CMD_LINE, .min = 1,
                .max = CHAT_CLIENT_ID_CHARS_MAX,
                .help = "the client's own id: sent again, it is saved once"},
            [SEND_REPLY_TO] = {"replyToId", CMD_ID,
                .help = "a message of the same conversation"},
            [SEND_FILES] = {"fileIds", CMD_IDS, .max = STORE_FILES_MAX,
                .help = "of file.add; the text is what they show"},
            [SEND_THREAD] = {"threadId", CMD_ID,
                .help = "a message of the same conversation to say it under, "
                        "which is under none itself"},
        },
    .act = CHAT_MESSAGE_SEND,
    .subject = CMD_ROOM,
    .rate = CMD_WRITES,
    .reply = "MessageSaved",
    .status = 201,
    .run = say,
};

/* ---- message.edit, message.delete ---- */

enum change_arg {
    CHANGE_MESSAGE,
    CHANGE_CONVERSATION,
    CHANGE_CONTENT,
    CHANGE_LANGUAGE,
};

static void
edit(struct cmd_call *c)
{
    struct span content = cmd_text(c, CHANGE_CONTENT);
    const struct lang *language = cmd_language(c, CHANGE_LANGUAGE);

    if (c->arg[CHANGE_LANGUAGE].given && !language)
        language = written_in(c->user, c->room, content);
    message_edit(c->g, c->message, c->room, content,
        cmd_may(c, CHAT_MENTION_ALL), language, cmd_ended, c);
}

const struct cmd cmd_message_edit = {
    .name = "message.edit",
    .summary = "Change a message of one's own; it is translated anew",
    .events = {"message:edit"},
    .routes = {{HTTP_PATCH, "/messages/:messageId"},
        {HTTP_PUT, "/conversations/:conversationId/messages/:messageId"}},
    .args =
        {
            [CHANGE_MESSAGE] = {"messageId", CMD_ID, .required = true},
            [CHANGE_CONVERSATION] = {"conversationId", CMD_ID,
                .help = "if given, the one that the message is in"},
            [CHANGE_CONTENT] = {"content", CMD_TEXT, .required = true,
                .max = CHAT_MESSAGE_CHARS_MAX,
                .help = "the new text; MAX_MESSAGE_LENGTH may allow less"},
            [CHANGE_LANGUAGE] = {"originalLanguage", CMD_LANGUAGE_AUTO,
                .help = "otherwise the message's so far"},
        },
    .act = CHAT_MESSAGE_EDIT,
    .subject = CMD_MESSAGE,
    .rate = CMD_WRITES,
    .run = edit,
};

static void delete (struct cmd_call *c)
{
    message_delete(c->g, c->message, c->room, cmd_ended, c);
}

const struct cmd cmd_message_delete = {
    .name = "message.delete",
    .summary = "Delete a message for everybody",
    .events = {"message:delete"},
    .routes = {{HTTP_DELETE, "/messages/:messageId"},
        {HTTP_DELETE, "/conversations/:conversationId/messages/:messageId"}},
    .args =
        {
            [CHANGE_MESSAGE] = {"messageId", CMD_ID, .required = true},
            [CHANGE_CONVERSATION] = {"conversationId", CMD_ID,
                .help = "if given, the one that the message is in"},
        },
    .act = CHAT_MESSAGE_DELETE,
    .subject = CMD_MESSAGE,
    .rate = CMD_WRITES,
    .run = delete,
};
