/* SPDX-License-Identifier: ISC */
#include "base/clock.h"
#include "gateway/cmd_bot.h"
#include "gateway/cmd_trip.h"
#include "gateway/cmds.h"
#include "gateway/gateway.h"
#include "gateway/session.h"
#include "gateway/view.h"
#include "store/admin.h"
#include "wire/json.h"

/* The people of a server, for those who run it. */

enum { RESET_HOURS = 24, HOUR_MS = 3600 * 1000 };

#define USER_ARG [0] = {"userId", CMD_ID, .required = true}

/* ---- admin.users ---- */

enum list_arg { LIST_TEXT, LIST_AFTER, LIST_LIMIT };

static void
user_row(const struct store_user *u, void *ctx)
{
    struct cmd_page *p = ctx;
    struct buf *b = &p->trip->out;
    char iso[CLOCK_ISO_BYTES];

    if (!cmd_page_next(p))
        return;
    clock_iso(u->created_ms, iso);
    buf_addf(b, "{\"id\":\"%s\"", u->id);
    json_add_field(b, "username", span_of(u->username));
    json_add_field(b, "displayName", span_of(u->display_name));
    if (u->email[0])
        json_add_field(b, "email", span_of(u->email));
    json_add_field(b, "language", span_of(u->language));
    view_add_bot(b, u->bot);
    buf_addf(b,
        ",\"guest\":%s,\"admin\":%s,\"disabled\":%s,\"createdAt\":\"%s\"}",
        json_bool(u->guest), json_bool(u->admin), json_bool(u->disabled), iso);
}

static bool
list_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    struct cmd_page p;
    int n = cmd_page_open(&p, t, "users", LIST_LIMIT);
    struct span text = t->text[LIST_TEXT];

    if (!store_users_page(s, text.len ? text : (struct span){0},
            t->text[LIST_AFTER], n, user_row, &p, err))
        return false;
    cmd_page_close(&p);
    return true;
}

static void
list(struct cmd_call *c)
{
    cmd_trip_read(cmd_trip_new(c, list_work));
}

const struct cmd cmd_admin_users = {
    .name = "admin.users",
    .summary = "Everybody on this server, guests too",
    .events = {"admin:users"},
    .routes = {{HTTP_GET, "/admin/users"}},
    .args =
        {
            [LIST_TEXT] = {"q", CMD_LINE, .max = CHAT_EMAIL_LEN_MAX,
                .help = "those whose name or address has it"},
            [LIST_AFTER] = {"after", CMD_ID,
                .help = "a user: those behind, in the order of their accounts"},
            [LIST_LIMIT] = {"limit", CMD_NUMBER, .min = 1, .max = CHAT_PAGE_MAX,
                .help = "otherwise 50"},
        },
    .act = CHAT_ADMINISTER,
    .rate = CMD_ASKS,
    .reply = "UserPage",
    .run = list,
};

/* ---- admin.disable, admin.grant ---- */

static bool
disable_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    if (t->call->arg[1].flag && !cmd_bots_remember(s, t->text[0], &t->out, err))
        return false;
    return store_user_disable(
        s, t->text[0], t->call->arg[1].flag, t->now_ms, err);
}

static void
disable_after(struct cmd_trip *t)
{
    if (t->call->arg[1].flag)
        session_all_ended(t->call->g, t->text[0], NULL);
    cmd_bots_ended(t->call->g, &t->out);
}

static void
disable(struct cmd_call *c)
{
    struct cmd_trip *t = cmd_trip_new(c, disable_work);

    t->after = disable_after;
    cmd_trip_write(t);
}

const struct cmd cmd_admin_disable = {
    .name = "admin.disable",
    .summary = "Shut an account out, at once, or let it in again",
    .events = {"admin:disable"},
    .routes = {{HTTP_PUT, "/admin/users/:userId/disabled"}},
    .args = {USER_ARG, {"disabled", CMD_FLAG, .required = true}},
    .act = CHAT_ADMINISTER,
    .rate = CMD_WRITES,
    .audited = true,
    .run = disable,
};

static bool
grant_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    return store_user_set_admin(
        s, t->text[0], t->call->arg[1].flag, t->now_ms, err);
}

static void
grant_after(struct cmd_trip *t)
{
    struct user *u = hub_user(t->call->g->hub, t->text[0]);

    if (u)
        u->admin = t->call->arg[1].flag;
}

static void
grant(struct cmd_call *c)
{
    struct cmd_trip *t = cmd_trip_new(c, grant_work);

    t->after = grant_after;
    cmd_trip_write(t);
}

const struct cmd cmd_admin_grant = {
    .name = "admin.grant",
    .summary = "Make an account an admin of this server, or no longer",
    .events = {"admin:grant"},
    .routes = {{HTTP_PUT, "/admin/users/:userId/admin"}},
    .args = {USER_ARG, {"admin", CMD_FLAG, .required = true}},
    .act = CHAT_ADMINISTER,
    .rate = CMD_WRITES,
    .audited = true,
    .run = grant,
};

/* ---- admin.reset ---- */

static bool
reset_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    unsigned char hash[STORE_TOKEN_HASH_BYTES];
    char token[AUTH_TOKEN_BYTES];

    auth_new_token(token, hash);
    if (!store_reset_add(s, hash, t->text[0],
            t->now_ms + (int64_t)RESET_HOURS * HOUR_MS, err))
        return false;
    buf_addf(&t->out, "{\"token\":\"%s\",\"expiresIn\":%d}", token,
        RESET_HOURS * 3600);
    return true;
}

static void
reset(struct cmd_call *c)
{
    cmd_trip_write(cmd_trip_new(c, reset_work));
}

const struct cmd cmd_admin_reset = {
    .name = "admin.reset",
    .summary = "A token by which somebody sets a new password, once, within a "
               "day",
    .events = {"admin:reset"},
    .routes = {{HTTP_POST, "/admin/users/:userId/reset"}},
    .args = {USER_ARG},
    .act = CHAT_ADMINISTER,
    .rate = CMD_WRITES,
    .audited = true,
    .reply = "Reset",
    .status = 201,
    .run = reset,
};
