/* SPDX-License-Identifier: ISC */
#include "base/clock.h"
#include "gateway/cmd_trip.h"
#include "gateway/cmds.h"
#include "store/admin.h"
#include "wire/json.h"

/* What people with power did: of this server, or of one room.  Rows are made by
 * cmd_trip, for the commands that say so. */

static void
put_id(struct buf *b, const char *name, struct span id)
{
    if (!id.p)
        return;
    json_add_field(b, name, id);
}

static void
audit_row(const struct store_audit *a, void *ctx)
{
    struct cmd_trip *t = ctx;
    char iso[CLOCK_ISO_BYTES];

    clock_iso(a->at_ms, iso);
    cmd_trip_next(t);
    buf_addf(&t->out, "{\"n\":%lld,\"at\":\"%s\"", (long long)a->key, iso);
    put_id(&t->out, "act", a->act);
    put_id(&t->out, "actorId", a->actor_id);
    put_id(&t->out, "conversationId", a->conversation_id);
    put_id(&t->out, "userId", a->subject_id);
    put_id(&t->out, "detail", a->detail);
    buf_addc(&t->out, '}');
}

static bool
read_rows(struct cmd_trip *t, struct store *s, int first_arg, struct err *err)
{
    struct span room = t->room_id[0] ? span_of(t->room_id) : (struct span){0};
    int limit = (int)cmd_number(t->call, first_arg + 1, CHAT_PAGE_DEFAULT);

    cmd_trip_open_list(t, "");
    return cmd_trip_close_list(
        t, store_audits(s, room, cmd_number(t->call, first_arg, 0), limit,
               audit_row, t, err));
}

#define PAGE_ARGS                                                              \
    {"before", CMD_NUMBER, .min = 1, .max = CHAT_SEQ_MAX,                      \
        .help = "those before this n"},                                        \
    {                                                                          \
        "limit", CMD_NUMBER, .min = 1, .max = CHAT_PAGE_MAX,                   \
                             .help = "otherwise 50"                            \
    }

static bool
server_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    return read_rows(t, s, 0, err);
}

static void
server(struct cmd_call *c)
{
    cmd_trip_read(cmd_trip_new(c, server_work));
}

const struct cmd cmd_admin_audit = {
    .name = "admin.audit",
    .summary = "What admins and moderators did on this server, newest first",
    .events = {"admin:audit"},
    .routes = {{HTTP_GET, "/admin/audit"}},
    .args = {PAGE_ARGS},
    .act = CHAT_ADMINISTER,
    .rate = CMD_ASKS,
    .reply = "AuditList",
    .run = server,
};

static bool
room_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    return read_rows(t, s, 1, err);
}

static void
room(struct cmd_call *c)
{
    cmd_trip_read(cmd_trip_new(c, room_work));
}

const struct cmd cmd_conversation_audit = {
    .name = "conversation.audit",
    .summary = "What admins and moderators did in a conversation, newest first",
    .events = {"conversation:audit"},
    .routes = {{HTTP_GET, "/conversations/:conversationId/audit"}},
    .args = {{"conversationId", CMD_ID, .required = true}, PAGE_ARGS},
    .act = CHAT_ROOM_CHANGE,
    .subject = CMD_ROOM,
    .rate = CMD_ASKS,
    .reply = "AuditList",
    .run = room,
};
