/* SPDX-License-Identifier: ISC */
#include "base/clock.h"
#include "gateway/cmd_trip.h"
#include "gateway/cmds.h"
#include "wire/json.h"

enum revisions_arg { REVISIONS_MESSAGE, REVISIONS_CONVERSATION };

static void
revision_row(const struct store_revision *r, void *ctx)
{
    struct cmd_trip *t = ctx;
    char iso[CLOCK_ISO_BYTES];

    clock_iso(r->at_ms, iso);
    cmd_trip_next(t);
    buf_addf(&t->out, "{\"revision\":%d,", r->revision);
    json_put_field(&t->out, "content", r->content);
    json_add_field(&t->out, "originalLanguage", r->language);
    buf_addf(&t->out, ",\"createdAt\":\"%s\"}", iso);
}

static bool
revisions_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    cmd_trip_open_list(t, "");
    return cmd_trip_close_list(
        t, store_message_revisions(
               s, t->text[REVISIONS_MESSAGE], revision_row, t, err));
}

static void
revisions(struct cmd_call *c)
{
    cmd_trip_read(cmd_trip_new(c, revisions_work));
}

const struct cmd cmd_message_revisions = {
    .name = "message.revisions",
    .summary = "What a message said before it was edited, oldest first, the "
               "last 50; for its writer and for moderators",
    .events = {"message:revisions"},
    .routes = {{HTTP_GET, "/messages/:messageId/revisions"}},
    .args =
        {
            [REVISIONS_MESSAGE] = {"messageId", CMD_ID, .required = true},
            [REVISIONS_CONVERSATION] = {"conversationId", CMD_ID,
                .help = "if given, the one that the message is in"},
        },
    .act = CHAT_MESSAGE_REVISIONS,
    .subject = CMD_MESSAGE,
    .rate = CMD_ASKS,
    .reply = "RevisionList",
    .run = revisions,
};
