/* SPDX-License-Identifier: ISC */
#include "translator/http/api.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "engine/neural.h"
#include "memory/proposals.h"
#include "nn/model.h"
#include "translator/http/admin.h"
#include "translator/http/api_impl.h"

#define PROMETHEUS "text/plain; version=0.0.4; charset=utf-8"
#define NO_STORE "Cache-Control: no-store\r\n"

static void
reply(struct http_req *r, int status, const char *type, struct buf *b)
{
    http_reply(r, status, type, buf_span(b), NO_STORE);
    buf_free(b);
}

/* 200 whatever it says: who asks reads the status, and a degraded translator
 * still answers its tasks.  See /ready for load balancers. */
static void
on_health(struct http_req *r, void *ctx)
{
    struct api *a = ctx;
    struct buf b = {0};

    api_health(&b, a->t);
    reply(r, 200, NULL, &b);
}

static void
on_live(struct http_req *r, void *ctx)
{
    struct api *a = ctx;
    struct buf b = {0};

    api_status(&b, a->t, "alive");
    reply(r, 200, NULL, &b);
}

static void
on_ready(struct http_req *r, void *ctx)
{
    struct api *a = ctx;
    bool ready = api_is_ready(a->t);
    struct buf b = {0};

    api_status(&b, a->t, ready ? "ready" : "not ready");
    reply(r, ready ? 200 : 503, NULL, &b);
}

static void
on_stats(struct http_req *r, void *ctx)
{
    struct buf b = {0};

    api_stats(&b, ctx);
    reply(r, 200, NULL, &b);
}

static void
on_metrics(struct http_req *r, void *ctx)
{
    struct buf b = {0};

    api_metrics(&b, ctx);
    reply(r, 200, PROMETHEUS, &b);
}

static void
on_languages(struct http_req *r, void *ctx)
{
    const struct api *a = ctx;
    struct buf b = {0};

    api_languages(&b, a->t);
    reply(r, 200, NULL, &b);
}

static void
on_settings(struct http_req *r, void *ctx)
{
    struct buf b = {0};

    api_settings(&b, ctx);
    reply(r, 200, NULL, &b);
}

static void
on_spec(struct http_req *r, void *ctx)
{
    (void)ctx;
    http_reply(
        r, 200, NULL, (struct span){openapi_json, openapi_json_len}, NULL);
}

static void
on_admin(struct http_req *r, void *ctx)
{
    struct api *a = ctx;

    admin_handle(r, a->t);
}

const struct http_route *
api_table(size_t *n)
{
    static const struct http_route routes[] = {
        {HTTP_POST, "/translate", api_on_translate},
        {HTTP_POST, "/translate/batch", api_on_batch},
        {HTTP_GET, "/translate", api_on_apy},
        {HTTP_POST, "/v2/translate", api_on_deepl},
        {HTTP_GET, "/language/translate/v2", api_on_google},
        {HTTP_POST, "/language/translate/v2", api_on_google},
        {HTTP_GET, "/listPairs", api_on_list_pairs},
        {HTTP_GET, "/list", api_on_list_pairs},
        {HTTP_POST, "/suggest", api_on_suggest},
        {HTTP_POST, "/translate_file", api_on_translate_file},
        {HTTP_POST, "/detect", api_on_detect},
        {HTTP_GET, "/languages", on_languages},
        {HTTP_GET, "/ways", api_on_ways},
        {HTTP_GET, "/frontend/settings", on_settings},
        {HTTP_GET, "/spec", on_spec},
        {HTTP_GET, "/health", on_health},
        {HTTP_GET, "/live", on_live},
        {HTTP_GET, "/ready", on_ready},
        {HTTP_GET, "/stats", on_stats},
        {HTTP_GET, "/metrics", on_metrics},
        {HTTP_POST, "/admin/*", on_admin},
        {HTTP_GET, "/models", api_on_models},
        {HTTP_GET, "/models/available", api_on_models_available},
        {HTTP_POST, "/models/pull", api_on_models_pull},
        {HTTP_POST, "/models/rescan", api_on_models_rescan},
        {HTTP_POST, "/models/:name/verify", api_on_model_verify},
        {HTTP_DELETE, "/models/:name", api_on_model_remove},
    };

    *n = sizeof(routes) / sizeof(routes[0]);
    return routes;
}

static void
look(struct api *a)
{
    size_t n;
    struct translate_pair *pairs = api_pairs(a, &n);

    rates_look(a->rates, pairs, n, clock_mono_ms());
    free(pairs);
}

static void
on_sample(struct ev_loop *ev, ev_timer *w, int revents)
{
    struct api *a = w->data;

    (void)ev;
    (void)revents;
    look(a);
    gate_save(a->gate, clock_wall_ms());
}

static struct gate_cfg
gate_cfg_of(const struct conf *c)
{
    return (struct gate_cfg){.keys_file = c->api_keys_file,
        .require_key = c->require_key,
        .per_minute = c->req_limit};
}

static void
set_limits(struct api *a, const struct conf *c)
{
    a->limits = (struct ask_limits){
        .chars = (size_t)c->char_limit, .texts = (size_t)c->batch_limit};
}

static bool
listen_on(struct api *a, const struct conf *c, struct err *err)
{
    struct http_cfg cfg = {.host = c->host,
        .port = c->http_port,
        .body_bytes_max = API_BODY_BYTES_MAX,
        .connections_max = API_CONNECTIONS_MAX,
        .header_timeout_ms = API_HEADER_TIMEOUT_MS,
        .body_timeout_ms = API_BODY_TIMEOUT_MS,
        .cors_origin = c->cors_origin,
        .hosts = c->allowed_hosts,
        .access_log = c->access_log,
        .trust_proxy = c->trust_proxy};
    size_t n;
    const struct http_route *routes = api_table(&n);

    a->http = http_new(a->loop, &cfg, routes, n, a, err);
    return a->http != NULL;
}

static void
on_rescan(void *ctx)
{
    struct translator *t = ctx;

    if (t->neural)
        neural_rescan(t->neural);
    if (t->memory)
        current_look(t->memory);
}

static bool
try_out(const char *folder, struct err *err)
{
    struct model *m = model_open_dir(folder, PRECISION_INT8, err);

    model_free(m);
    return m != NULL;
}

static struct shelf *
open_shelf(struct loop *l, struct translator *t)
{
    struct shelf_cfg cfg = {.loop = l,
        .folders = t->conf->neural_models,
        .registry = t->conf->models_registry,
        .rescan = on_rescan,
        .try_out = try_out,
        .ctx = t};

    return shelf_new(&cfg);
}

static bool
open_proposals(struct api *a, struct err *err)
{
    const char *dir = a->t->conf->suggestions;

    if (!*dir)
        return true;
    a->proposals = proposals_open(dir, err);
    return a->proposals != NULL;
}

struct api *
api_open(struct loop *l, struct translator *t, struct err *err)
{
    const struct conf *c = t->conf;
    struct gate_cfg gate = gate_cfg_of(c);
    struct api *a = xcalloc(1, sizeof(*a));
    struct desk_cfg desk = {.translate = t->translate,
        .loop = l,
        .in_flight_max = (size_t)c->http_in_flight,
        .waiting_max = (size_t)c->http_waiting,
        .deadline_ms = c->http_deadline * 1000};

    a->t = t;
    a->loop = l;
    set_limits(a, c);
    a->desk = desk_new(&desk);
    a->rates = rates_new(clock_mono_ms());
    a->shelf = open_shelf(l, t);
    ev_timer_init(
        &a->sample, on_sample, RATES_STEP_MS / 1e3, RATES_STEP_MS / 1e3);
    a->sample.data = a;
    a->gate = gate_new(&gate, err);
    if (a->gate && open_proposals(a, err) && listen_on(a, c, err)) {
        ev_timer_start(loop_ev(l), &a->sample);
        return a;
    }
    api_free(a);
    return NULL;
}

int
api_port(const struct api *a)
{
    return http_port(a->http);
}

bool
api_apply(struct api *a, const struct conf *c, struct err *err)
{
    struct gate_cfg gate = gate_cfg_of(c);

    if (!gate_apply(a->gate, &gate, err))
        return false;
    set_limits(a, c);
    return true;
}

void
api_close(struct api *a)
{
    if (!a)
        return;
    desk_close(a->desk);
    ev_timer_stop(loop_ev(a->loop), &a->sample);
    http_free(a->http);
    a->http = NULL;
    shelf_close(a->shelf);
    if (a->gate)
        gate_save(a->gate, clock_wall_ms());
}

bool
api_free(struct api *a)
{
    if (!a)
        return true;
    api_close(a);
    if (!desk_free(a->desk))
        return false;
    gate_free(a->gate);
    rates_free(a->rates);
    shelf_free(a->shelf);
    proposals_free(a->proposals);
    free(a);
    return true;
}
