/* SPDX-License-Identifier: ISC */
#include "base/clock.h"
#include "gateway/cmd_trip.h"
#include "gateway/cmds.h"
#include "gateway/message.h"
#include "gateway/name.h"
#include "store/correction.h"
#include "text/lang.h"
#include "wire/json.h"

/* Better translations: readers propose them, moderators accept. */

/* ---- correction.add ---- */

enum add_arg { ADD_MESSAGE, ADD_CONVERSATION, ADD_LANGUAGE, ADD_TEXT };

static bool
add_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    char id[ID_BYTES];
    struct store_correction c = {.message_id = t->text[ADD_MESSAGE],
        .proposer_id = span_of(t->user_id),
        .language = span_of(cmd_language(t->call, ADD_LANGUAGE)->code),
        .text = t->text[ADD_TEXT],
        .at_ms = t->now_ms};

    id_new(id);
    c.id = span_of(id);
    if (!store_correction_add(s, &c, err))
        return false;
    buf_addf(&t->out, "{\"id\":\"%s\"}", id);
    return true;
}

static void
add(struct cmd_call *c)
{
    struct span language = span_of(cmd_language(c, ADD_LANGUAGE)->code);
    struct err err;

    if (text_is_blank(cmd_text(c, ADD_TEXT)) ||
        span_eq(language, c->message->language)) {
        err_set(&err, FAIL_BAD_INPUT, "this is no translation");
        cmd_refuse(c, &err);
        return;
    }
    cmd_trip_write(cmd_trip_new(c, add_work));
}

const struct cmd cmd_correction_add = {
    .name = "correction.add",
    .summary = "Propose a better translation of a message; moderators decide",
    .events = {"correction:add"},
    .routes = {{HTTP_POST, "/messages/:messageId/corrections"}},
    .args = {[ADD_MESSAGE] = {"messageId", CMD_ID, .required = true},
        [ADD_CONVERSATION] = {"conversationId", CMD_ID,
            .help = "if given, the one that the message is in"},
        [ADD_LANGUAGE] = {"targetLanguage", CMD_LANGUAGE, .required = true},
        [ADD_TEXT] = {"translatedContent", CMD_TEXT, .required = true, .min = 1,
            .max = CHAT_MESSAGE_CHARS_MAX}},
    .act = CHAT_MESSAGE_REACT,
    .subject = CMD_MESSAGE,
    .rate = CMD_WRITES,
    .reply = "CorrectionId",
    .status = 201,
    .run = add,
};

/* ---- correction.list ---- */

enum list_arg { LIST_CONVERSATION, LIST_LIMIT };

static void
list_row(const struct store_correction *c, void *ctx)
{
    struct cmd_trip *t = ctx;
    char iso[CLOCK_ISO_BYTES];

    clock_iso(c->at_ms, iso);
    cmd_trip_next(t);
    buf_addc(&t->out, '{');
    json_put_field(&t->out, "id", c->id);
    buf_addf(&t->out, ",\"at\":\"%s\"", iso);
    json_add_field(&t->out, "messageId", c->message_id);
    json_add_field(&t->out, "proposerId", c->proposer_id);
    json_add_field(&t->out, "originalLanguage", c->source);
    json_add_field(&t->out, "content", c->content);
    json_add_field(&t->out, "targetLanguage", c->language);
    json_add_field(&t->out, "translatedContent", c->text);
    if (c->shown.p)
        json_add_field(&t->out, "shownContent", c->shown);
    buf_addc(&t->out, '}');
}

static bool
list_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    int limit = (int)cmd_number(t->call, LIST_LIMIT, CHAT_PAGE_DEFAULT);

    cmd_trip_open_list(t, "");
    return cmd_trip_close_list(
        t, store_corrections(s, span_of(t->room_id), limit, list_row, t, err));
}

static void
list(struct cmd_call *c)
{
    cmd_trip_read(cmd_trip_new(c, list_work));
}

const struct cmd cmd_correction_list = {
    .name = "correction.list",
    .summary = "Proposed translations that wait for a moderator, oldest first",
    .events = {"correction:list"},
    .routes = {{HTTP_GET, "/conversations/:conversationId/corrections"}},
    .args = {[LIST_CONVERSATION] = {"conversationId", CMD_ID, .required = true},
        [LIST_LIMIT] = {"limit", CMD_NUMBER, .min = 1, .max = CHAT_PAGE_MAX,
            .help = "otherwise 50"}},
    .act = CHAT_REPORT_SEE,
    .subject = CMD_ROOM,
    .rate = CMD_ASKS,
    .reply = "CorrectionList",
    .run = list,
};

/* ---- correction.resolve ---- */

enum resolve_arg { RESOLVE_CONVERSATION, RESOLVE_CORRECTION, RESOLVE_OUTCOME };

static bool
resolve_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    return store_correction_resolve(s, span_of(t->room_id),
        t->text[RESOLVE_CORRECTION], span_of(t->user_id),
        span_eqz(t->text[RESOLVE_OUTCOME], "accepted"), t->now_ms, err);
}

static void
resolve(struct cmd_call *c)
{
    cmd_trip_write(cmd_trip_new(c, resolve_work));
}

const struct cmd cmd_correction_resolve = {
    .name = "correction.resolve",
    .summary =
        "Accept a proposed translation: it is shown from now on, also of "
        "whoever says the same in the conversation; or let it be",
    .events = {"correction:resolve"},
    .routes = {{HTTP_POST,
        "/conversations/:conversationId/corrections/:correctionId/resolve"}},
    .args = {[RESOLVE_CONVERSATION] = {"conversationId", CMD_ID,
                 .required = true},
        [RESOLVE_CORRECTION] = {"correctionId", CMD_ID, .required = true},
        [RESOLVE_OUTCOME] = {"outcome", CMD_WORD, .required = true,
            .words = (const char *const[]){"accepted", "dismissed", NULL}}},
    .act = CHAT_REPORT_SEE,
    .subject = CMD_ROOM,
    .rate = CMD_WRITES,
    .audited = true,
    .run = resolve,
};
