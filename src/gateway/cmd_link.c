/* SPDX-License-Identifier: ISC */
#include <stdio.h>

#include "base/clock.h"
#include "gateway/cmd_trip.h"
#include "gateway/cmds.h"
#include "gateway/gateway.h"
#include "gateway/name.h"
#include "gateway/session.h"
#include "gateway/view.h"
#include "store/link.h"
#include "text/lang.h"
#include "wire/json.h"

/* Invitation links.  Whoever has the token of one sees the name of its room and
 * comes in; guests come in by session.guest. */

enum { SECOND_MS = 1000, DAYS_MAX = 3650, USES_MAX = 1000000 };

#define ROOM_ARG [0] = {"conversationId", CMD_ID, .required = true}
#define TOKEN_ARG                                                              \
    {                                                                          \
        {                                                                      \
            "link", CMD_SECRET, .required = true, .min = 1,                    \
                                .max = AUTH_TOKEN_BYTES,                       \
                                .help = "the token of an invitation"           \
        }                                                                      \
    }

/* ---- link.add ---- */

enum add_arg {
    ADD_ROOM,
    ADD_NAME,
    ADD_GUESTS,
    ADD_ROLE,
    ADD_EXPIRES,
    ADD_USES,
    ADD_GUESTS_MAX,
    ADD_LANGUAGE,
};

static void
put_limit(struct buf *b, const char *name, int64_t n)
{
    if (n)
        buf_addf(b, ",\"%s\":%lld", name, (long long)n);
}

/* What everybody who has the link may know; open: no "}". */
static void
open_link(struct buf *b, const struct store_link *l)
{
    buf_addf(b, "{\"role\":\"%s\",\"guests\":%s", l->role,
        l->guests ? "true" : "false");
    if (l->language[0])
        buf_addf(b, ",\"language\":\"%s\"", l->language);
    view_add_time(b, "expiresAt", l->expires_ms);
}

/* What the moderators of its room may know. */
static void
put_link(struct buf *b, const struct store_link *l, const char *token)
{
    open_link(b, l);
    json_add_field(b, "id", span_of(l->id));
    json_add_field(b, "name", span_of(l->name));
    json_add_field(b, "createdBy", span_of(l->created_by));
    view_add_time(b, "createdAt", l->created_ms);
    view_add_time(b, "revokedAt", l->revoked_ms);
    put_limit(b, "maxUses", l->uses_max);
    put_limit(b, "maxGuests", l->guests_max);
    buf_addf(b, ",\"uses\":%lld,\"guestsHere\":%lld", (long long)l->uses,
        (long long)l->n_guests);
    if (token)
        buf_addf(b, ",\"token\":\"%s\"", token);
    buf_addc(b, '}');
}

static bool
add_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    const struct cmd_value *arg = t->call->arg;
    const struct lang *language = cmd_language(t->call, ADD_LANGUAGE);
    long long seconds = cmd_number(t->call, ADD_EXPIRES, 0);
    struct store_link l = {
        .guests = arg[ADD_GUESTS].given && arg[ADD_GUESTS].flag,
        .created_ms = t->now_ms,
        .expires_ms = seconds ? t->now_ms + seconds * SECOND_MS : 0,
        .uses_max = cmd_number(t->call, ADD_USES, 0),
        .guests_max = cmd_number(t->call, ADD_GUESTS_MAX, 0)};
    unsigned char hash[STORE_TOKEN_HASH_BYTES];
    char token[AUTH_TOKEN_BYTES];

    id_new(l.id);
    snprintf(l.conversation_id, sizeof(l.conversation_id), "%s", t->room_id);
    snprintf(l.created_by, sizeof(l.created_by), "%s", t->user_id);
    snprintf(l.name, sizeof(l.name), "%.*s", SPAN_ARG(t->text[ADD_NAME]));
    snprintf(l.role, sizeof(l.role), "%.*s",
        SPAN_ARG(t->text[ADD_ROLE].p ? t->text[ADD_ROLE] : SPAN("member")));
    snprintf(
        l.language, sizeof(l.language), "%s", language ? language->code : "");
    auth_new_token(token, hash);
    if (!store_link_add(s, &l, hash, err))
        return false;
    put_link(&t->out, &l, token);
    return true;
}

static void
add(struct cmd_call *c)
{
    struct err err;

    if (c->room->public || room_is_direct(c->room)) {
        err_set(&err, FAIL_BAD_INPUT, "an invitation is to a group");
        cmd_refuse(c, &err);
    } else if (c->arg[ADD_NAME].given &&
               !name_check(cmd_text(c, ADD_NAME), CHAT_TITLE_CHARS_MAX, &err)) {
        cmd_refuse(c, &err);
    } else {
        cmd_trip_write(cmd_trip_new(c, add_work));
    }
}

const struct cmd cmd_link_add = {
    .name = "link.add",
    .summary = "Make an invitation to a conversation; its token is told once",
    .events = {"link:add"},
    .routes = {{HTTP_POST, "/links"},
        {HTTP_POST, "/conversations/:conversationId/new-link"}},
    .args = {ROOM_ARG,
        [ADD_NAME] = {"name", CMD_LINE, .max = CHAT_TITLE_CHARS_MAX,
            .help = "for moderators to know it by"},
        [ADD_GUESTS] = {"guests", CMD_FLAG,
            .help = "who has no account may come by it, too"},
        [ADD_ROLE] = {"role", CMD_WORD,
            .words = (const char *const[]){"member", "reader", NULL},
            .help = "of who comes; otherwise member"},
        [ADD_EXPIRES] = {"expiresIn", CMD_NUMBER, .min = 1,
            .max = DAYS_MAX * 24LL * 3600,
            .help = "seconds; otherwise it does not"},
        [ADD_USES] = {"maxUses", CMD_NUMBER, .min = 1, .max = USES_MAX,
            .help = "people who come by it, in all"},
        [ADD_GUESTS_MAX] = {"maxGuests", CMD_NUMBER, .min = 1, .max = USES_MAX,
            .alias = "maxConcurrentUsers",
            .help = "guests with a session at once"},
        [ADD_LANGUAGE] = {"language", CMD_LANGUAGE,
            .help = "of guests who choose none"}},
    .act = CHAT_LINK_MAKE,
    .subject = CMD_ROOM,
    .rate = CMD_WRITES,
    .audited = true,
    .reply = "Link",
    .status = 201,
    .run = add,
};

/* ---- link.list ---- */

static void
list_row(const struct store_link *l, void *ctx)
{
    struct cmd_trip *t = ctx;

    cmd_trip_next(t);
    put_link(&t->out, l, NULL);
}

static bool
list_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    cmd_trip_open_list(t, "");
    return cmd_trip_close_list(
        t, store_links(s, span_of(t->room_id), t->now_ms, list_row, t, err));
}

static void
list(struct cmd_call *c)
{
    cmd_trip_read(cmd_trip_new(c, list_work));
}

const struct cmd cmd_link_list = {
    .name = "link.list",
    .summary = "The invitations to a conversation, newest first",
    .events = {"link:list"},
    .routes = {{HTTP_GET, "/conversations/:conversationId/links"}},
    .args = {ROOM_ARG},
    .act = CHAT_LINK_MAKE,
    .subject = CMD_ROOM,
    .rate = CMD_ASKS,
    .reply = "LinkList",
    .run = list,
};

/* ---- link.revoke ---- */

enum revoke_arg { REVOKE_ROOM, REVOKE_LINK };

/* The guests' ids wait in out for the loop, each behind a space. */
static void
remember(struct span user_id, void *ctx)
{
    struct cmd_trip *t = ctx;

    buf_addc(&t->out, ' ');
    buf_adds(&t->out, user_id);
}

static bool
revoke_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    return store_link_revoke(s, span_of(t->room_id), t->text[REVOKE_LINK],
        t->now_ms, remember, t, err);
}

static void
revoke_after(struct cmd_trip *t)
{
    struct span rest = buf_span(&t->out);

    span_cut(&rest, ' ');
    while (rest.p)
        session_all_ended(t->call->g, span_cut(&rest, ' '), NULL);
    buf_reset(&t->out);
}

static void
revoke_link(struct cmd_call *c)
{
    struct cmd_trip *t = cmd_trip_new(c, revoke_work);

    t->after = revoke_after;
    cmd_trip_write(t);
}

const struct cmd cmd_link_revoke = {
    .name = "link.revoke",
    .summary = "End an invitation; guests who came by it are put out",
    .events = {"link:revoke"},
    .routes = {{HTTP_DELETE, "/conversations/:conversationId/links/:linkId"}},
    .args = {ROOM_ARG, [REVOKE_LINK] = {"linkId", CMD_ID, .required = true}},
    .act = CHAT_LINK_MAKE,
    .subject = CMD_ROOM,
    .rate = CMD_WRITES,
    .audited = true,
    .run = revoke_link,
};

/* ---- for who has the token ---- */

/* What cannot be a token is the hash of none. */
static void
hash_of(const struct cmd_trip *t, unsigned char hash[STORE_TOKEN_HASH_BYTES])
{
    if (!auth_hash(t->text[0], hash))
        auth_no_hash(hash);
}

static bool
info_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    unsigned char hash[STORE_TOKEN_HASH_BYTES];
    struct store_link l;

    hash_of(t, hash);
    if (!store_link_find(s, hash, t->now_ms, &l, err))
        return false;
    open_link(&t->out, &l);
    json_add_field(&t->out, "title", span_of(l.conversation.title));
    json_add_field(&t->out, "description", span_of(l.conversation.description));
    buf_addc(&t->out, '}');
    return true;
}

static void
info(struct cmd_call *c)
{
    cmd_trip_read(cmd_trip_new(c, info_work));
}

const struct cmd cmd_link_info = {
    .name = "link.info",
    .summary = "What an invitation is to: a name, and nobody's",
    .routes = {{HTTP_GET, "/anonymous/link/:link"}, {HTTP_GET, "/links/:link"}},
    .args = TOKEN_ARG,
    .act = CHAT_ENTER,
    .rate = CMD_ENTRIES,
    .reply = "LinkInfo",
    .run = info,
};

static bool
join_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    unsigned char hash[STORE_TOKEN_HASH_BYTES];
    struct store_link l;

    hash_of(t, hash);
    if (!store_link_enter(s, hash, span_of(t->user_id), t->now_ms, &l, err))
        return false;
    snprintf(t->room_id, sizeof(t->room_id), "%s", l.conversation_id);
    return true;
}

static void
join(struct cmd_call *c)
{
    struct cmd_trip *t = cmd_trip_new(c, join_work);

    t->enters = true;
    cmd_trip_write(t);
}

const struct cmd cmd_link_join = {
    .name = "link.join",
    .summary = "Become a member by an invitation",
    .events = {"link:join"},
    .routes = {{HTTP_POST, "/conversations/join/:link"}},
    .args = TOKEN_ARG,
    .act = CHAT_ROOM_FIND,
    .rate = CMD_ENTRIES,
    .reply = "Conversation",
    .run = join,
};
