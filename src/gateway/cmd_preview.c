/* SPDX-License-Identifier: ISC */
#include "gateway/cmds.h"
#include "gateway/gateway.h"
#include "gateway/message.h"
#include "gateway/preview.h"
#include "gateway/written.h"
#include "text/lang.h"

enum preview_arg {
    PREVIEW_CONVERSATION,
    PREVIEW_CONTENT,
    PREVIEW_LANGUAGE,
    PREVIEW_TARGET,
};

static const struct lang *
source_of(const struct cmd_call *c, struct span content)
{
    const struct lang *chosen = cmd_language(c, PREVIEW_LANGUAGE);

    if (!chosen && !c->arg[PREVIEW_LANGUAGE].given)
        chosen = written_by_choice(c->user);
    return chosen ? chosen : written_in(c->user, c->room, content);
}

static bool
check(const struct cmd_call *c, struct span content, const struct lang *from,
    const struct lang *to, struct err *err)
{
    if (!message_check_content(c->g->cfg, content, err))
        return false;
    if (!from || lang_same(span_of(to->code), span_of(from->code)))
        return err_set(err, FAIL_BAD_INPUT, "nothing to translate");
    return !c->room->untranslated ||
           err_set(
               err, FAIL_FORBIDDEN, "translation is off in this conversation");
}

static void
preview(struct cmd_call *c)
{
    struct span content = cmd_text(c, PREVIEW_CONTENT);
    const struct lang *to = cmd_language(c, PREVIEW_TARGET);
    const struct lang *from = source_of(c, content);
    struct err err;

    if (check(c, content, from, to, &err))
        preview_start(c, content, from, to);
    else
        cmd_refuse(c, &err);
}

const struct cmd cmd_translation_preview = {
    .name = "translation.preview",
    .summary = "What others will read of a text, and that translated back; "
               "nothing is said or saved",
    .events = {"translation:preview"},
    .routes = {{HTTP_POST, "/conversations/:conversationId/preview"}},
    .args =
        {
            [PREVIEW_CONVERSATION] = {"conversationId", CMD_ID,
                .required = true},
            [PREVIEW_CONTENT] = {"content", CMD_TEXT, .required = true,
                .max = CHAT_MESSAGE_CHARS_MAX},
            [PREVIEW_LANGUAGE] = {"originalLanguage", CMD_LANGUAGE_AUTO,
                .help = "as of message.send"},
            [PREVIEW_TARGET] = {"targetLanguage", CMD_LANGUAGE,
                .required = true},
        },
    .act = CHAT_MESSAGE_SEND,
    .subject = CMD_ROOM,
    .rate = CMD_PREVIEWS,
    .reply = "Preview",
    .run = preview,
};
