/* SPDX-License-Identifier: ISC */
#include "base/clock.h"
#include "gateway/cmds.h"
#include "gateway/gateway.h"
#include "gateway/metrics.h"
#include "gateway/served.h"

static double
uptime_s(const struct gateway *g)
{
    return (double)(clock_mono_ms() - g->started_ms) / 1000;
}

static bool
is_saving(const struct gateway *g)
{
    return g->writer && !writer_stats(g->writer).degraded;
}

/* 200 while messages can be saved, also without a translator: "degraded". */
static void
health(struct cmd_call *c)
{
    struct gateway *g = c->g;
    bool saving = is_saving(g);
    bool translating = dispatch_stats(g->dispatch).alive;
    char iso[CLOCK_ISO_BYTES];
    struct buf b = {0};

    clock_iso(clock_wall_ms(), iso);
    buf_addf(&b,
        "{\"status\":\"%s\",\"timestamp\":\"%s\",\"version\":\"%s\","
        "\"uptime\":%.1f,\"services\":{\"gateway\":{\"status\":\"healthy\"},"
        "\"database\":{\"status\":\"%s\"},\"translator\":{\"status\":\"%s\"}}}",
        saving && translating ? "healthy"
        : saving              ? "degraded"
                              : "unhealthy",
        iso, MEESHY_VERSION, uptime_s(g), saving ? "healthy" : "unhealthy",
        translating ? "healthy" : "away");
    cmd_reply(c, &(struct cmd_reply){
                     .status = saving ? 200 : 503, .data = buf_span(&b)});
    buf_free(&b);
}

const struct cmd cmd_health = {
    .name = "server.health",
    .summary = "Can messages be saved and translated? 503 when not saved",
    .routes = {{HTTP_GET, "/health"}},
    .act = CHAT_LOOK,
    .reply = "Health",
    .bare = "application/json",
    .run = health,
};

static void
stats(struct cmd_call *c)
{
    struct buf b = {0};

    buf_addc(&b, '{');
    metrics_put_json(&b, c->g);
    buf_addc(&b, ',');
    metrics_put_translators(&b, c->g, false);
    buf_addc(&b, '}');
    cmd_data(c, buf_span(&b));
    buf_free(&b);
}

const struct cmd cmd_stats = {
    .name = "server.stats",
    .summary = "Counters since the start",
    .routes = {{HTTP_GET, "/stats"}},
    .act = CHAT_LOOK,
    .reply = "Stats",
    .bare = "application/json",
    .run = stats,
};

static void
metrics(struct cmd_call *c)
{
    struct buf b = {0};

    metrics_put_prometheus(&b, c->g);
    cmd_data(c, buf_span(&b));
    buf_free(&b);
}

const struct cmd cmd_metrics = {
    .name = "server.metrics",
    .summary = "The same counters for Prometheus",
    .routes = {{HTTP_GET, "/metrics"}},
    .act = CHAT_LOOK,
    .bare = "text/plain; version=0.0.4; charset=utf-8",
    .run = metrics,
};

/* ---- for whoever starts, restarts and balances ---- */

static void
live(struct cmd_call *c)
{
    cmd_done(c);
}

const struct cmd cmd_live = {
    .name = "server.live",
    .summary = "Does the process answer? If not, restart it",
    .routes = {{HTTP_GET, "/live"}},
    .act = CHAT_LOOK,
    .run = live,
};

static void
ready(struct cmd_call *c)
{
    struct err err;

    if (is_saving(c->g) && !c->g->drain.on) {
        cmd_done(c);
        return;
    }
    err_set(&err, FAIL_BUSY, "%s",
        c->g->drain.on ? "this gateway goes out of service"
                       : "messages cannot be saved at the moment");
    cmd_refuse(c, &err);
}

const struct cmd cmd_ready = {
    .name = "server.ready",
    .summary =
        "Can messages be saved, and is it to stay? If not, send nobody here: "
        "503",
    .routes = {{HTTP_GET, "/ready"}},
    .act = CHAT_LOOK,
    .run = ready,
};

static void
languages(struct cmd_call *c)
{
    struct buf b = {0};

    served_put_list(&b, c->g);
    cmd_data(c, buf_span(&b));
    buf_free(&b);
}

const struct cmd cmd_languages = {
    .name = "server.languages",
    .summary =
        "The languages that one can choose to read, and how good what they become",
    .routes = {{HTTP_GET, "/languages"}},
    .act = CHAT_LOOK,
    .reply = "LanguageList",
    .run = languages,
};
