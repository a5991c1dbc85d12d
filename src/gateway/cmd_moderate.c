/* SPDX-License-Identifier: ISC */
#include "gateway/cmd_trip.h"
#include "gateway/cmds.h"
#include "gateway/gateway.h"

/* Keeping the peace in a room: who is silent for a time, who is kept out. */

enum moderate_arg { MODERATE_CONVERSATION, MODERATE_USER, MODERATE_SECONDS };

#define CONVERSATION_ARG                                                       \
    [MODERATE_CONVERSATION] = {"conversationId", CMD_ID, .required = true}
#define USER_ARG [MODERATE_USER] = {"userId", CMD_ID, .required = true}

enum { SECOND_MS = 1000 };

static bool
mute_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    struct span user = t->text[MODERATE_USER];
    long long seconds = t->call->arg[MODERATE_SECONDS].number;
    int64_t until_ms = seconds ? t->now_ms + seconds * SECOND_MS : 0;

    /* Whoever is muted stays what they are; to be a reader is as low. */
    return cmd_trip_may_rank(t, s, user, CHAT_READER, false, err) &&
           store_member_mute(
               s, span_of(t->room_id), user, until_ms, t->now_ms, err);
}

static void
mute(struct cmd_call *c)
{
    cmd_trip_write(cmd_trip_new(c, mute_work));
}

const struct cmd cmd_member_mute = {
    .name = "member.mute",
    .summary = "Let somebody of a lower role not write for a time",
    .events = {"member:mute"},
    .routes = {{HTTP_PUT,
        "/conversations/:conversationId/participants/:userId/mute"}},
    .args = {CONVERSATION_ARG, USER_ARG,
        [MODERATE_SECONDS] = {"seconds", CMD_NUMBER, .required = true,
            .max = CHAT_MUTE_S_MAX, .help = "from now on; 0: no longer"}},
    .act = CHAT_MEMBER_MUTE,
    .subject = CMD_ROOM,
    .rate = CMD_WRITES,
    .audited = true,
    .run = mute,
};

static bool
ban_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    struct span user = t->text[MODERATE_USER];

    return cmd_trip_may_rank(t, s, user, CHAT_BANNED, true, err) &&
           store_member_ban(s, span_of(t->room_id), user, t->now_ms, err);
}

static void
ban(struct cmd_call *c)
{
    cmd_trip_write(cmd_trip_new(c, ban_work));
}

const struct cmd cmd_member_ban = {
    .name = "member.ban",
    .summary = "Put somebody out and keep them out, whoever invites them",
    .events = {"member:ban"},
    .routes = {{HTTP_PUT, "/conversations/:conversationId/bans/:userId"}},
    .args = {CONVERSATION_ARG, USER_ARG},
    .act = CHAT_MEMBER_BAN,
    .subject = CMD_ROOM,
    .rate = CMD_WRITES,
    .audited = true,
    .run = ban,
};

static bool
unban_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    return store_member_unban(
        s, span_of(t->room_id), t->text[MODERATE_USER], err);
}

static void
unban(struct cmd_call *c)
{
    cmd_trip_write(cmd_trip_new(c, unban_work));
}

const struct cmd cmd_member_unban = {
    .name = "member.unban",
    .summary = "Let somebody in again; they are not in by that",
    .events = {"member:unban"},
    .routes = {{HTTP_DELETE, "/conversations/:conversationId/bans/:userId"}},
    .args = {CONVERSATION_ARG, USER_ARG},
    .act = CHAT_MEMBER_BAN,
    .subject = CMD_ROOM,
    .rate = CMD_WRITES,
    .audited = true,
    .run = unban,
};
