/* SPDX-License-Identifier: ISC */
#include "translator/api.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "net/http.h"
#include "text/lang.h"
#include "translator/admin.h"
#include "wire/json.h"

struct api {
    struct translator *t; /* borrowed */
    struct http_server *http;
    struct buf languages; /* they do not change while we run */
};

static void
put_text(struct buf *b, const char *key, const char *value)
{
    json_put_field(b, key, span_of(value));
}

static void
put_count(struct buf *b, const char *key, unsigned long long value)
{
    buf_addf(b, ",\"%s\":%llu", key, value);
}

static void
put_real(struct buf *b, const char *key, double value)
{
    buf_addf(b, ",\"%s\":%.3f", key, value);
}

static bool
front_works(const struct translator *t)
{
    return clock_mono_ms() - t->stats.front_ticked_ms < API_FRONT_SILENT_MS;
}

/* What every status answer begins with; the object stays open. */
static void
put_head(struct buf *b, const struct translator *t, const char *status)
{
    buf_addc(b, '{');
    put_text(b, "status", status);
    buf_addz(b,
        ",\"service\":\"meeshy-translator\",\"version\":\"" MEESHY_VERSION
        "\"");
    put_real(b, "timestamp", (double)clock_wall_ms() / 1e3);
    put_real(b, "uptime_seconds", stats_uptime_s(&t->stats));
}

static void
put_pool(struct buf *b, const char *name, struct pool *p)
{
    struct pool_stats s = pool_stats(p);

    buf_addf(b,
        "\"%s\":{\"queued\":%zu,\"capacity\":%zu,\"workers\":%d,\"busy\":%d}",
        name, s.waiting, s.waiting_max, s.workers, s.busy);
}

bool
api_health(struct buf *b, struct translator *t)
{
    bool front = front_works(t), engines = t->n_pairs > 0;

    put_head(b, t, front && engines ? "healthy" : "degraded");
    buf_addf(b, ",\"components\":{\"zmq_server\":{\"status\":\"%s\",",
        front ? "healthy" : "unhealthy");
    put_text(b, "address", t->conf->host);
    buf_addf(b, ",\"port\":%d,\"pub_port\":%d,", front_sub_port(t->front),
        front_pub_port(t->front));
    put_text(b, "pattern", t->conf->zmq_pattern);
    buf_addf(b, "},\"engines\":{\"status\":\"%s\",",
        engines ? "healthy" : "unhealthy");
    put_text(b, "engine", t->conf->engine);
    buf_addf(b, ",\"pairs\":%zu,", t->n_pairs);
    put_text(b, "languages", t->languages);
    buf_addz(b, "}},\"pools\":{");
    put_pool(b, "normal", t->normal);
    buf_addc(b, ',');
    put_pool(b, "any", t->any);
    buf_addf(b, "},\"tasks_in_flight\":%zu}", front_in_flight(t->front));
    return front && engines;
}

/* The original project's names, with the values they promise; then ours. */
void
api_stats(struct buf *b, struct translator *t)
{
    const struct stats *s = &t->stats;
    int busy = pool_busy(t->normal) + pool_busy(t->any);
    int workers = pool_workers(t->normal) + pool_workers(t->any);

    buf_addc(b, '{');
    put_text(b, "server_status", front_works(t) ? "running" : "stuck");
    put_count(b, "normal_pool_size", pool_len(t->normal));
    put_count(b, "any_pool_size", pool_len(t->any));
    put_count(b, "normal_workers", (unsigned)pool_workers(t->normal));
    put_count(b, "any_workers", (unsigned)pool_workers(t->any));
    put_count(b, "normal_workers_active", (unsigned)pool_busy(t->normal));
    put_count(b, "any_workers_active", (unsigned)pool_busy(t->any));
    put_count(b, "tasks_processed", s->tasks_processed);
    put_count(b, "tasks_failed", s->tasks_failed);
    put_count(b, "translations_completed", s->translations_completed);
    put_count(b, "pool_full_rejections", s->pool_full_rejections);
    put_real(b, "avg_processing_time", stats_mean_s(s));
    put_real(b, "queue_growth_rate", s->queue_growth);
    put_real(b, "worker_utilization", workers ? (double)busy / workers : 0);
    put_count(b, "dynamic_scaling_events", s->scaling_events);
    put_real(b, "memory_usage_mb", stats_memory_mb(s));
    put_real(b, "uptime_seconds", stats_uptime_s(s));
    put_count(b, "gateway_push_port", (unsigned)front_sub_port(t->front));
    put_count(b, "gateway_sub_port", (unsigned)front_pub_port(t->front));

    put_count(b, "tasks_accepted", s->tasks_accepted);
    put_count(b, "tasks_duplicate", s->tasks_duplicate);
    put_count(b, "tasks_in_flight", front_in_flight(t->front));
    put_count(b, "translations_failed", s->translations_failed);
    put_count(b, "translations_skipped", s->translations_skipped);
    put_count(b, "frames_malformed", s->frames_malformed);
    put_count(b, "pings", s->pings);
    put_real(b, "cpu_percent", s->cpu_permille / 10.0);
    buf_addc(b, '}');
}

static int
compare_pairs(const void *a, const void *b)
{
    const struct engine_pair *x = a, *y = b;
    int by_source = strcmp(x->source, y->source);

    return by_source ? by_source : strcmp(x->target, y->target);
}

void
api_languages(struct buf *b, const struct translator *t)
{
    struct engine_pair *pairs = xcalloc(t->n_pairs + 1, sizeof(*pairs));

    router_pairs(t->router, pairs, t->n_pairs);
    qsort(pairs, t->n_pairs, sizeof(*pairs), compare_pairs);
    buf_addc(b, '[');
    for (size_t i = 0; i < t->n_pairs; i++) {
        const char *code = pairs[i].source;
        if (i == 0 || strcmp(code, pairs[i - 1].source) != 0) {
            const struct lang *known = lang_find(span_of(code));
            buf_addz(b, i ? "]},{" : "{");
            put_text(b, "code", code);
            buf_addc(b, ',');
            put_text(b, "name", known ? known->name : code);
            buf_addz(b, ",\"targets\":[");
        } else {
            buf_addc(b, ',');
        }
        json_put_str(b, span_of(pairs[i].target));
    }
    buf_addz(b, t->n_pairs ? "]}]" : "]");
    free(pairs);
}

static void
reply(struct http_req *r, int status, struct buf *b)
{
    http_reply(r, status, NULL, buf_span(b), "Cache-Control: no-store\r\n");
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
    reply(r, 200, &b);
}

static void
on_live(struct http_req *r, void *ctx)
{
    struct api *a = ctx;
    struct buf b = {0};

    put_head(&b, a->t, "alive");
    buf_addc(&b, '}');
    reply(r, 200, &b);
}

static void
on_ready(struct http_req *r, void *ctx)
{
    struct api *a = ctx;
    bool ready = front_works(a->t) && a->t->n_pairs > 0;
    struct buf b = {0};

    put_head(&b, a->t, ready ? "ready" : "not ready");
    buf_addc(&b, '}');
    reply(r, ready ? 200 : 503, &b);
}

static void
on_stats(struct http_req *r, void *ctx)
{
    struct api *a = ctx;
    struct buf b = {0};

    api_stats(&b, a->t);
    reply(r, 200, &b);
}

static void
on_languages(struct http_req *r, void *ctx)
{
    struct api *a = ctx;

    http_reply(r, 200, NULL, buf_span(&a->languages), NULL);
}

static void
on_admin(struct http_req *r, void *ctx)
{
    struct api *a = ctx;

    admin_handle(r, a->t);
}

static const struct http_route routes[] = {
    {HTTP_GET, "/health", on_health},
    {HTTP_GET, "/live", on_live},
    {HTTP_GET, "/ready", on_ready},
    {HTTP_GET, "/stats", on_stats},
    {HTTP_GET, "/languages", on_languages},
    {HTTP_POST, "/admin/*", on_admin},
};

struct api *
api_open(struct loop *l, struct translator *t, struct err *err)
{
    struct api *a = xcalloc(1, sizeof(*a));
    struct http_cfg cfg = {.host = t->conf->host,
        .port = t->conf->http_port,
        .body_bytes_max = API_BODY_BYTES_MAX,
        .connections_max = API_CONNECTIONS_MAX,
        .header_timeout_ms = API_HEADER_TIMEOUT_MS,
        .body_timeout_ms = API_BODY_TIMEOUT_MS,
        .cors_origin = ""};

    a->t = t;
    api_languages(&a->languages, t);
    a->http =
        http_new(l, &cfg, routes, sizeof(routes) / sizeof(routes[0]), a, err);
    if (a->http)
        return a;
    api_close(a);
    return NULL;
}

int
api_port(const struct api *a)
{
    return http_port(a->http);
}

void
api_close(struct api *a)
{
    if (!a)
        return;
    if (a->http)
        http_free(a->http);
    buf_free(&a->languages);
    free(a);
}
