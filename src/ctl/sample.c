/* SPDX-License-Identifier: ISC */
#include "ctl/sample.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "wire/json.h"

/* A number's place in an answer and in a struct.  The path goes through
 * objects, as in "pools.any.busy". */
struct field {
    const char *path;
    size_t offset; /* of a double */
};

#define GATEWAY(f) offsetof(struct sample_gateway, f)
#define TRANSLATOR(f) offsetof(struct sample_translator, f)

static const struct field gateway_fields[] = {
    {"messages_saved", GATEWAY(messages)},
    {"translation_requests_sent", GATEWAY(tasks)},
    {"translation_requests_resent", GATEWAY(resent)},
    {"translations_received", GATEWAY(results)},
    {"translations_failed", GATEWAY(failed)},
    {"translations_skipped", GATEWAY(skipped)},
    {"pool_full_rejections", GATEWAY(pool_full)},
    {"errors", GATEWAY(errors)},
    {"translations_waiting", GATEWAY(waiting)},
    {"translations_in_flight", GATEWAY(in_flight)},
    {"clients", GATEWAY(clients)},
    {"jobs_waiting", GATEWAY(jobs_waiting)},
    {"commit_ms_mean", GATEWAY(commit_ms)},
    {"avg_processing_time", GATEWAY(mean_s)},
    {"memory_usage_mb", GATEWAY(memory_mb)},
    {"uptime_seconds", GATEWAY(uptime_s)},
};

static const struct field translator_health_fields[] = {
    {"pools.normal.queued", TRANSLATOR(pools[0].queued)},
    {"pools.normal.capacity", TRANSLATOR(pools[0].capacity)},
    {"pools.normal.workers", TRANSLATOR(pools[0].workers)},
    {"pools.normal.busy", TRANSLATOR(pools[0].busy)},
    {"pools.any.queued", TRANSLATOR(pools[1].queued)},
    {"pools.any.capacity", TRANSLATOR(pools[1].capacity)},
    {"pools.any.workers", TRANSLATOR(pools[1].workers)},
    {"pools.any.busy", TRANSLATOR(pools[1].busy)},
};

static const struct field translator_fields[] = {
    {"tasks_accepted", TRANSLATOR(accepted)},
    {"tasks_processed", TRANSLATOR(processed)},
    {"translations_completed", TRANSLATOR(completed)},
    {"translations_failed", TRANSLATOR(failed)},
    {"translations_skipped", TRANSLATOR(skipped)},
    {"pool_full_rejections", TRANSLATOR(pool_full)},
    {"tasks_in_flight", TRANSLATOR(in_flight)},
    {"avg_processing_time", TRANSLATOR(mean_s)},
    {"queue_growth_rate", TRANSLATOR(growth)},
    {"dynamic_scaling_events", TRANSLATOR(scalings)},
    {"cpu_percent", TRANSLATOR(cpu_percent)},
    {"memory_usage_mb", TRANSLATOR(memory_mb)},
    {"uptime_seconds", TRANSLATOR(uptime_s)},
    {"translations.latency_ms.p50", TRANSLATOR(p50_ms)},
    {"translations.latency_ms.p95", TRANSLATOR(p95_ms)},
    {"translations.latency_ms.p99", TRANSLATOR(p99_ms)},
    {"cache.hits", TRANSLATOR(cache_hits)},
    {"cache.misses", TRANSLATOR(cache_misses)},
    {"cache.bytes", TRANSLATOR(cache_bytes)},
    {"neural.open", TRANSLATOR(neural.open)},
    {"neural.installed", TRANSLATOR(neural.installed)},
    {"neural.bytes", TRANSLATOR(neural.bytes)},
    {"neural.bytes_max", TRANSLATOR(neural.bytes_max)},
    {"neural.loads", TRANSLATOR(neural.loads)},
    {"neural.evictions", TRANSLATOR(neural.evictions)},
    {"neural.failures", TRANSLATOR(neural.failures)},
    {"neural.sentences", TRANSLATOR(neural.sentences)},
    {"neural.steps", TRANSLATOR(neural.steps)},
    {"neural.row_steps", TRANSLATOR(neural.row_steps)},
};

#define N(array) (sizeof(array) / sizeof((array)[0]))

static double
number_at(const json_t *tree, const char *path)
{
    struct span rest = span_of(path);
    double n = NAN;
    char key[SAMPLE_NAME_BYTES];

    for (;;) {
        struct span part = span_cut(&rest, '.');

        snprintf(key, sizeof(key), "%.*s", SPAN_ARG(part));
        if (!rest.p)
            break;
        tree = json_object_get(tree, key);
    }
    return json_get_num(tree, key, &n) ? n : NAN;
}

static void
read_fields(void *to, const struct field *fields, size_t n, const json_t *tree)
{
    for (size_t i = 0; i < n; i++) {
        double value = number_at(tree, fields[i].path);
        memcpy((char *)to + fields[i].offset, &value, sizeof(value));
    }
}

static void
read_status(char *to, const json_t *health)
{
    struct span status = json_get_str(health, "status");

    snprintf(to, SAMPLE_NAME_BYTES, "%.*s", SPAN_ARG(status));
}

void
sample_gateway_read(
    struct sample_gateway *g, struct span health, struct span stats)
{
    json_t *h = json_read(health, NULL), *s = json_read(stats, NULL);

    g->up = json_is_object(h);
    read_status(g->status, h);
    read_fields(g, gateway_fields, N(gateway_fields), s);
    json_decref(h);
    json_decref(s);
}

/* The latest scaling event in words; "" when there was none. */
static void
read_scaling(struct sample_translator *t, const json_t *stats)
{
    const json_t *event =
        json_array_get(json_object_get(stats, "scaling_events"), 0);
    struct span at = json_get_str(event, "at");
    struct span pool = json_get_str(event, "pool");
    struct span reason = json_get_str(event, "reason");

    t->scaling[0] = '\0';
    if (event)
        snprintf(t->scaling, sizeof(t->scaling),
            "%.*s  %.*s %.0f -> %.0f, %.*s", SPAN_ARG(at), SPAN_ARG(pool),
            number_at(event, "from"), number_at(event, "to"), SPAN_ARG(reason));
}

void
sample_translator_read(
    struct sample_translator *t, struct span health, struct span stats)
{
    json_t *h = json_read(health, NULL), *s = json_read(stats, NULL);

    t->up = json_is_object(h);
    read_status(t->status, h);
    read_fields(t, translator_health_fields, N(translator_health_fields), h);
    read_fields(t, translator_fields, N(translator_fields), s);
    read_scaling(t, s);
    json_decref(h);
    json_decref(s);
}

bool
sample_healthy(const struct sample *s)
{
    bool ok = s->gateway.up && strcmp(s->gateway.status, "healthy") == 0;

    for (int i = 0; i < s->n_translators; i++)
        ok = ok && s->translators[i].up &&
             strcmp(s->translators[i].status, "healthy") == 0;
    return ok;
}
