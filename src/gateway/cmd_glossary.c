/* SPDX-License-Identifier: ISC */
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "gateway/cmds.h"
#include "gateway/gateway.h"
#include "gateway/op.h"
#include "gateway/words.h"

enum { BODY_BYTES_MAX = 1000000 };

enum set_arg { SET_CONVERSATION, SET_TERMS };

static void
answer(struct cmd_call *c)
{
    cmd_data(c, c->room->own_words ? span_of(c->room->own_words->json)
                                   : SPAN("{\"version\":\"\",\"terms\":[]}"));
}

const struct cmd cmd_glossary_get = {
    .name = "glossary.get",
    .summary = "The words that a conversation wants translated its own way",
    .events = {"glossary:get"},
    .routes = {{HTTP_GET, "/conversations/:conversationId/glossary"}},
    .args = {{"conversationId", CMD_ID, .required = true}},
    .act = CHAT_GLOSSARY_SEE,
    .subject = CMD_ROOM,
    .reply = "Glossary",
    .run = answer,
};

/* ---- replacing it ---- */

struct put {
    struct op op;
    struct cmd_call *call;
    struct glossary *words;
    int64_t version;
};

static bool
put_run(struct store *s, struct store_job *job, struct err *err)
{
    struct put *p = (struct put *)job;

    return store_glossary_set(s, span_of(p->call->room->id),
        span_of(p->words->json), clock_wall_ms(), &p->version, err);
}

static void
put_finish(struct op *op)
{
    struct put *p = (struct put *)op;

    if (op->job.ok)
        answer(p->call); /* the room has it by the event */
    else
        cmd_refuse(p->call, &op->job.err);
    glossary_unref(p->words);
    free(p);
}

static void
set(struct cmd_call *c)
{
    struct err err;
    /* The version is the database's; this one only checks the rest. */
    struct glossary *words = glossary_read(c->body, SPAN("new"), &err);
    struct put *p;

    if (!words || !words_check(c->g->words, words, &err)) {
        glossary_unref(words);
        cmd_refuse(c, &err);
        return;
    }
    p = xcalloc(1, sizeof(*p));
    p->op.job.run = put_run;
    p->op.finish = put_finish;
    p->call = c;
    p->words = words;
    cmd_write(c, &p->op);
}

const struct cmd cmd_glossary_set = {
    .name = "glossary.set",
    .summary = "Replace the glossary of a conversation",
    .events = {"glossary:set"},
    .routes = {{HTTP_PUT, "/conversations/:conversationId/glossary"}},
    .args =
        {
            [SET_CONVERSATION] = {"conversationId", CMD_ID, .required = true},
            [SET_TERMS] = {"terms", CMD_OBJECTS, .required = true,
                .max = GLOSSARY_TERMS_MAX,
                .help = "each {term, language?, translations?}"},
        },
    .act = CHAT_GLOSSARY_SET,
    .subject = CMD_ROOM,
    .rate = CMD_WRITES,
    .body_bytes_max = BODY_BYTES_MAX,
    .reply = "Glossary",
    .run = set,
};
