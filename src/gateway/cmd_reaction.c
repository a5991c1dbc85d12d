/* SPDX-License-Identifier: ISC */
#include "base/clock.h"
#include "gateway/cmd_trip.h"
#include "gateway/cmds.h"
#include "text/emoji.h"
#include "wire/json.h"

enum react_arg { REACT_MESSAGE, REACT_CONVERSATION, REACT_EMOJI };
_Static_assert(EMOJI_BYTES - 1 <= STORE_EMOJI_BYTES_MAX, "stored whole");

/* ---- reaction.add, reaction.remove ---- */

static bool
react(struct cmd_trip *t, struct store *s, bool on, struct err *err)
{
    char emoji[EMOJI_BYTES] = "";
    bool changed;

    emoji_read(t->text[REACT_EMOJI], emoji);
    return store_reaction_set(s, t->text[REACT_MESSAGE], span_of(t->user_id),
        span_of(emoji), on, t->now_ms, &changed, err);
}

static bool
add_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    return react(t, s, true, err);
}

static bool
take_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    return react(t, s, false, err);
}

static void
add(struct cmd_call *c)
{
    cmd_trip_write_in_room(cmd_trip_new(c, add_work));
}

static void
take_away(struct cmd_call *c)
{
    cmd_trip_write_in_room(cmd_trip_new(c, take_work));
}

#define REACT_ARGS                                                             \
    {                                                                          \
        [REACT_MESSAGE] = {"messageId", CMD_ID, .required = true},             \
        [REACT_CONVERSATION] = {"conversationId", CMD_ID,                      \
            .help = "if given, the one that the message is in"},               \
        [REACT_EMOJI] = {"emoji", CMD_EMOJI, .required = true},                \
    }

const struct cmd cmd_reaction_add = {
    .name = "reaction.add",
    .summary = "Leave an emoji at a message; each once",
    .events = {"reaction:add"},
    .routes = {{HTTP_PUT, "/messages/:messageId/reactions/:emoji"}},
    .args = REACT_ARGS,
    .act = CHAT_MESSAGE_REACT,
    .subject = CMD_MESSAGE,
    .rate = CMD_WRITES,
    .run = add,
};

const struct cmd cmd_reaction_remove = {
    .name = "reaction.remove",
    .summary = "Take one's emoji away from a message",
    .events = {"reaction:remove"},
    .routes = {{HTTP_DELETE, "/messages/:messageId/reactions/:emoji"}},
    .args = REACT_ARGS,
    .act = CHAT_MESSAGE_REACT,
    .subject = CMD_MESSAGE,
    .rate = CMD_WRITES,
    .run = take_away,
};

/* ---- reaction.list ---- */

static void
list_row(const struct store_reactor *r, void *ctx)
{
    struct cmd_trip *t = ctx;
    char iso[CLOCK_ISO_BYTES];

    clock_iso(r->at_ms, iso);
    cmd_trip_next(t);
    buf_addc(&t->out, '{');
    json_put_field(&t->out, "emoji", r->emoji);
    json_add_field(&t->out, "userId", r->user_id);
    json_add_field(&t->out, "displayName", r->name);
    buf_addf(&t->out, ",\"createdAt\":\"%s\"}", iso);
}

static bool
list_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    cmd_trip_open_list(t, "");
    return cmd_trip_close_list(t, store_reactors(s, t->text[REACT_MESSAGE],
                                      CHAT_REACTORS_MAX, list_row, t, err));
}

static void
list(struct cmd_call *c)
{
    cmd_trip_read(cmd_trip_new(c, list_work));
}

const struct cmd cmd_reaction_list = {
    .name = "reaction.list",
    .summary = "Who left what at a message, oldest first, at most 1000",
    .events = {"reaction:list"},
    .routes = {{HTTP_GET, "/messages/:messageId/reactions"}},
    .args =
        {
            [REACT_MESSAGE] = {"messageId", CMD_ID, .required = true},
            [REACT_CONVERSATION] = {"conversationId", CMD_ID,
                .help = "if given, the one that the message is in"},
        },
    .act = CHAT_MESSAGE_SEE,
    .subject = CMD_MESSAGE,
    .rate = CMD_ASKS,
    .reply = "ReactionList",
    .run = list,
};
