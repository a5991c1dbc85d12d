/* SPDX-License-Identifier: ISC */
#include "gateway/cmd_trip.h"
#include "gateway/cmds.h"
#include "gateway/view.h"

enum read_arg { READ_CONVERSATION, READ_SEQ, READ_BACK };

/* ---- conversation.read ---- */

static bool
read_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    struct span room = span_of(t->room_id);
    struct store_unread u;
    bool moved;

    if (!store_read_set(s, room, span_of(t->user_id),
            cmd_number(t->call, READ_SEQ, CHAT_SEQ_MAX),
            t->call->arg[READ_BACK].flag, t->now_ms, &u, &moved, err))
        return false;
    view_unread(&t->out, room, &u);
    return true;
}

static void
mark(struct cmd_call *c)
{
    struct cmd_trip *t = cmd_trip_new(c, read_work);

    t->op.job.person = t->user_id;
    cmd_trip_write_in_room(t);
}

const struct cmd cmd_conversation_read = {
    .name = "conversation.read",
    .summary = "Say how far one has read, for all one's devices, and for the "
               "others unless one hides it",
    .events = {"conversation:read"},
    .routes = {{HTTP_POST, "/conversations/:conversationId/read"}},
    .args =
        {
            [READ_CONVERSATION] = {"conversationId", CMD_ID, .required = true},
            [READ_SEQ] = {"seq", CMD_NUMBER, .max = CHAT_SEQ_MAX,
                .help = "of the last message that was read; otherwise all"},
            [READ_BACK] = {"back", CMD_FLAG,
                .help = "if true, also where more was read before: what "
                        "follows is unread again"},
        },
    .act = CHAT_MESSAGE_READ,
    .subject = CMD_ROOM,
    .rate = CMD_ASKS,
    .reply = "Unread",
    .run = mark,
};

/* ---- conversation.readers ---- */

static void
reader_row(const struct store_read *r, void *ctx)
{
    struct cmd_trip *t = ctx;

    cmd_trip_next(t);
    view_reader(&t->out, r);
}

static bool
readers_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    cmd_trip_open_list(t, "");
    return cmd_trip_close_list(
        t, store_readers(s, span_of(t->room_id), reader_row, t, err));
}

static void
readers(struct cmd_call *c)
{
    cmd_trip_read(cmd_trip_new(c, readers_work));
}

const struct cmd cmd_conversation_readers = {
    .name = "conversation.readers",
    .summary = "How far its members have read, but for those who hide it; "
               "nobody in a conversation of more than 100",
    .events = {"conversation:readers"},
    .routes = {{HTTP_GET, "/conversations/:conversationId/readers"}},
    .args = {{"conversationId", CMD_ID, .required = true}},
    .act = CHAT_MESSAGE_READ,
    .subject = CMD_ROOM,
    .rate = CMD_ASKS,
    .reply = "ReaderList",
    .run = readers,
};

/* ---- reads.get, reads.set ---- */

static bool
get_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    bool hidden;

    if (!store_reads_hidden(s, span_of(t->user_id), &hidden, err))
        return false;
    buf_addf(&t->out, "{\"hidden\":%s}", hidden ? "true" : "false");
    return true;
}

static bool
set_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    return store_reads_hide(
               s, span_of(t->user_id), t->call->arg[0].flag, t->now_ms, err) &&
           get_work(t, s, err);
}

static void
get(struct cmd_call *c)
{
    cmd_trip_read(cmd_trip_new(c, get_work));
}

static void
set(struct cmd_call *c)
{
    cmd_trip_write(cmd_trip_new(c, set_work));
}

const struct cmd cmd_reads_get = {
    .name = "reads.get",
    .summary = "Whether one hides from others how far one has read",
    .events = {"reads:get"},
    .routes = {{HTTP_GET, "/users/me/reads"}},
    .act = CHAT_USE,
    .rate = CMD_ASKS,
    .reply = "Reads",
    .run = get,
};

const struct cmd cmd_reads_set = {
    .name = "reads.set",
    .summary = "Hide from others how far one has read, or show it",
    .events = {"reads:set"},
    .routes = {{HTTP_PUT, "/users/me/reads"}},
    .args = {{"hidden", CMD_FLAG, .required = true}},
    .act = CHAT_USE,
    .rate = CMD_WRITES,
    .reply = "Reads",
    .run = set,
};
