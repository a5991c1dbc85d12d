/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "gateway/cmd_doc.h"
#include "gateway/cmd_doc_impl.h"
#include "gateway/cmd_table.h"

static const char intro[] =
    "# Reference: what a client can ask the gateway for\n\n"
    "Generated from the table of commands (`ninja -C build reference`); a test "
    "compares.\n"
    "The same for programs: `GET /openapi.json` (OpenAPI 3.1) and `GET "
    "/asyncapi.json` (AsyncAPI 3.0).\n\n"
    "- **REST**: the session's token in `Authorization: Bearer TOKEN` or "
    "`X-Session-Token`; arguments in the path, in the query of `GET` and "
    "`DELETE`, otherwise in a JSON object. Answers are "
    "`{\"success\":true,\"data\":...}` or "
    "`{\"success\":false,\"error\":TEXT,\"code\":CODE}` with the status of "
    "the code.\n"
    "- **Socket.IO**: connect with `auth: {token: TOKEN}`; an event has one "
    "argument, an object, and its ack is the same answer. Without an ack a "
    "refusal comes as the event `error`.\n"
    "- **Codes**: `BAD_INPUT` 400, `UNAUTHORIZED` 401, `FORBIDDEN` 403, "
    "`NOT_FOUND` 404, `CONFLICT` 409, `TOO_LARGE` 413, `RATE` 429, `SYSTEM` "
    "500, `UNKNOWN` 500, `BUSY` 503. After `RATE` and `BUSY` try again later. "
    "After `UNKNOWN` the message may be saved or not: send it again under the "
    "same `clientMessageId`, and the answer's `duplicate` tells which.\n";

static const char *const methods[] = {[HTTP_GET] = "GET",
    [HTTP_POST] = "POST",
    [HTTP_PUT] = "PUT",
    [HTTP_PATCH] = "PATCH",
    [HTTP_DELETE] = "DELETE",
    [HTTP_OPTIONS] = "OPTIONS"};

static void
put_ways_in(struct buf *b, const struct cmd *cmd)
{
    const char *comma = "";

    for (int k = 0; k < CMD_ROUTES_MAX && cmd->routes[k].pattern; k++) {
        buf_addf(b, "%s`%s %s`", comma, methods[cmd->routes[k].method],
            cmd->routes[k].pattern);
        comma = ", ";
    }
    for (int k = 0; k < CMD_NAMES_MAX && cmd->events[k]; k++) {
        buf_addf(b, "%sevent `%s`", comma, cmd->events[k]);
        comma = ", ";
    }
}

/* The least role that may; NULL when none does. */
static const char *
least_role(enum chat_act act, bool author)
{
    for (int role = CHAT_READER; role <= CHAT_OWNER; role++) {
        struct chat_actor actor = {.standing = CHAT_GUEST,
            .role = (enum chat_role)role,
            .author = author};
        if (chat_may(&actor, act, NULL))
            return chat_role_name((enum chat_role)role);
    }
    return NULL;
}

static void
put_who(struct buf *b, enum chat_act act)
{
    struct chat_actor nobody = {0};
    const char *role = least_role(act, false), *own = least_role(act, true);

    if (chat_may(&nobody, act, NULL))
        buf_addz(b, "anybody");
    else if (!chat_needs_room(act))
        buf_addz(b, "who is signed in, guests too");
    else if (!role)
        buf_addf(b, "the author, as %s", own);
    else if (strcmp(role, own) != 0)
        buf_addf(b, "the author, as %s; others from %s on", own, role);
    else
        buf_addf(b, "from %s on", role);
}

static void
put_rate(struct buf *b, enum cmd_rate rate)
{
    static const char *const texts[CMD_RATES] = {
        [CMD_WRITES] = "`RATE_MESSAGES` a second, by connection or user",
        [CMD_SIGNALS] = "5 a second; what is too much is dropped",
        [CMD_ASKS] = "20 a second, 200 at once",
        [CMD_PREVIEWS] = "one in 2 seconds, 10 at once",
        [CMD_ENTRIES] = "`RATE_GUESTS` a minute, by address",
        [CMD_LOGINS] = "`RATE_LOGINS` a minute, by address",
        [CMD_ROOMS] = "`RATE_GUESTS` a minute, by address",
    };

    if (texts[rate])
        buf_addf(b, ". Limit: %s", texts[rate]);
}

/* What its kind and bounds are, in words. */
static void
put_kind(struct buf *b, const struct cmd_arg *a)
{
    switch (a->kind) {
    case CMD_ID:
        buf_addz(b, "id");
        break;
    case CMD_LINE:
    case CMD_TEXT:
        buf_addf(b, "text, %lld to %lld characters", a->min, a->max);
        break;
    case CMD_SECRET:
        buf_addf(b, "secret, %lld to %lld bytes", a->min, a->max);
        break;
    case CMD_WORD:
        for (const char *const *word = a->words; *word; word++)
            buf_addf(b, "%s`%s`", word == a->words ? "" : " or ", *word);
        break;
    case CMD_NUMBER:
        buf_addf(b, "number, %lld to %lld", a->min, a->max);
        break;
    case CMD_PLACE:
        buf_addf(b, "number, %lld to %lld, or id of a message", a->min, a->max);
        break;
    case CMD_EMOJI:
        buf_addz(b, "one emoji");
        break;
    case CMD_TIME:
        buf_addz(b, "time");
        break;
    case CMD_FLAG:
        buf_addz(b, "`true` or `false`");
        break;
    case CMD_LANGUAGE:
    case CMD_LANGUAGE_ANY:
        buf_addz(b, "language tag");
        break;
    case CMD_LANGUAGE_AUTO:
        buf_addz(b, "language tag or `auto`");
        break;
    case CMD_IDS:
        buf_addf(b, "list of ids, at most %lld", a->max);
        break;
    case CMD_OBJECTS:
        buf_addf(b, "list of objects, at most %lld", a->max);
        break;
    case CMD_NONE:
        break;
    }
}

static void
put_args(struct buf *b, const struct cmd *cmd)
{
    if (cmd_n_args(cmd) == 0)
        return;
    buf_addz(b, "\n| argument | | |\n|---|---|---|\n");
    for (int i = 0; i < cmd_n_args(cmd); i++) {
        const struct cmd_arg *a = &cmd->args[i];
        buf_addf(b, "| `%s`%s | ", a->name, a->required ? " (required)" : "");
        put_kind(b, a);
        buf_addf(b, " | %s", a->help ? a->help : "");
        if (a->alias)
            buf_addf(b, "%salso `%s`", a->help ? "; " : "", a->alias);
        buf_addz(b, " |\n");
    }
}

static void
put_command(struct buf *b, const struct cmd *cmd)
{
    buf_addf(b, "\n### %s\n\n%s.\n\n", cmd->name, cmd->summary);
    put_ways_in(b, cmd);
    buf_addz(b, "  \nMay: ");
    put_who(b, cmd->act);
    put_rate(b, cmd->rate);
    if (cmd->reply)
        buf_addf(b, ". Answer: %s", cmd->reply);
    buf_addz(b, ".\n");
    put_args(b, cmd);
}

static void
put_events(struct buf *b)
{
    buf_addz(b, "\n## What the gateway tells\n\n"
                "| event | with | when |\n|---|---|---|\n");
    for (size_t i = 0; i < cmd_events_len; i++)
        buf_addf(b, "| `%s` | %s | %s |\n", cmd_events[i].name,
            cmd_events[i].schema, cmd_events[i].summary);
}

void
cmd_doc_page(struct buf *b)
{
    struct span family = {0};

    buf_addz(b, intro);
    for (size_t i = 0; i < cmd_table_len; i++) {
        struct span next = cmd_doc_family(cmd_table[i]);
        if (!span_eq(next, family))
            buf_addf(b, "\n## %.*s\n", SPAN_ARG(next));
        family = next;
        put_command(b, cmd_table[i]);
    }
    put_events(b);
    buf_addz(b, "\nThe shapes of answers and events are in "
                "`/openapi.json`, under `components.schemas`.\n");
}
