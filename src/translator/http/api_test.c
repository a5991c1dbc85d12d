/* SPDX-License-Identifier: ISC */
#include "translator/http/api.h"

#include <stdlib.h>
#include <string.h>

#include "base/tap.h"
#include "engine/echo.h"
#include "net/route.h"
#include "translator/http/api_impl.h"
#include "wire/json.h"

/* A translator that has not started: gauges can be set at will. */
static struct translator *
still_translator(struct conf *c, struct engine *e)
{
    char name[] = "meeshy-translator", sub[] = "--zmq-sub-port",
         pub[] = "--zmq-pub-port", http[] = "--http-port", any[] = "0";
    char *argv[] = {name, sub, any, pub, any, http, any, NULL};
    struct translator *t;

    CHECK(conf_load(c, 7, argv, NULL));
    c->memory[0] = '\0';
    t = translator_new(c, e, NULL);
    CHECK(t != NULL);
    return t;
}

static struct engine *
echo(void)
{
    static const struct engine_pair pairs[] = {
        {"fr", "es", 1}, {"en", "es", 1}, {"es", "en", 1}, {"es", "ca", 1}};
    struct echo_cfg cfg = {.pairs = pairs, .n_pairs = 4, .queue_max = 1};

    return echo_open(&cfg);
}

static void
close_all(struct api *a, struct translator *t, struct loop *loop)
{
    api_close(a);
    translator_free(t);
    loop_drain(loop);
    CHECK(api_free(a));
    loop_free(loop);
}

static json_t *
read_back(struct buf *b)
{
    struct err err = {0};
    json_t *v = json_read(buf_span(b), &err);

    if (!CHECK(v != NULL))
        printf("# %s: %.*s\n", err.text, SPAN_ARG(buf_span(b)));
    buf_free(b);
    return v;
}

static void
statistics_have_the_names_of_the_original_and_true_values(void)
{
    static const char *const names[] = {"normal_pool_size", "any_pool_size",
        "normal_workers_active", "any_workers_active", "tasks_processed",
        "tasks_failed", "translations_completed", "pool_full_rejections",
        "avg_processing_time", "queue_growth_rate", "worker_utilization",
        "dynamic_scaling_events", "memory_usage_mb", "uptime_seconds"};
    struct conf c = {0};
    struct translator *t = still_translator(&c, echo());
    struct loop *loop = loop_new(NULL);
    struct api *a = api_open(loop, t, NULL);
    struct buf b = {0};
    long long n = -1;
    double mean = 0;
    json_t *o;

    t->stats.tasks_processed = 7;
    t->stats.translations_completed = 4;
    t->stats.processing_us = 6000000;
    api_stats(&b, a);
    o = read_back(&b);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        CHECK(json_is_number(json_object_get(o, names[i])));
    CHECK(json_get_int(o, "tasks_processed", &n) && n == 7);
    CHECK(json_get_num(o, "avg_processing_time", &mean) && mean > 1.49 &&
          mean < 1.51);
    CHECK(json_get_int(o, "pool_full_rejections", &n) && n == 0);
    CHECK(json_is_array(json_object_get(o, "scaling_events")));
    CHECK(json_is_array(json_object_get(o, "pairs")));
    CHECK(json_is_object(json_object_get(json_object_get(o, "pools"), "any")));
    json_decref(o);
    close_all(a, t, loop);
    conf_free(&c);
}

/* Each counter has another value, so that none is told in another's place. */
static void
counters_are_the_same_in_statistics_and_metrics(void)
{
    struct conf c = {0};
    struct translator *t = still_translator(&c, echo());
    struct loop *loop = loop_new(NULL);
    struct api *a = api_open(loop, t, NULL);
    struct buf stats = {0}, metrics = {0};
    struct stats_counter counters[STATS_COUNTERS_LEN];
    char line[128];
    long long n = 0;
    json_t *o;

#define SET(name, help) t->stats.name = (unsigned long long)++n;
    STATS_COUNTERS(SET)
#undef SET
    stats_counters(&t->stats, counters);
    api_stats(&stats, a);
    api_metrics(&metrics, a);
    buf_addc(&metrics, '\0');
    o = read_back(&stats);
    for (size_t i = 0; i < STATS_COUNTERS_LEN; i++) {
        CHECK(json_get_int(o, counters[i].name, &n) && n == (long long)i + 1);
        snprintf(line, sizeof(line), "\nmeeshy_translator_%s_total %zu\n",
            counters[i].name, i + 1);
        CHECK(strstr(buf_span(&metrics).p, line) != NULL);
    }
    buf_free(&metrics);
    json_decref(o);
    close_all(a, t, loop);
    conf_free(&c);
}

static void
languages_name_what_each_can_become(void)
{
    struct conf c = {0};
    struct translator *t = still_translator(&c, echo());
    struct buf b = {0};
    json_t *list, *fr, *ca;

    api_languages(&b, t);
    list = read_back(&b);
    CHECK(json_array_size(list) == 4);
    fr = json_array_get(list, 2);
    CHECK(span_eqz(json_get_str(fr, "code"), "fr"));
    CHECK(span_eqz(json_get_str(fr, "name"), "French"));
    CHECK(json_array_size(json_object_get(fr, "targets")) == 3); /* by es */
    CHECK(json_object_size(json_object_get(fr, "quality")) == 3);
    CHECK(
        span_eqz(json_get_str(json_object_get(fr, "quality"), "es"), "basic"));
    /* Clients look for both languages here: also one that is only written. */
    ca = json_array_get(list, 3);
    CHECK(span_eqz(json_get_str(ca, "code"), "ca"));
    CHECK(json_is_array(json_object_get(ca, "targets")));
    CHECK(json_array_size(json_object_get(ca, "targets")) == 0);
    json_decref(list);
    translator_free(t);
    conf_free(&c);
}

static void
health_is_degraded_without_languages_or_with_a_stuck_front(void)
{
    struct conf c = {0}, none = {0};
    struct translator *t = still_translator(&c, echo());
    struct translator *mute = still_translator(&none, NULL);
    struct buf b = {0};
    json_t *o;

    CHECK(api_health(&b, t));
    o = read_back(&b);
    CHECK(span_eqz(json_get_str(o, "status"), "healthy"));
    CHECK(json_is_object(json_object_get(o, "pools")));
    json_decref(o);

    t->stats.front_ticked_ms -= 2 * API_FRONT_SILENT_MS;
    CHECK(!api_health(&b, t));
    o = read_back(&b);
    CHECK(span_eqz(json_get_str(o, "status"), "degraded"));
    json_decref(o);

    CHECK(!api_health(&b, mute));
    json_decref(read_back(&b));
    api_languages(&b, mute);
    o = read_back(&b);
    CHECK(json_is_array(o) && json_array_size(o) == 0);
    json_decref(o);
    translator_free(t);
    translator_free(mute);
    conf_free(&c);
    conf_free(&none);
}

/* A route is in the document by a path that it matches. */
static bool
is_described(const json_t *paths, const struct http_route *route)
{
    static const char *const methods[] = {
        [HTTP_GET] = "get", [HTTP_POST] = "post", [HTTP_DELETE] = "delete"};
    struct route_match m;
    const char *path;
    json_t *item;

    json_object_foreach((json_t *)paths, path, item)
    {
        if (route_matches(route->pattern, span_of(path), &m) &&
            json_is_object(json_object_get(item, methods[route->method])))
            return true;
    }
    return false;
}

static void
every_route_is_described_and_nothing_else(void)
{
    struct span text = {openapi_json, openapi_json_len};
    json_t *doc = json_read(text, NULL), *item;
    const json_t *paths = json_object_get(doc, "paths");
    const struct http_route *routes;
    const char *path;
    size_t n, described = 0;

    routes = api_table(&n);
    CHECK(json_object_size(paths) > 0);
    for (size_t i = 0; i < n; i++)
        if (!CHECK(is_described(paths, &routes[i])))
            printf("# %s\n", routes[i].pattern);
    json_object_foreach((json_t *)paths, path, item)
    {
        size_t i = 0;
        struct route_match m;
        while (i < n && !route_matches(routes[i].pattern, span_of(path), &m))
            i++;
        if (!CHECK(i < n))
            printf("# %s\n", path);
        described += json_object_size(item); /* methods */
    }
    CHECK(described >= n);
    CHECK(span_eqz(
        json_get_str(json_object_get(doc, "info"), "version"), MEESHY_VERSION));
    json_decref(doc);
}

/* Every line is a comment or "name{labels} value" with names of ours. */
static bool
is_metric(struct span line)
{
    struct span value = line, name = span_cut(&value, ' ');
    struct span labels = name;
    char *end, *number = span_dup(value);
    bool ok;

    name = span_cut(&labels, '{');
    strtod(number ? number : "", &end);
    ok = (span_starts(name, SPAN("meeshy_translator_")) ||
             span_starts(name, SPAN("process_"))) &&
         number && *number && !*end &&
         (!labels.p || labels.p[labels.len - 1] == '}');
    free(number);
    return ok;
}

static void
metrics_are_what_prometheus_reads(void)
{
    static const char *const names[] = {"up ", "tasks_processed_total ",
        "pool_waiting{pool=\"any\"} ", "translation_seconds_bucket{le=\"",
        "translation_seconds_count ", "cache_requests_total{",
        "http_requests_total{route=\"/detect\",status=\"429\"} "};
    struct conf c = {0};
    struct translator *t = still_translator(&c, echo());
    struct loop *loop = loop_new(NULL);
    struct api *a = api_open(loop, t, NULL);
    struct buf b = {0};
    struct span text;

    api_metrics(&b, a);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct buf want = {0};
        buf_addf(&want, "\nmeeshy_translator_%s", names[i]);
        if (!CHECK(memmem(b.p, b.len, want.p, want.len)))
            printf("# %s\n", names[i]);
        buf_free(&want);
    }
    text = buf_span(&b);
    CHECK(text.p[text.len - 1] == '\n');
    text.len--;
    while (text.p) {
        struct span line = span_cut(&text, '\n');
        if (line.p[0] != '#' && !CHECK(is_metric(line)))
            printf("# %.*s\n", SPAN_ARG(line));
    }
    buf_free(&b);
    close_all(a, t, loop);
    conf_free(&c);
}

static void
settings_tell_clients_their_limits(void)
{
    struct conf c = {0};
    struct translator *t = still_translator(&c, echo());
    struct loop *loop = loop_new(NULL);
    struct api *a = api_open(loop, t, NULL);
    struct buf b = {0};
    long long n = 0;
    json_t *o;

    api_settings(&b, a);
    o = read_back(&b);
    CHECK(json_get_int(o, "charLimit", &n) && n == c.char_limit);
    CHECK(!json_get_bool(o, "keyRequired", true));
    CHECK(!json_get_bool(o, "suggestions", true));
    json_decref(o);
    c.char_limit = 7;
    CHECK(api_apply(a, &c, NULL));
    c.require_key = true; /* without a file of keys */
    c.char_limit = 8;
    CHECK(!api_apply(a, &c, NULL));
    api_settings(&b, a);
    o = read_back(&b);
    CHECK(json_get_int(o, "charLimit", &n) && n == 7);
    json_decref(o);
    close_all(a, t, loop);
    conf_free(&c);
}

int
main(void)
{
    clearenv(); /* not what this machine happens to have set */
    RUN(statistics_have_the_names_of_the_original_and_true_values);
    RUN(counters_are_the_same_in_statistics_and_metrics);
    RUN(languages_name_what_each_can_become);
    RUN(health_is_degraded_without_languages_or_with_a_stuck_front);
    RUN(every_route_is_described_and_nothing_else);
    RUN(metrics_are_what_prometheus_reads);
    RUN(settings_tell_clients_their_limits);
    return tap_end();
}
