/* SPDX-License-Identifier: ISC */
#include <stdio.h>

#include "gateway/cmd_trip.h"
#include "gateway/cmds.h"
#include "gateway/gateway.h"
#include "gateway/name.h"
#include "gateway/retention.h"
#include "gateway/view.h"

/* What a room is called, and how it is set. */

enum set_arg {
    SET_CONVERSATION,
    SET_TITLE,
    SET_DESCRIPTION,
    SET_ARCHIVED,
    SET_READ_ONLY,
    SET_TRANSLATION,
    SET_SLOW,
    SET_RETENTION,
};

static bool
flag(const struct cmd_value *v, bool otherwise)
{
    return v->given ? v->flag : otherwise;
}

static bool
set_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    const struct cmd_value *arg = t->call->arg;
    struct span title = span_trim(t->text[SET_TITLE]);
    struct span description = t->text[SET_DESCRIPTION];
    struct store_conversation c;

    if (!store_conversation_get(s, span_of(t->room_id), &c, err))
        return false;
    if (title.p)
        snprintf(c.title, sizeof(c.title), "%.*s", SPAN_ARG(title));
    if (description.p)
        snprintf(c.description, sizeof(c.description), "%.*s",
            SPAN_ARG(description));
    c.archived = flag(&arg[SET_ARCHIVED], c.archived);
    c.read_only = flag(&arg[SET_READ_ONLY], c.read_only);
    c.untranslated = !flag(&arg[SET_TRANSLATION], !c.untranslated);
    c.slow_s = (int)cmd_number(t->call, SET_SLOW, c.slow_s);
    c.retention_days =
        (int)cmd_number(t->call, SET_RETENTION, c.retention_days);
    return store_conversation_set(s, &c, t->now_ms, err);
}

static void
set_after(struct cmd_trip *t)
{
    if (t->call->arg[SET_RETENTION].given)
        retention_soon(t->call->g->retention);
    view_room_of(&t->out, t->call->room, t->call->user);
}

static bool
check(const struct cmd_call *c, struct err *err)
{
    for (int i = SET_TITLE; i <= SET_RETENTION; i++)
        if (c->arg[i].given)
            return i != SET_TITLE ||
                   name_check(span_trim(cmd_text(c, SET_TITLE)),
                       CHAT_TITLE_CHARS_MAX, err);
    return err_set(err, FAIL_BAD_INPUT, "nothing to change");
}

static void
set(struct cmd_call *c)
{
    struct cmd_trip *t;
    struct err err;

    if (!check(c, &err)) {
        cmd_refuse(c, &err);
        return;
    }
    t = cmd_trip_new(c, set_work);
    t->after = set_after;
    cmd_trip_write(t);
}

const struct cmd cmd_conversation_set = {
    .name = "conversation.set",
    .summary = "Change a conversation's name or settings",
    .events = {"conversation:set"},
    .routes = {{HTTP_PATCH, "/conversations/:conversationId"},
        {HTTP_PUT, "/conversations/:conversationId"}},
    .args =
        {
            [SET_CONVERSATION] = {"conversationId", CMD_ID, .required = true},
            [SET_TITLE] = {"title", CMD_LINE, .max = CHAT_TITLE_CHARS_MAX},
            [SET_DESCRIPTION] = {"description", CMD_TEXT,
                .max = CHAT_DESCRIPTION_CHARS_MAX},
            [SET_ARCHIVED] = {"archived", CMD_FLAG,
                .help = "nobody writes there, and it is not found any more"},
            [SET_READ_ONLY] = {"readOnly", CMD_FLAG,
                .help = "only moderators write"},
            [SET_TRANSLATION] = {"translation", CMD_FLAG,
                .help = "translate what is written from now on"},
            [SET_SLOW] = {"slowSeconds", CMD_NUMBER, .max = CHAT_SLOW_S_MAX,
                .help = "a member writes so often at most; 0: as they like"},
            [SET_RETENTION] = {"retentionDays", CMD_NUMBER,
                .max = CHAT_RETENTION_DAYS_MAX,
                .help = "messages of more days are erased for good; 0: as the "
                        "server says, which may say less than the room"},
        },
    .act = CHAT_ROOM_CHANGE,
    .subject = CMD_ROOM,
    .rate = CMD_WRITES,
    .audited = true,
    .reply = "Conversation",
    .run = set,
};
