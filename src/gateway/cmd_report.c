/* SPDX-License-Identifier: ISC */
#include <stdio.h>

#include "base/clock.h"
#include "gateway/cmd_trip.h"
#include "gateway/cmds.h"
#include "gateway/message.h"
#include "store/people.h"
#include "wire/json.h"

/* Messages that moderators should look at. */

enum { REASON_CHARS_MAX = 500 };

/* ---- report.add ---- */

enum add_arg { ADD_MESSAGE, ADD_CONVERSATION, ADD_REASON };

static bool
add_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    struct store_report r = {.at_ms = t->now_ms};

    id_new(r.id);
    snprintf(r.message_id, sizeof(r.message_id), "%.*s",
        SPAN_ARG(t->text[ADD_MESSAGE]));
    snprintf(r.reporter_id, sizeof(r.reporter_id), "%s", t->user_id);
    snprintf(r.reason, sizeof(r.reason), "%.*s", SPAN_ARG(t->text[ADD_REASON]));
    return store_report_add(s, &r, err);
}

static void
add(struct cmd_call *c)
{
    cmd_trip_write(cmd_trip_new(c, add_work));
}

const struct cmd cmd_report_add = {
    .name = "report.add",
    .summary = "Ask the moderators to look at a message",
    .events = {"report:add"},
    .routes = {{HTTP_POST, "/messages/:messageId/report"}},
    .args = {[ADD_MESSAGE] = {"messageId", CMD_ID, .required = true},
        [ADD_CONVERSATION] = {"conversationId", CMD_ID,
            .help = "if given, the one that the message is in"},
        [ADD_REASON] = {"reason", CMD_TEXT, .max = REASON_CHARS_MAX}},
    .act = CHAT_MESSAGE_SEE,
    .subject = CMD_MESSAGE,
    .rate = CMD_WRITES,
    .run = add,
};

/* ---- report.list ---- */

enum list_arg { LIST_CONVERSATION, LIST_LIMIT };

static void
list_row(const struct store_report *r, void *ctx)
{
    struct cmd_trip *t = ctx;
    char iso[CLOCK_ISO_BYTES];

    clock_iso(r->at_ms, iso);
    cmd_trip_next(t);
    buf_addf(&t->out, "{\"id\":\"%s\",\"at\":\"%s\"", r->id, iso);
    json_add_field(&t->out, "messageId", span_of(r->message_id));
    json_add_field(&t->out, "conversationId", span_of(r->conversation_id));
    json_add_field(&t->out, "reporterId", span_of(r->reporter_id));
    json_add_field(&t->out, "authorId", span_of(r->author_id));
    json_add_field(&t->out, "reason", span_of(r->reason));
    json_add_field(&t->out, "originalLanguage", span_of(r->language));
    json_add_field(&t->out, "content", r->content);
    buf_addc(&t->out, '}');
}

static bool
list_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    int limit = (int)cmd_number(t->call, LIST_LIMIT, CHAT_PAGE_DEFAULT);

    cmd_trip_open_list(t, "");
    return cmd_trip_close_list(
        t, store_reports(s, span_of(t->room_id), limit, list_row, t, err));
}

static void
list(struct cmd_call *c)
{
    cmd_trip_read(cmd_trip_new(c, list_work));
}

const struct cmd cmd_report_list = {
    .name = "report.list",
    .summary = "Reported messages that wait for a moderator, oldest first",
    .events = {"report:list"},
    .routes = {{HTTP_GET, "/conversations/:conversationId/reports"}},
    .args = {[LIST_CONVERSATION] = {"conversationId", CMD_ID, .required = true},
        [LIST_LIMIT] = {"limit", CMD_NUMBER, .min = 1, .max = CHAT_PAGE_MAX,
            .help = "otherwise 50"}},
    .act = CHAT_REPORT_SEE,
    .subject = CMD_ROOM,
    .rate = CMD_ASKS,
    .reply = "ReportList",
    .run = list,
};

/* ---- report.resolve ---- */

enum resolve_arg { RESOLVE_CONVERSATION, RESOLVE_REPORT, RESOLVE_OUTCOME };

static bool
resolve_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    return store_report_resolve(s, span_of(t->room_id), t->text[RESOLVE_REPORT],
        span_of(t->user_id), t->text[RESOLVE_OUTCOME], err);
}

static void
resolve(struct cmd_call *c)
{
    cmd_trip_write(cmd_trip_new(c, resolve_work));
}

const struct cmd cmd_report_resolve = {
    .name = "report.resolve",
    .summary = "Say what became of a report; it waits no longer",
    .events = {"report:resolve"},
    .routes = {{HTTP_POST,
        "/conversations/:conversationId/reports/:reportId/resolve"}},
    .args = {[RESOLVE_CONVERSATION] = {"conversationId", CMD_ID,
                 .required = true},
        [RESOLVE_REPORT] = {"reportId", CMD_ID, .required = true},
        [RESOLVE_OUTCOME] = {"outcome", CMD_WORD, .required = true,
            .words = (const char *const[]){"dismissed", "removed", "warned",
                "banned", NULL},
            .help = "what was done, by other commands"}},
    .act = CHAT_REPORT_SEE,
    .subject = CMD_ROOM,
    .rate = CMD_WRITES,
    .audited = true,
    .run = resolve,
};
