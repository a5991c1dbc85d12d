/* SPDX-License-Identifier: ISC */
#include "base/clock.h"
#include "gateway/cmd_trip.h"
#include "gateway/cmds.h"
#include "gateway/gateway.h"
#include "gateway/metrics.h"
#include "gateway/telemetry.h"
#include "gateway/trend.h"
#include "gateway/view.h"
#include "store/admin.h"
#include "wire/json.h"

/* How a server is, for those who run it: what the gateway has counted, what
 * the database owes, which rooms there are. */

/* ---- admin.status ---- */

enum status_arg { STATUS_SINCE };

static void
status(struct cmd_call *c)
{
    const struct gateway *g = c->g;
    char iso[CLOCK_ISO_BYTES];
    struct buf b = {0};

    clock_iso(clock_wall_ms(), iso);
    buf_addf(&b,
        "{\"at\":\"%s\",\"version\":\"%s\",\"saving\":%s,\"counters\":{", iso,
        MEESHY_VERSION,
        g->writer && !writer_stats(g->writer).degraded ? "true" : "false");
    metrics_put_json(&b, g);
    buf_addz(&b, "},");
    metrics_put_translators(&b, g, true);
    buf_addc(&b, ',');
    telemetry_put_json(g->telemetry, &b);
    buf_addc(&b, ',');
    trend_put(&b, g->trend, cmd_number(c, STATUS_SINCE, 0));
    buf_addc(&b, '}');
    cmd_data(c, buf_span(&b));
    buf_free(&b);
}

const struct cmd cmd_admin_status = {
    .name = "admin.status",
    .summary = "Counters, percentiles of each pair of languages and command, "
               "and the last hour in samples",
    .events = {"admin:status"},
    .routes = {{HTTP_GET, "/admin/status"}},
    .args = {[STATUS_SINCE] = {"since", CMD_TIME,
                 .help = "the samples after then; otherwise all"}},
    .act = CHAT_ADMINISTER,
    .rate = CMD_ASKS,
    .reply = "Status",
    .run = status,
};

/* ---- admin.backlog ---- */

static bool
backlog_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    struct store_backlog b;
    char iso[CLOCK_ISO_BYTES];

    if (!store_backlog(s, &b, err))
        return false;
    buf_addf(&t->out,
        "{\"users\":%lld,\"conversations\":%lld,\"messages\":%lld,"
        "\"reports\":%lld,\"untranslated\":%lld",
        (long long)b.users, (long long)b.conversations, (long long)b.messages,
        (long long)b.reports, (long long)b.queued);
    if (b.queued) {
        clock_iso(b.oldest_queued_ms, iso);
        buf_addf(&t->out, ",\"oldestAt\":\"%s\"", iso);
    }
    buf_addc(&t->out, '}');
    return true;
}

static void
backlog(struct cmd_call *c)
{
    cmd_trip_read(cmd_trip_new(c, backlog_work));
}

const struct cmd cmd_admin_backlog = {
    .name = "admin.backlog",
    .summary = "How much there is, and which translations are owed since when",
    .events = {"admin:backlog"},
    .routes = {{HTTP_GET, "/admin/backlog"}},
    .act = CHAT_ADMINISTER,
    .rate = CMD_ASKS,
    .reply = "Backlog",
    .run = backlog,
};

/* ---- admin.rooms ---- */

enum rooms_arg { ROOMS_BEFORE, ROOMS_LIMIT };

static void
room_row(const struct store_overview *o, void *ctx)
{
    struct cmd_page *p = ctx;
    struct buf *b = &p->trip->out;

    if (!cmd_page_next(p))
        return;
    buf_addc(b, '{');
    json_put_field(b, "id", o->id);
    json_add_field(b, "type", o->listed ? SPAN("public") : o->type);
    json_add_field(b, "title", o->title);
    view_add_time(b, "createdAt", o->created_ms);
    view_add_time(b, "lastMessageAt", o->last_ms);
    buf_addf(b,
        ",\"archived\":%s,\"messages\":%lld,\"members\":%lld,\"links\":%lld,"
        "\"reports\":%lld}",
        json_bool(o->archived), (long long)o->messages, (long long)o->members,
        (long long)o->links, (long long)o->reports);
}

static bool
rooms_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    struct cmd_page p;
    int n = cmd_page_open(&p, t, "rooms", ROOMS_LIMIT);

    if (!store_rooms_page(
            s, t->text[ROOMS_BEFORE], n, t->now_ms, room_row, &p, err))
        return false;
    cmd_page_close(&p);
    return true;
}

static void
rooms(struct cmd_call *c)
{
    cmd_trip_read(cmd_trip_new(c, rooms_work));
}

const struct cmd cmd_admin_rooms = {
    .name = "admin.rooms",
    .summary = "The rooms of this server from outside, newest first, without "
               "those of two",
    .events = {"admin:rooms"},
    .routes = {{HTTP_GET, "/admin/rooms"}},
    .args = {[ROOMS_BEFORE] = {"before", CMD_ID,
                 .help = "a room: those made before it"},
        [ROOMS_LIMIT] = {"limit", CMD_NUMBER, .min = 1, .max = CHAT_PAGE_MAX,
            .help = "otherwise 50"}},
    .act = CHAT_ADMINISTER,
    .rate = CMD_ASKS,
    .reply = "OverviewPage",
    .run = rooms,
};
