/* SPDX-License-Identifier: ISC */
#include "gateway/cmd_trip.h"
#include "gateway/cmds.h"
#include "gateway/view.h"
#include "store/people.h"
#include "wire/json.h"

enum { FIND_CHARS_MIN = 2, FOUND_MAX = 20 };

static void
found_row(const struct store_user *u, void *ctx)
{
    struct cmd_trip *t = ctx;

    cmd_trip_next(t);
    buf_addc(&t->out, '{');
    json_put_field(&t->out, "id", span_of(u->id));
    json_add_field(&t->out, "username", span_of(u->username));
    json_add_field(&t->out, "displayName", span_of(u->display_name));
    view_add_bot(&t->out, u->bot);
    buf_addc(&t->out, '}');
}

static bool
find_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    cmd_trip_open_list(t, "");
    return cmd_trip_close_list(
        t, store_people_find(s, span_of(t->user_id), t->text[0], FOUND_MAX,
               found_row, t, err));
}

static void
find(struct cmd_call *c)
{
    cmd_trip_read(cmd_trip_new(c, find_work));
}

const struct cmd cmd_user_find = {
    .name = "user.find",
    .summary = "Accounts whose name begins so, at most 20, to write to or to "
               "take into a group; who blocks one is not among them",
    .events = {"user:find"},
    .routes = {{HTTP_GET, "/users"}, {HTTP_GET, "/users/search"}},
    .args = {{"q", CMD_LINE, .required = true, .min = FIND_CHARS_MIN,
        .max = CHAT_NAME_CHARS_MAX,
        .help = "the beginning of a user name or of a shown name"}},
    .act = CHAT_PERSON_FIND,
    .rate = CMD_ASKS,
    .reply = "PersonList",
    .run = find,
};
