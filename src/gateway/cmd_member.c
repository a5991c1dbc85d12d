/* SPDX-License-Identifier: ISC */
#include <stdio.h>

#include "gateway/cmd_rate.h"
#include "gateway/cmd_trip.h"
#include "gateway/cmds.h"
#include "gateway/gateway.h"
#include "gateway/invite.h"
#include "wire/json.h"

/* Who comes into a group and who leaves it, of themselves or not, and what they
 * are there.  The log tells everybody. */

enum member_arg { MEMBER_CONVERSATION, MEMBER_USER, MEMBER_ROLE };

#define CONVERSATION_ARG                                                       \
    [MEMBER_CONVERSATION] = {"conversationId", CMD_ID, .required = true}
#define USER_ARG [MEMBER_USER] = {"userId", CMD_ID, .required = true}

static bool
is_group(const char *type)
{
    return span_eqz(SPAN("group"), type) || span_eqz(SPAN("public"), type);
}

/* Go, if members of this room come and go. */
static void
change(struct cmd_call *c,
    bool (*work)(struct cmd_trip *t, struct store *s, struct err *err))
{
    struct err err;

    if (is_group(c->room->type)) {
        cmd_trip_write(cmd_trip_new(c, work));
        return;
    }
    err_set(&err, FAIL_BAD_INPUT, "only a group has changing members");
    cmd_refuse(c, &err);
}

/* ---- others ---- */

static bool
add_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    struct span room = span_of(t->room_id), user = t->text[MEMBER_USER];
    struct inviter by = invite_by(t->call->g, t->user_id,
        t->actor.standing == CHAT_SERVER_ADMIN, t->now_ms);
    bool ask, asked = false;

    if (!invite_look(&by, s, room, user, &ask, err))
        return false;
    if (!(ask ? invite_ask(&by, s, room, user, &asked, err)
              : store_member_add(s, room, user, t->now_ms, err)))
        return false;
    buf_addf(&t->out, "{\"invited\":%s}", json_bool(asked));
    return true;
}

static void
add(struct cmd_call *c)
{
    struct err err;

    if (cmd_rate_take_invites(c->g->rates, c, 1, &err))
        change(c, add_work);
    else
        cmd_refuse(c, &err);
}

const struct cmd cmd_member_add = {
    .name = "member.add",
    .summary = "Take somebody into a group, or ask them, as they wish",
    .events = {"member:add"},
    .routes = {{HTTP_POST, "/conversations/:conversationId/participants"}},
    .args = {CONVERSATION_ARG, USER_ARG},
    .act = CHAT_MEMBER_ADD,
    .subject = CMD_ROOM,
    .rate = CMD_WRITES,
    .reply = "Invited",
    .run = add,
};

static bool
remove_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    struct span user = t->text[MEMBER_USER];

    return cmd_trip_may_rank(t, s, user, CHAT_OUTSIDE, false, err) &&
           store_member_remove(s, span_of(t->room_id), user, t->now_ms, err);
}

static void
remove_member(struct cmd_call *c)
{
    change(c, remove_work);
}

const struct cmd cmd_member_remove = {
    .name = "member.remove",
    .summary = "Put somebody of a lower role out of a group",
    .events = {"member:remove"},
    .routes = {{HTTP_DELETE,
        "/conversations/:conversationId/participants/:userId"}},
    .args = {CONVERSATION_ARG, USER_ARG},
    .act = CHAT_MEMBER_REMOVE,
    .subject = CMD_ROOM,
    .rate = CMD_WRITES,
    .audited = true,
    .run = remove_member,
};

/* ---- oneself ---- */

static bool
join_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    struct span room = t->text[MEMBER_CONVERSATION];
    struct store_conversation c;

    if (!store_conversation_get(s, room, &c, err))
        return false;
    if ((!span_eqz(SPAN("public"), c.type) &&
            !span_eqz(SPAN("global"), c.type)) ||
        c.archived)
        return err_set(err, FAIL_NOT_FOUND, "no such conversation");
    snprintf(t->room_id, sizeof(t->room_id), "%s", c.id);
    return store_member_add(s, room, span_of(t->user_id), t->now_ms, err);
}

static void
join(struct cmd_call *c)
{
    struct cmd_trip *t = cmd_trip_new(c, join_work);

    t->enters = true;
    cmd_trip_write(t);
}

const struct cmd cmd_member_join = {
    .name = "member.join",
    .summary = "Become a member of a public group, or of the public "
               "conversation again",
    .events = {"member:join"},
    .routes = {{HTTP_POST, "/conversations/:conversationId/join"}},
    .args = {CONVERSATION_ARG},
    .act = CHAT_ROOM_FIND,
    .rate = CMD_WRITES,
    .reply = "Conversation",
    .run = join,
};

static bool
leave_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    struct span room = span_of(t->room_id), user = span_of(t->user_id);
    struct chat_actor actor = t->actor;
    struct store_member m;

    if (!store_member_get(s, room, user, &m, err))
        return false;
    actor.role = chat_role_parse(span_of(m.role));
    return chat_may(&actor, CHAT_ROOM_LEAVE, err) &&
           store_member_remove(s, room, user, t->now_ms, err);
}

static void
leave(struct cmd_call *c)
{
    change(c, leave_work);
}

const struct cmd cmd_member_leave = {
    .name = "member.leave",
    .summary = "Leave a group for good; its owner gives it away before",
    .events = {"member:leave"},
    .routes = {{HTTP_POST, "/conversations/:conversationId/leave"}},
    .args = {CONVERSATION_ARG},
    .act = CHAT_ROOM_LEAVE,
    .subject = CMD_ROOM,
    .rate = CMD_WRITES,
    .run = leave,
};

/* ---- roles ---- */

static bool
rank_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    struct span user = t->text[MEMBER_USER];
    enum chat_role to = chat_role_parse(t->text[MEMBER_ROLE]);

    return cmd_trip_may_rank(t, s, user, to, false, err) &&
           store_member_set_role(s, span_of(t->room_id), user,
               chat_role_name(to), t->now_ms, err);
}

static void
set_role(struct cmd_call *c)
{
    cmd_trip_write(cmd_trip_new(c, rank_work));
}

const struct cmd cmd_member_role = {
    .name = "member.role",
    .summary = "Change what somebody of a lower role is, to below one's own",
    .events = {"member:role"},
    .routes = {{HTTP_PATCH,
        "/conversations/:conversationId/participants/:userId"}},
    .args = {CONVERSATION_ARG, USER_ARG,
        [MEMBER_ROLE] = {"role", CMD_WORD, .required = true,
            .words = (const char *const[]){"admin", "moderator", "member",
                "reader", NULL},
            .help = "a reader does not write"}},
    .act = CHAT_MEMBER_RANK,
    .subject = CMD_ROOM,
    .rate = CMD_WRITES,
    .audited = true,
    .run = set_role,
};

/* Both rows are looked at before either is changed. */
static bool
give_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    struct span room = span_of(t->room_id), user = t->text[MEMBER_USER];

    if (span_eqz(user, t->user_id))
        return err_set(err, FAIL_BAD_INPUT, "it is yours already");
    /* Whoever may make them an admin may give it to them. */
    return cmd_trip_may_rank(t, s, user, CHAT_ADMIN, false, err) &&
           store_member_set_role(s, room, user, "owner", t->now_ms, err) &&
           store_member_set_role(
               s, room, span_of(t->user_id), "admin", t->now_ms, err);
}

static void
give(struct cmd_call *c)
{
    cmd_trip_write(cmd_trip_new(c, give_work));
}

const struct cmd cmd_conversation_give = {
    .name = "conversation.give",
    .summary = "Make a member the owner of one's group; one stays as admin",
    .events = {"conversation:give"},
    .routes = {{HTTP_PUT, "/conversations/:conversationId/owner"}},
    .args = {CONVERSATION_ARG, USER_ARG},
    .act = CHAT_ROOM_GIVE,
    .subject = CMD_ROOM,
    .rate = CMD_WRITES,
    .audited = true,
    .run = give,
};
