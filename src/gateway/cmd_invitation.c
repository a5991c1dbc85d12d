/* SPDX-License-Identifier: ISC */
#include <stdio.h>

#include "gateway/cmd_trip.h"
#include "gateway/cmds.h"
#include "gateway/gateway.h"
#include "gateway/view.h"
#include "wire/json.h"

/* Being asked into rooms: the answers, and who may take one in without asking. */

enum invitation_arg { INVITATION_CONVERSATION, INVITATION_USER };

#define CONVERSATION_ARG                                                       \
    [INVITATION_CONVERSATION] = {"conversationId", CMD_ID, .required = true}

/* ---- for who is asked ---- */

static void
row(const struct store_invitation *i, void *ctx)
{
    struct cmd_trip *t = ctx;

    cmd_trip_next(t);
    view_invitation(&t->out, i);
}

static bool
list_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    cmd_trip_open_list(t, "");
    return cmd_trip_close_list(
        t, store_invitations_of(s, span_of(t->user_id), row, t, err));
}

static void
list(struct cmd_call *c)
{
    cmd_trip_read(cmd_trip_new(c, list_work));
}

const struct cmd cmd_invitation_list = {
    .name = "invitation.list",
    .summary = "The conversations that one is asked into",
    .events = {"invitation:list"},
    .routes = {{HTTP_GET, "/users/me/invitations"}},
    .act = CHAT_USE,
    .rate = CMD_ASKS,
    .reply = "InvitationList",
    .run = list,
};

static bool
accept_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    struct span room = t->text[INVITATION_CONVERSATION];

    snprintf(t->room_id, sizeof(t->room_id), "%.*s", SPAN_ARG(room));
    return store_invitation_accept(
        s, room, span_of(t->user_id), t->now_ms, err);
}

static void
accept(struct cmd_call *c)
{
    struct cmd_trip *t = cmd_trip_new(c, accept_work);

    t->enters = true;
    cmd_trip_write(t);
}

const struct cmd cmd_invitation_accept = {
    .name = "invitation.accept",
    .summary = "Become a member of a conversation that one is asked into",
    .events = {"invitation:accept"},
    .routes = {{HTTP_POST, "/users/me/invitations/:conversationId/accept"}},
    .args = {CONVERSATION_ARG},
    .act = CHAT_INVITATION_ACCEPT,
    .rate = CMD_WRITES,
    .reply = "Conversation",
    .run = accept,
};

static bool
decline_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    return store_invitation_decline(s, t->text[INVITATION_CONVERSATION],
        span_of(t->user_id), t->now_ms, err);
}

static void
decline(struct cmd_call *c)
{
    cmd_trip_write(cmd_trip_new(c, decline_work));
}

const struct cmd cmd_invitation_decline = {
    .name = "invitation.decline",
    .summary =
        "Say no: whoever asked is not told, and asks in vain for 30 days",
    .events = {"invitation:decline"},
    .routes = {{HTTP_DELETE, "/users/me/invitations/:conversationId"}},
    .args = {CONVERSATION_ARG},
    .act = CHAT_USE,
    .rate = CMD_WRITES,
    .run = decline,
};

/* ---- for the room ---- */

static bool
sent_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    cmd_trip_open_list(t, "");
    return cmd_trip_close_list(t, store_invitations_into(s, span_of(t->room_id),
                                      CHAT_PAGE_MAX, row, t, err));
}

static void
sent(struct cmd_call *c)
{
    cmd_trip_read(cmd_trip_new(c, sent_work));
}

const struct cmd cmd_invitation_sent = {
    .name = "invitation.sent",
    .summary = "Who is asked into a conversation and has not accepted: the "
               "first 200",
    .events = {"invitation:sent"},
    .routes = {{HTTP_GET, "/conversations/:conversationId/invitations"}},
    .args = {CONVERSATION_ARG},
    .act = CHAT_MEMBER_ADD,
    .subject = CMD_ROOM,
    .rate = CMD_ASKS,
    .reply = "InvitationList",
    .run = sent,
};

static bool
withdraw_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    struct span by = span_of(t->user_id);

    if (chat_may(&t->actor, CHAT_MEMBER_REMOVE, NULL))
        by = (struct span){NULL, 0}; /* anybody's */
    return store_invitation_withdraw(
        s, span_of(t->room_id), t->text[INVITATION_USER], by, t->now_ms, err);
}

static void
withdraw(struct cmd_call *c)
{
    cmd_trip_write(cmd_trip_new(c, withdraw_work));
}

const struct cmd cmd_invitation_withdraw = {
    .name = "invitation.withdraw",
    .summary = "Take an invitation back: one's own, and as a moderator any",
    .events = {"invitation:withdraw"},
    .routes = {{HTTP_DELETE,
        "/conversations/:conversationId/invitations/:userId"}},
    .args = {CONVERSATION_ARG, [INVITATION_USER] = {"userId", CMD_ID,
                                   .required = true}},
    .act = CHAT_MEMBER_ADD,
    .subject = CMD_ROOM,
    .rate = CMD_WRITES,
    .run = withdraw,
};

/* ---- the wish ---- */

static bool
consent_get_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    char by[STORE_ADDED_BY_BYTES];
    enum chat_added_by wish;

    if (!store_added_by_get(s, span_of(t->user_id), by, err))
        return false;
    wish = chat_added_by_parse(span_of(by));
    if (!wish)
        wish = chat_added_by_parse(span_of(t->call->g->cfg->added_by));
    buf_addf(&t->out, "{\"addedBy\":\"%s\"}", chat_added_by_name(wish));
    return true;
}

static void
consent_get(struct cmd_call *c)
{
    cmd_trip_read(cmd_trip_new(c, consent_get_work));
}

const struct cmd cmd_consent_get = {
    .name = "consent.get",
    .summary = "Who takes one into conversations without asking",
    .events = {"consent:get"},
    .routes = {{HTTP_GET, "/users/me/consent"}},
    .act = CHAT_USE,
    .rate = CMD_ASKS,
    .reply = "Consent",
    .run = consent_get,
};

static bool
consent_set_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    return store_added_by_set(s, span_of(t->user_id), t->text[0], err) &&
           consent_get_work(t, s, err);
}

static void
consent_set(struct cmd_call *c)
{
    cmd_trip_write(cmd_trip_new(c, consent_set_work));
}

const struct cmd cmd_consent_set = {
    .name = "consent.set",
    .summary = "Say who takes one into conversations without asking; everybody "
               "else sends an invitation",
    .events = {"consent:set"},
    .routes = {{HTTP_PUT, "/users/me/consent"}},
    .args = {{"addedBy", CMD_WORD, .required = true,
        .words = (const char *const[]){"everybody", "contacts", "nobody", NULL},
        .help = "contacts: who is in a conversation with one that is not "
                "public"}},
    .act = CHAT_USE,
    .rate = CMD_WRITES,
    .reply = "Consent",
    .run = consent_set,
};
