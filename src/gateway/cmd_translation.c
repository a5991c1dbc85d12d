/* SPDX-License-Identifier: ISC */
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "gateway/askers.h"
#include "gateway/cmds.h"
#include "gateway/gateway.h"
#include "gateway/message.h"
#include "gateway/name.h"
#include "gateway/op.h"
#include "gateway/view.h"
#include "text/lang.h"
#include "wire/json.h"

enum ask_arg { ASK_MESSAGE, ASK_CONVERSATION, ASK_LANGUAGE };

/* A reader asks for a language that a message was not translated into, or
 * asks again after a failure. */
struct ask {
    struct op op;
    struct cmd_call *call;
    const struct lang *language;
    char *id, *conversation_id, *content, *source;
    int64_t seq;
    int revision;
    bool queued;
    struct buf ready; /* the translation, when it is there already */
};

static void
ask_end(struct ask *a)
{
    buf_free(&a->ready);
    free(a->id);
    free(a->conversation_id);
    free(a->content);
    free(a->source);
    free(a);
}

static void
on_row(const struct store_translation *t, void *ctx)
{
    struct ask *a = ctx;

    if (t->state == STORE_READY)
        view_translation_event(&a->ready, t);
}

static bool
ask_run(struct store *s, struct store_job *job, struct err *err)
{
    struct ask *a = (struct ask *)job;
    struct span language = span_of(a->language->code), target = language;
    size_t n;

    if (!store_translation_request(
            s, span_of(a->id), language, clock_wall_ms(), &a->queued, err))
        return false;
    n = a->queued;
    if (!message_recall(s, span_of(a->id), &target, &n, err))
        return false;
    a->queued = n > 0;
    return store_translations(s, span_of(a->conversation_id), a->seq, a->seq,
        language, on_row, a, err);
}

static void
ask_finish(struct op *op)
{
    struct ask *a = (struct ask *)op;
    struct cmd_reply reply = {.status = 202};
    struct span target = span_of(a->language->code);
    struct dispatch_request r = {.message_id = span_of(a->id),
        .conversation_id = span_of(a->conversation_id),
        .content = span_of(a->content),
        .sender_id = span_of(a->call->user->id),
        .source = span_of(a->source),
        .revision = a->revision,
        .targets = &target,
        .n_targets = 1};

    if (!op->job.ok) {
        cmd_refuse(a->call, &op->job.err);
        ask_end(a);
        return;
    }
    if (a->queued)
        dispatch_add(a->call->g->dispatch, &r);
    if (!a->ready.len && a->call->client)
        askers_add(a->call->g->askers, span_of(a->id), target, a->call->client);
    if (a->ready.len)
        reply = (struct cmd_reply){.status = 200,
            .data = buf_span(&a->ready),
            .event = "message:translation",
            .payload = buf_span(&a->ready)};
    cmd_reply(a->call, &reply);
    ask_end(a);
}

static void
request(struct cmd_call *c)
{
    const struct message_found *m = c->message;
    const struct lang *language = cmd_language(c, ASK_LANGUAGE);
    struct ask *a;
    struct err err;

    if (m->deleted || text_is_blank(m->content) ||
        span_eqz(m->language, language->code)) {
        err_set(&err, FAIL_BAD_INPUT, "nothing to translate");
        cmd_refuse(c, &err);
        return;
    }
    a = xcalloc(1, sizeof(*a));
    a->call = c;
    a->language = language;
    a->id = span_dup(m->id);
    a->conversation_id = span_dup(m->conversation_id);
    a->content = span_dup(m->content);
    a->source = span_dup(m->language);
    a->seq = m->seq;
    a->revision = m->revision;
    a->op.job.run = ask_run;
    a->op.finish = ask_finish;
    cmd_write(c, &a->op);
}

const struct cmd cmd_translation_request = {
    .name = "translation.request",
    .summary = "Ask for a message in another language, whatever one reads, or "
               "again after a failure; it comes as the event "
               "message:translation",
    .events = {"translation:request", "request_translation"},
    .routes = {{HTTP_POST, "/messages/:messageId/translations"}},
    .args =
        {
            [ASK_MESSAGE] = {"messageId", CMD_ID, .required = true},
            [ASK_CONVERSATION] = {"conversationId", CMD_ID,
                .help = "if given, the one that the message is in"},
            [ASK_LANGUAGE] = {"targetLanguage", CMD_LANGUAGE, .required = true},
        },
    .act = CHAT_MESSAGE_TRANSLATE,
    .subject = CMD_MESSAGE,
    .rate = CMD_ASKS,
    .reply = "TranslationEvent",
    .status = 202,
    .run = request,
};
