/* SPDX-License-Identifier: ISC */
#include "gateway/cmd_trip.h"
#include "gateway/cmds.h"
#include "gateway/view.h"

/* Pages of those who are in a room, and of those who are kept out. */

enum page_arg { PAGE_CONVERSATION, PAGE_AFTER, PAGE_LIMIT };

#define PAGE_ARGS                                                              \
    {                                                                          \
        [PAGE_CONVERSATION] = {"conversationId", CMD_ID, .required = true},    \
        [PAGE_AFTER] = {"after", CMD_ID,                                       \
            .help = "a user: those behind, in the order of their accounts"},   \
        [PAGE_LIMIT] = {"limit", CMD_NUMBER, .min = 1, .max = CHAT_PAGE_MAX,   \
            .help = "otherwise 50"},                                           \
    }

static void
page_row(const struct store_member *m, void *ctx)
{
    struct cmd_page *p = ctx;

    if (!cmd_page_next(p))
        return;
    view_member(&p->trip->out, m);
}

static bool
page_work(struct cmd_trip *t, struct store *s, bool banned, struct err *err)
{
    struct cmd_page p;
    int n = cmd_page_open(&p, t, "members", PAGE_LIMIT);

    if (!store_members_page(s, span_of(t->room_id), banned, t->text[PAGE_AFTER],
            n, page_row, &p, err))
        return false;
    cmd_page_close(&p);
    return true;
}

static bool
list_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    return page_work(t, s, false, err);
}

static void
list(struct cmd_call *c)
{
    cmd_trip_read(cmd_trip_new(c, list_work));
}

const struct cmd cmd_member_list = {
    .name = "member.list",
    .summary = "Who is in a conversation, and what they are there",
    .events = {"member:list"},
    .routes = {{HTTP_GET, "/conversations/:conversationId/participants"}},
    .args = PAGE_ARGS,
    .act = CHAT_ROOM_SEE,
    .subject = CMD_ROOM,
    .rate = CMD_ASKS,
    .reply = "MemberPage",
    .run = list,
};

static bool
bans_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    return page_work(t, s, true, err);
}

static void
bans(struct cmd_call *c)
{
    cmd_trip_read(cmd_trip_new(c, bans_work));
}

const struct cmd cmd_member_bans = {
    .name = "member.bans",
    .summary = "Who is kept out of a conversation",
    .events = {"member:bans"},
    .routes = {{HTTP_GET, "/conversations/:conversationId/bans"}},
    .args = PAGE_ARGS,
    .act = CHAT_MEMBER_BAN,
    .subject = CMD_ROOM,
    .rate = CMD_ASKS,
    .reply = "MemberPage",
    .run = bans,
};
