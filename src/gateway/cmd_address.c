/* SPDX-License-Identifier: ISC */
#include "gateway/barred.h"
#include "gateway/cmd_trip.h"
#include "gateway/cmds.h"
#include "gateway/gateway.h"
#include "gateway/others.h"
#include "gateway/session.h"
#include "gateway/view.h"
#include "wire/json.h"

/* Networks that nobody comes from: for those who run a server. */

enum {
    SECOND_MS = 1000,
    DAYS_MAX = 3650,
};

#define NETWORK_ARG(more)                                                      \
    {                                                                          \
        "network", CMD_LINE, .required = true, .min = 1,                       \
                             .max = NETWORK_BYTES - 1, .help = more            \
    }

/* A range that clients are counted in. */
static bool
read_network(struct span text, struct network *ret, struct err *err)
{
    if (!network_parse(text, ret))
        return err_set(err, FAIL_BAD_INPUT,
            "network is an address, or many as 192.0.2.0/24");
    if (ret->bits == 0)
        return err_set(err, FAIL_BAD_INPUT, "that is everybody");
    return true;
}

/* ---- address.ban ---- */

enum ban_arg { BAN_NETWORK, BAN_REASON, BAN_EXPIRES };

static int64_t
expiry(const struct cmd_trip *t)
{
    long long seconds = cmd_number(t->call, BAN_EXPIRES, 0);

    return seconds ? t->now_ms + seconds * SECOND_MS : 0;
}

static bool
ban_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    char text[NETWORK_BYTES];
    struct store_address_ban b = {.reason = t->text[BAN_REASON],
        .created_by = span_of(t->user_id),
        .created_ms = t->now_ms,
        .expires_ms = expiry(t)};
    struct network network;

    if (!read_network(t->text[0], &network, err))
        return false;
    network_text(&network, text);
    b.network = span_of(text);
    if (!b.reason.p)
        b.reason = SPAN("");
    return store_address_ban_add(s, &b, err);
}

/* Who is here from there is put out. */
static void
ban_after(struct cmd_trip *t)
{
    struct gateway *g = t->call->g;
    struct network network;

    if (!read_network(t->text[0], &network, NULL))
        return;
    barred_add(g->barred, &network, expiry(t));
    others_anew(g->others, "barred");
    session_bar(g);
}

/* Whoever shuts themselves out could not take it back from there. */
static bool
may_ban(const struct cmd_call *c, struct err *err)
{
    char address[ADDRESS_BYTES];
    struct network network, own;

    if (!read_network(cmd_text(c, BAN_NETWORK), &network, err))
        return false;
    c->door->address(c, address);
    if (network_parse_client(address, &own) && network_has(&network, &own))
        return err_set(err, FAIL_CONFLICT, "you come from there yourself");
    return !barred_is_full(c->g->barred) ||
           err_set(err, FAIL_CONFLICT, "at most %d networks are kept out",
               BARRED_MAX);
}

static void
ban(struct cmd_call *c)
{
    struct cmd_trip *t;
    struct err err;

    if (!may_ban(c, &err)) {
        cmd_refuse(c, &err);
        return;
    }
    t = cmd_trip_new(c, ban_work);
    t->after = ban_after;
    cmd_trip_write(t);
}

const struct cmd cmd_address_ban = {
    .name = "address.ban",
    .summary = "Keep an address, or a network of them, out of this server; who "
               "is here from there is put out, admins excepted",
    .events = {"address:ban"},
    .routes = {{HTTP_PUT, "/admin/bans"}},
    .args =
        {
            [BAN_NETWORK] = NETWORK_ARG(
                "192.0.2.7, 192.0.2.0/24 or 2001:db8::/32; of IPv6 at most the "
                "first 64 bits tell people apart"),
            [BAN_REASON] = {"reason", CMD_LINE,
                .max = CHAT_DESCRIPTION_CHARS_MAX,
                .help = "for admins to know it by"},
            [BAN_EXPIRES] = {"expiresIn", CMD_NUMBER, .min = 1,
                .max = DAYS_MAX * 24LL * 3600,
                .help = "seconds; otherwise for good"},
        },
    .act = CHAT_ADMINISTER,
    .rate = CMD_WRITES,
    .audited = true,
    .run = ban,
};

/* ---- address.unban ---- */

static bool
unban_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    char text[NETWORK_BYTES];
    struct network network;

    if (!read_network(t->text[0], &network, err))
        return false;
    network_text(&network, text);
    return store_address_ban_remove(s, span_of(text), err);
}

static void
unban_after(struct cmd_trip *t)
{
    struct gateway *g = t->call->g;
    struct network network;

    if (!read_network(t->text[0], &network, NULL))
        return;
    barred_remove(g->barred, &network);
    others_anew(g->others, "barred");
}

static void
unban(struct cmd_call *c)
{
    struct cmd_trip *t = cmd_trip_new(c, unban_work);

    t->after = unban_after;
    cmd_trip_write(t);
}

const struct cmd cmd_address_unban = {
    .name = "address.unban",
    .summary = "Let a network in again",
    .events = {"address:unban"},
    .routes = {{HTTP_DELETE, "/admin/bans"}},
    .args = {NETWORK_ARG("as it was kept out")},
    .act = CHAT_ADMINISTER,
    .rate = CMD_WRITES,
    .audited = true,
    .run = unban,
};

/* ---- address.bans ---- */

static void
list_row(const struct store_address_ban *b, void *ctx)
{
    struct cmd_trip *t = ctx;

    cmd_trip_next(t);
    buf_addc(&t->out, '{');
    json_put_field(&t->out, "network", b->network);
    json_add_field(&t->out, "reason", b->reason);
    json_add_field(&t->out, "createdBy", b->created_by);
    view_add_time(&t->out, "createdAt", b->created_ms);
    view_add_time(&t->out, "expiresAt", b->expires_ms);
    buf_addc(&t->out, '}');
}

static bool
list_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    cmd_trip_open_list(t, "");
    return cmd_trip_close_list(
        t, store_address_bans(s, t->now_ms, list_row, t, err));
}

static void
list(struct cmd_call *c)
{
    cmd_trip_read(cmd_trip_new(c, list_work));
}

const struct cmd cmd_address_bans = {
    .name = "address.bans",
    .summary = "The networks that are kept out, newest first",
    .events = {"address:bans"},
    .routes = {{HTTP_GET, "/admin/bans"}},
    .act = CHAT_ADMINISTER,
    .rate = CMD_ASKS,
    .reply = "AddressBanList",
    .run = list,
};
