/* SPDX-License-Identifier: ISC */
#include "gateway/cmd_hook.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "gateway/actor.h"
#include "gateway/cmd_rate.h"
#include "gateway/cmd_trip.h"
#include "gateway/cmds.h"
#include "gateway/gateway.h"
#include "gateway/message.h"
#include "gateway/name.h"
#include "gateway/session.h"
#include "gateway/view.h"
#include "store/bot.h"
#include "wire/json.h"

/* Incoming webhooks.  Whoever has the address of one says something in its
 * conversation, as the bot that it is. */

enum { SUFFIX_LEN = 12 }; /* of the id, keeps user names apart */

#define ROOM_ARG [0] = {"conversationId", CMD_ID, .required = true}
#define HOOK_PATH "/hooks/"

bool
cmd_hook_check_room(const struct room *room, struct err *err)
{
    return !room_is_direct(room) ||
           err_set(err, FAIL_BAD_INPUT, "a webhook is of a group");
}

static struct store_bots
hooks_of(const struct cmd_trip *t)
{
    return (struct store_bots){.conversation_id = span_of(t->room_id)};
}

static void
put_hook(struct buf *b, const struct store_bot *hook, const char *token)
{
    buf_addc(b, '{');
    json_put_field(b, "id", span_of(hook->user.id));
    json_add_field(b, "name", span_of(hook->user.display_name));
    json_add_field(b, "createdBy", span_of(hook->owner_id));
    view_add_time(b, "createdAt", hook->user.created_ms);
    if (token)
        buf_addf(
            b, ",\"token\":\"%s\",\"path\":\"" HOOK_PATH "%s\"", token, token);
    buf_addc(b, '}');
}

/* ---- hook.add ---- */

enum add_arg { ADD_ROOM, ADD_NAME };

static bool
add_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    struct store_bot b = {
        .user = {.bot = CHAT_SCOPE_HOOK, .created_ms = t->now_ms}};
    unsigned char hash[STORE_TOKEN_HASH_BYTES];
    char token[AUTH_TOKEN_BYTES];

    id_new(b.user.id);
    snprintf(b.owner_id, sizeof(b.owner_id), "%s", t->user_id);
    snprintf(b.conversation_id, sizeof(b.conversation_id), "%s", t->room_id);
    snprintf(b.user.username, sizeof(b.user.username), "hook-%.*s", SUFFIX_LEN,
        b.user.id + ID_LEN - SUFFIX_LEN);
    snprintf(b.user.display_name, sizeof(b.user.display_name), "%.*s",
        SPAN_ARG(span_trim(t->text[ADD_NAME])));
    auth_new_token(token, hash);
    if (!store_bot_add(s, &b, hash, err))
        return false;
    put_hook(&t->out, &b, token);
    return true;
}

static void
add(struct cmd_call *c)
{
    struct err err;

    if (cmd_hook_check_room(c->room, &err) &&
        name_check(cmd_text(c, ADD_NAME), CHAT_NAME_CHARS_MAX, &err))
        cmd_trip_write(cmd_trip_new(c, add_work));
    else
        cmd_refuse(c, &err);
}

const struct cmd cmd_hook_add = {
    .name = "hook.add",
    .summary = "Make an address by which programs write to a conversation, at "
               "most 50; it is told once",
    .events = {"hook:add"},
    .routes = {{HTTP_POST, "/conversations/:conversationId/hooks"}},
    .args = {ROOM_ARG, [ADD_NAME] = {"name", CMD_LINE, .required = true,
                           .max = CHAT_NAME_CHARS_MAX,
                           .help = "what its messages are shown under"}},
    .act = CHAT_HOOK_MAKE,
    .subject = CMD_ROOM,
    .rate = CMD_WRITES,
    .audited = true,
    .reply = "Hook",
    .status = 201,
    .run = add,
};

/* ---- hook.list ---- */

static void
list_row(const struct store_bot *b, void *ctx)
{
    struct cmd_trip *t = ctx;

    cmd_trip_next(t);
    put_hook(&t->out, b, NULL);
}

static bool
list_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    struct store_bots which = hooks_of(t);

    cmd_trip_open_list(t, "");
    return cmd_trip_close_list(t, store_bots(s, &which, list_row, t, err));
}

static void
list(struct cmd_call *c)
{
    cmd_trip_read(cmd_trip_new(c, list_work));
}

const struct cmd cmd_hook_list = {
    .name = "hook.list",
    .summary = "The addresses by which programs write to a conversation",
    .events = {"hook:list"},
    .routes = {{HTTP_GET, "/conversations/:conversationId/hooks"}},
    .args = {ROOM_ARG},
    .act = CHAT_HOOK_MAKE,
    .subject = CMD_ROOM,
    .rate = CMD_ASKS,
    .reply = "HookList",
    .run = list,
};

/* ---- hook.remove ---- */

enum remove_arg { REMOVE_ROOM, REMOVE_HOOK };

static bool
remove_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    struct store_bots which = hooks_of(t);

    return store_bot_remove(s, &which, t->text[REMOVE_HOOK], t->now_ms, err);
}

static void
remove_after(struct cmd_trip *t)
{
    session_all_ended(t->call->g, t->text[REMOVE_HOOK], NULL);
}

static void
remove_hook(struct cmd_call *c)
{
    struct cmd_trip *t = cmd_trip_new(c, remove_work);

    t->after = remove_after;
    cmd_trip_write(t);
}

const struct cmd cmd_hook_remove = {
    .name = "hook.remove",
    .summary = "An address by which programs write goes; what they wrote stays",
    .events = {"hook:remove"},
    .routes = {{HTTP_DELETE, "/conversations/:conversationId/hooks/:hookId"}},
    .args = {ROOM_ARG, [REMOVE_HOOK] = {"hookId", CMD_ID, .required = true}},
    .act = CHAT_HOOK_MAKE,
    .subject = CMD_ROOM,
    .rate = CMD_WRITES,
    .audited = true,
    .run = remove_hook,
};

/* ---- hook.post, for who has the address ---- */

enum post_arg { POST_HOOK, POST_TEXT, POST_NAME, POST_LANGUAGE };

/* What is asked of who the token is. */
struct post {
    struct cmd_call *call;
    char *text, *name; /* NULL: its own name */
};

static void
refuse(struct post *p, const struct err *err)
{
    cmd_refuse(p->call, err);
    free(p->text);
    free(p->name);
    free(p);
}

/* The only room that it is in; NULL: it was put out. */
static struct room *
room_of(const struct user *u)
{
    return u->n_rooms == 1 ? u->rooms[0].room : NULL;
}

static void
say(struct post *p)
{
    struct cmd_call *c = p->call;
    char address[ADDRESS_BYTES];
    struct message_draft d = {.user = c->user,
        .room = c->room,
        .content = span_of(p->text),
        .alias = span_of(p->name),
        .language = cmd_language(c, POST_LANGUAGE),
        .done = cmd_message_saved,
        .ctx = c};

    c->door->address(c, address);
    d.address = span_of(address);
    message_send(c->g, &d);
    free(p->text);
    free(p->name);
    free(p);
}

static void
on_hook(struct user *user, const struct err *why, void *ctx)
{
    struct post *p = ctx;
    struct cmd_call *c = p->call;
    struct chat_actor actor;
    struct err err;

    if (!user && why->kind == FAIL_UNAUTHORIZED)
        err_set(&err, FAIL_NOT_FOUND, "no such webhook");
    if (!user) {
        refuse(p, why->kind == FAIL_UNAUTHORIZED ? &err : why);
        return;
    }
    c->user = hub_user_ref(c->g->hub, user);
    c->room = hub_room_ref(room_of(user));
    actor = actor_of(user, c->room);
    if (chat_may(&actor, CHAT_HOOK_POST, &err) &&
        cmd_rate_take_own(c->g->rates, c, &err))
        say(p);
    else
        refuse(p, &err);
}

static void
post(struct cmd_call *c)
{
    struct span name = cmd_text(c, POST_NAME);
    struct post *p;
    struct err err;

    if (name.p && !name_check(name, CHAT_NAME_CHARS_MAX, &err)) {
        cmd_refuse(c, &err);
        return;
    }
    p = xcalloc(1, sizeof(*p));
    p->call = c;
    p->text = span_dup(cmd_text(c, POST_TEXT));
    p->name = name.p ? span_dup(span_trim(name)) : NULL;
    auth_find(c->g->auth, cmd_text(c, POST_HOOK), on_hook, p);
}

const struct cmd cmd_hook_post = {
    .name = "hook.post",
    .summary = "Say something by a webhook; it is translated as all that is "
               "said there",
    .routes = {{HTTP_POST, HOOK_PATH ":hook"}},
    .args =
        {
            [POST_HOOK] = {"hook", CMD_SECRET, .required = true, .min = 1,
                .max = AUTH_TOKEN_BYTES, .help = "the token of hook.add"},
            [POST_TEXT] = {"text", CMD_TEXT, .required = true,
                .max = CHAT_MESSAGE_CHARS_MAX,
                .help = "MAX_MESSAGE_LENGTH may allow less"},
            [POST_NAME] = {"username", CMD_LINE, .max = CHAT_NAME_CHARS_MAX,
                .help = "what this message is shown under; otherwise the "
                        "webhook's name"},
            [POST_LANGUAGE] = {"language", CMD_LANGUAGE_AUTO,
                .help = "what the text is written in; otherwise by its looks"},
        },
    .act = CHAT_ENTER,
    .rate = CMD_HOOKS,
    .reply = "MessageSaved",
    .status = 201,
    .run = post,
};
