/* SPDX-License-Identifier: ISC */
#include "translator/api.h"

#include <stdlib.h>
#include <string.h>

#include "base/tap.h"
#include "engine/echo.h"
#include "wire/json.h"

/* A translator that has not started: gauges can be set at will. */
static struct translator *
still_translator(struct conf *c, struct engine *e)
{
    char name[] = "meeshy-translator", sub[] = "--zmq-sub-port",
         pub[] = "--zmq-pub-port", any[] = "0";
    char *argv[] = {name, sub, any, pub, any, NULL};
    struct translator *t;

    CHECK(conf_load(c, 5, argv, NULL));
    t = translator_new(c, e, NULL);
    CHECK(t != NULL);
    return t;
}

static struct engine *
echo(void)
{
    static const struct engine_pair pairs[] = {
        {"fr", "es", 1}, {"en", "es", 1}, {"es", "en", 1}};
    struct echo_cfg cfg = {.pairs = pairs, .n_pairs = 3, .queue_max = 1};

    return echo_open(&cfg);
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
    struct buf b = {0};
    long long n = -1;
    double mean = 0;
    json_t *o;

    t->stats.tasks_processed = 7;
    t->stats.translations_completed = 4;
    t->stats.processing_us = 6000000;
    api_stats(&b, t);
    o = read_back(&b);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        CHECK(json_is_number(json_object_get(o, names[i])));
    CHECK(json_get_int(o, "tasks_processed", &n) && n == 7);
    CHECK(json_get_num(o, "avg_processing_time", &mean) && mean > 1.49 &&
          mean < 1.51);
    CHECK(json_get_int(o, "pool_full_rejections", &n) && n == 0);
    json_decref(o);
    translator_free(t);
    conf_free(&c);
}

static void
languages_name_what_each_can_become(void)
{
    struct conf c = {0};
    struct translator *t = still_translator(&c, echo());
    struct buf b = {0};
    json_t *list, *fr;

    api_languages(&b, t);
    list = read_back(&b);
    CHECK(json_array_size(list) == 3);
    fr = json_array_get(list, 2);
    CHECK(span_eqz(json_get_str(fr, "code"), "fr"));
    CHECK(span_eqz(json_get_str(fr, "name"), "French"));
    CHECK(json_array_size(json_object_get(fr, "targets")) == 2); /* en by es */
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

int
main(void)
{
    clearenv(); /* not what this machine happens to have set */
    RUN(statistics_have_the_names_of_the_original_and_true_values);
    RUN(languages_name_what_each_can_become);
    RUN(health_is_degraded_without_languages_or_with_a_stuck_front);
    return tap_end();
}
