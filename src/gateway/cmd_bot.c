/* SPDX-License-Identifier: ISC */
#include "gateway/cmd_bot.h"

#include <stdio.h>

#include "gateway/cmd_trip.h"
#include "gateway/cmds.h"
#include "gateway/likeness.h"
#include "gateway/name.h"
#include "gateway/session.h"
#include "gateway/view.h"
#include "store/bot.h"
#include "text/lang.h"
#include "wire/json.h"

/* Accounts of programs.  A bot comes by REST and by Socket.IO as its owner would,
 * with a token that may do so much and no more, and is marked as one wherever it
 * is seen.  People take it into their conversations as they take anybody. */

#define BOT_ARG [0] = {"botId", CMD_ID, .required = true}

/* ---- with their owner ---- */

static void
remember(const struct store_bot *b, void *ctx)
{
    buf_addf(ctx, " %s", b->user.id);
}

bool
cmd_bots_remember(
    struct store *s, struct span owner_id, struct buf *out, struct err *err)
{
    struct store_bots which = {.owner_id = owner_id};

    return store_bots(s, &which, remember, out, err);
}

void
cmd_bots_ended(struct gateway *g, struct buf *ids)
{
    struct span rest = buf_span(ids);

    span_cut(&rest, ' ');
    while (rest.p)
        session_all_ended(g, span_cut(&rest, ' '), NULL);
    buf_reset(ids);
}

/* ---- what is shown ---- */

static const struct {
    unsigned scope;
    const char *name;
} scopes[] = {
    {CHAT_SCOPE_READ, "read"},
    {CHAT_SCOPE_WRITE, "write"},
    {CHAT_SCOPE_MANAGE, "manage"},
};
enum { SCOPES = sizeof(scopes) / sizeof(scopes[0]) };

static void
put_bot(struct buf *b, const struct store_user *u, const char *token)
{
    const char *comma = "";

    buf_addc(b, '{');
    json_put_field(b, "id", span_of(u->id));
    json_add_field(b, "username", span_of(u->username));
    json_add_field(b, "displayName", span_of(u->display_name));
    json_add_field(b, "language", span_of(u->language));
    buf_addz(b, ",\"scopes\":[");
    for (int i = 0; i < SCOPES; i++)
        if (u->bot & scopes[i].scope) {
            buf_addf(b, "%s\"%s\"", comma, scopes[i].name);
            comma = ",";
        }
    buf_addc(b, ']');
    view_add_time(b, "createdAt", u->created_ms);
    if (token)
        buf_addf(b, ",\"token\":\"%s\"", token);
    buf_addc(b, '}');
}

/* ---- bot.add ---- */

/* The last ones in the order of scopes. */
enum add_arg {
    ADD_USERNAME,
    ADD_DISPLAY_NAME,
    ADD_LANGUAGE,
    ADD_READ,
    ADD_WRITE,
    ADD_MANAGE,
};

/* To read and to write, unless the call says otherwise. */
static unsigned
scopes_of(const struct cmd_call *c)
{
    unsigned all = 0;

    for (int i = 0; i < SCOPES; i++) {
        const struct cmd_value *v = &c->arg[ADD_READ + i];
        if (v->given ? v->flag : scopes[i].scope != CHAT_SCOPE_MANAGE)
            all |= scopes[i].scope;
    }
    return all;
}

static bool
add_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    const struct lang *language = cmd_language(t->call, ADD_LANGUAGE);
    struct span name = t->text[ADD_USERNAME];
    struct span shown = t->text[ADD_DISPLAY_NAME];
    struct store_bot b = {
        .user = {.bot = scopes_of(t->call), .created_ms = t->now_ms}};
    unsigned char hash[STORE_TOKEN_HASH_BYTES];
    char token[AUTH_TOKEN_BYTES];

    id_new(b.user.id);
    snprintf(b.owner_id, sizeof(b.owner_id), "%s", t->user_id);
    snprintf(b.user.username, sizeof(b.user.username), "%.*s", SPAN_ARG(name));
    snprintf(b.user.display_name, sizeof(b.user.display_name), "%.*s",
        SPAN_ARG(span_trim(shown.len ? shown : name)));
    snprintf(b.user.language, sizeof(b.user.language), "%s",
        language ? language->code : "");
    likeness_of(
        t->call->g->likeness, span_of(b.user.display_name), b.user.likeness);
    likeness_of(t->call->g->likeness, name, b.user.likeness + LIKENESSES);
    auth_new_token(token, hash);
    if (!store_bot_add(s, &b, hash, err))
        return false;
    put_bot(&t->out, &b.user, token);
    return true;
}

static void
add(struct cmd_call *c)
{
    struct err err;

    if (!username_check(cmd_text(c, ADD_USERNAME), &err)) {
        cmd_refuse(c, &err);
    } else if (c->arg[ADD_DISPLAY_NAME].given &&
               !name_check(
                   cmd_text(c, ADD_DISPLAY_NAME), CHAT_NAME_CHARS_MAX, &err)) {
        cmd_refuse(c, &err);
    } else if (!scopes_of(c)) {
        err_set(&err, FAIL_BAD_INPUT, "a bot that may do nothing");
        cmd_refuse(c, &err);
    } else {
        cmd_trip_write(cmd_trip_new(c, add_work));
    }
}

const struct cmd cmd_bot_add = {
    .name = "bot.add",
    .summary = "Make an account for a program, at most 20; its token is told "
               "once",
    .events = {"bot:add"},
    .routes = {{HTTP_POST, "/bots"}},
    .args =
        {
            [ADD_USERNAME] = {"username", CMD_LINE, .required = true,
                .min = CHAT_USERNAME_LEN_MIN, .max = CHAT_USERNAME_LEN_MAX,
                .help = "letters, digits, or any of . _ -"},
            [ADD_DISPLAY_NAME] = {"displayName", CMD_LINE,
                .max = CHAT_NAME_CHARS_MAX, .help = "otherwise the user name"},
            [ADD_LANGUAGE] = {"language", CMD_LANGUAGE,
                .help = "what it reads; otherwise what its owner does"},
            [ADD_READ] = {"read", CMD_FLAG,
                .help = "it reads, and gets events; otherwise true"},
            [ADD_WRITE] = {"write", CMD_FLAG,
                .help = "it sends messages, reacts and types; otherwise true"},
            [ADD_MANAGE] = {"manage", CMD_FLAG,
                .help =
                    "it changes rooms and members, as far as its role there "
                    "goes; otherwise false"},
        },
    .act = CHAT_ACCOUNT_USE,
    .rate = CMD_ROOMS,
    .reply = "Bot",
    .status = 201,
    .run = add,
};

/* ---- bot.list ---- */

static void
list_row(const struct store_bot *b, void *ctx)
{
    struct cmd_trip *t = ctx;

    cmd_trip_next(t);
    put_bot(&t->out, &b->user, NULL);
}

static bool
list_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    struct store_bots which = {.owner_id = span_of(t->user_id)};

    cmd_trip_open_list(t, "");
    return cmd_trip_close_list(t, store_bots(s, &which, list_row, t, err));
}

static void
list(struct cmd_call *c)
{
    cmd_trip_read(cmd_trip_new(c, list_work));
}

const struct cmd cmd_bot_list = {
    .name = "bot.list",
    .summary = "One's bots",
    .events = {"bot:list"},
    .routes = {{HTTP_GET, "/bots"}},
    .act = CHAT_ACCOUNT_USE,
    .rate = CMD_ASKS,
    .reply = "BotList",
    .run = list,
};

/* ---- bot.token, bot.remove ---- */

static bool
renew_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    struct store_bots which = {.owner_id = span_of(t->user_id)};
    unsigned char hash[STORE_TOKEN_HASH_BYTES];
    char token[AUTH_TOKEN_BYTES];

    auth_new_token(token, hash);
    if (!store_bot_renew(s, &which, t->text[0], hash, t->now_ms, err))
        return false;
    buf_addf(&t->out, "{\"token\":\"%s\"}", token);
    return true;
}

static void
ended(struct cmd_trip *t)
{
    session_all_ended(t->call->g, t->text[0], NULL);
}

static void
renew(struct cmd_call *c)
{
    struct cmd_trip *t = cmd_trip_new(c, renew_work);

    t->after = ended;
    cmd_trip_write(t);
}

const struct cmd cmd_bot_token = {
    .name = "bot.token",
    .summary = "A new token for a bot in the place of the one it has",
    .events = {"bot:token"},
    .routes = {{HTTP_POST, "/bots/:botId/token"}},
    .args = {BOT_ARG},
    .act = CHAT_ACCOUNT_USE,
    .rate = CMD_WRITES,
    .reply = "BotToken",
    .status = 201,
    .run = renew,
};

static bool
remove_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    struct store_bots which = {.owner_id = span_of(t->user_id)};

    return store_bot_remove(s, &which, t->text[0], t->now_ms, err);
}

static void
remove_bot(struct cmd_call *c)
{
    struct cmd_trip *t = cmd_trip_new(c, remove_work);

    t->after = ended;
    cmd_trip_write(t);
}

const struct cmd cmd_bot_remove = {
    .name = "bot.remove",
    .summary = "A bot goes; what it wrote stays",
    .events = {"bot:remove"},
    .routes = {{HTTP_DELETE, "/bots/:botId"}},
    .args = {BOT_ARG},
    .act = CHAT_ACCOUNT_USE,
    .rate = CMD_WRITES,
    .run = remove_bot,
};
