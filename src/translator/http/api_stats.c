/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "translator/http/api_impl.h"
#include "wire/json.h"

void
api_put_text(struct buf *b, const char *key, const char *value)
{
    json_add_field(b, key, span_of(value));
}

void
api_put_count(struct buf *b, const char *key, unsigned long long value)
{
    buf_addf(b, ",\"%s\":%llu", key, value);
}

void
api_put_real(struct buf *b, const char *key, double value)
{
    buf_addf(b, ",\"%s\":%.3f", key, value);
}

/* The original project's names, with the values they promise; its counters are
 * among those of put_tasks. */
static void
put_original(struct buf *b, const struct translator *t)
{
    const struct stats *s = &t->stats;
    int busy = pool_busy(t->normal) + pool_busy(t->any);
    int workers = pool_workers(t->normal) + pool_workers(t->any);

    json_put_field(
        b, "server_status", span_of(api_front_works(t) ? "running" : "stuck"));
    api_put_count(b, "normal_pool_size", pool_len(t->normal));
    api_put_count(b, "any_pool_size", pool_len(t->any));
    api_put_count(b, "normal_workers", (unsigned)pool_workers(t->normal));
    api_put_count(b, "any_workers", (unsigned)pool_workers(t->any));
    api_put_count(b, "normal_workers_active", (unsigned)pool_busy(t->normal));
    api_put_count(b, "any_workers_active", (unsigned)pool_busy(t->any));
    api_put_real(b, "avg_processing_time", stats_mean_s(s));
    api_put_real(b, "queue_growth_rate", s->queue_growth);
    api_put_real(b, "worker_utilization", workers ? (double)busy / workers : 0);
    api_put_real(b, "memory_usage_mb", stats_memory_mb(s));
    api_put_real(b, "uptime_seconds", stats_uptime_s(s));
    api_put_count(b, "gateway_push_port", (unsigned)front_sub_port(t->front));
    api_put_count(b, "gateway_sub_port", (unsigned)front_pub_port(t->front));
}

static void
put_tasks(struct buf *b, const struct translator *t)
{
    const struct stats *s = &t->stats;
    struct stats_counter counters[STATS_COUNTERS_LEN];

    stats_counters(s, counters);
    for (size_t i = 0; i < STATS_COUNTERS_LEN; i++)
        api_put_count(b, counters[i].name, counters[i].value);
    api_put_count(b, "tasks_in_flight", front_in_flight(t->front));
    api_put_real(b, "cpu_percent", s->cpu_permille / 10.0);
}

/* Count and mean are since the start, all else is of the last minute. */
static void
put_latency(struct buf *b, const char *key, const struct hist *all,
    const struct hist *minute)
{
    buf_addf(b,
        ",\"%s\":{\"count\":%llu,\"mean\":%.3f,\"minute\":%llu,"
        "\"p50\":%.3f,\"p95\":%.3f,\"p99\":%.3f,\"max\":%.3f}",
        key, (unsigned long long)all->count, hist_mean(all) / 1e3,
        (unsigned long long)minute->count,
        (double)hist_quantile(minute, 0.5) / 1e3,
        (double)hist_quantile(minute, 0.95) / 1e3,
        (double)hist_quantile(minute, 0.99) / 1e3, (double)minute->max / 1e3);
}

static void
put_pool(struct buf *b, const char *name, struct pool *p)
{
    struct pool_stats s = pool_stats(p);
    struct hist waits, minute;

    buf_addf(b,
        "\"%s\":{\"waiting\":%zu,\"waiting_max\":%zu,\"conversations\":%zu,"
        "\"workers\":%d,\"busy\":%d,\"leaving\":%d,\"oldest_ms\":%lld,"
        "\"workers_replaced\":%llu",
        name, s.waiting, s.waiting_max, s.conversations, s.workers, s.busy,
        s.leaving, (long long)s.oldest_ms, s.replaced);
    pool_waits(p, &waits, &minute);
    put_latency(b, "wait_ms", &waits, &minute);
    buf_addc(b, '}');
}

static void
put_scaling(struct buf *b, const struct translator *t)
{
    struct scale_event events[KEEPER_EVENTS_MAX];
    size_t n = keeper_events(t->keeper, events, KEEPER_EVENTS_MAX);
    char at[CLOCK_ISO_BYTES];

    buf_addz(b, ",\"scaling_events\":[");
    for (size_t i = 0; i < n && i < KEEPER_EVENTS_MAX; i++) {
        clock_iso(events[i].wall_ms, at);
        buf_addf(b, "%s{\"at\":\"%s\",\"from\":%d,\"to\":%d", i ? "," : "", at,
            events[i].from, events[i].to);
        api_put_text(b, "pool", events[i].pool);
        api_put_text(b, "reason", events[i].reason);
        buf_addc(b, '}');
    }
    buf_addc(b, ']');
}

static double
share(uint64_t part, uint64_t rest)
{
    return part + rest ? (double)part / (double)(part + rest) : 0;
}

static double
mean(uint64_t sum, uint64_t n)
{
    return n ? (double)sum / (double)n : 0;
}

static void
put_translations(struct buf *b, const struct translate_stats *s)
{
    buf_addf(b, ",\"translations\":{\"in_flight\":%zu", s->in_flight);
    api_put_count(b, "ok", s->ok);
    api_put_count(b, "skipped", s->skipped);
    api_put_count(b, "failed", s->failed);
    api_put_count(b, "inferences", s->inferences);
    api_put_count(b, "shared", s->shared);
    api_put_count(b, "rerouted", s->rerouted);
    api_put_count(b, "remembered", s->remembered);
    put_latency(b, "latency_ms", &s->latency_us, &s->latency_minute_us);
    buf_addf(b, "},\"cache\":{\"entries\":%zu", s->cache_entries);
    api_put_count(b, "bytes", s->cache_bytes);
    api_put_count(b, "bytes_max", s->cache_bytes_max);
    api_put_count(b, "hits", s->hits);
    api_put_count(b, "misses", s->misses);
    api_put_real(b, "hit_rate", share(s->hits, s->misses));
    api_put_count(b, "evicted", s->evicted);
    api_put_count(b, "redis_hits", s->redis_hits);
    api_put_count(b, "redis_misses", s->redis_misses);
    buf_addf(b, ",\"redis_up\":%s", s->redis_up ? "true" : "false");
    api_put_real(b, "redis_hit_rate", share(s->redis_hits, s->redis_misses));
    buf_addc(b, '}');
}

static void
put_model(struct buf *b, const struct neural_model *m)
{
    const struct resident_model_stats *s = &m->stats;

    buf_addc(b, '{');
    json_put_field(b, "name", span_of(s->name));
    api_put_text(b, "source", m->pair.source);
    api_put_text(b, "target", m->pair.target);
    api_put_text(b, "version", m->version);
    api_put_text(b, "state", resident_state_name(s->state));
    api_put_count(b, "bytes", s->bytes);
    api_put_real(b, "load_ms", s->load_ms);
    api_put_count(b, "loads", s->loads);
    api_put_count(b, "evictions", s->evictions);
    api_put_count(b, "failures", s->failures);
    api_put_count(b, "requests", s->requests);
    api_put_count(b, "running", s->running);
    api_put_count(b, "waiting", s->waiting);
    api_put_real(b, "rows_per_step", mean(s->row_steps, s->steps));
    api_put_count(b, "target_pieces", s->target_pieces);
    if (s->kernel[0])
        api_put_text(b, "kernel", s->kernel);
    if (s->why[0])
        api_put_text(b, "why", s->why);
    buf_addc(b, '}');
}

/* Neural models, in use and in sum. */
static void
put_neural(struct buf *b, const struct translator *t)
{
    struct neural_model *models;
    struct resident_stats s;
    size_t n;

    if (!t->neural)
        return;
    s = neural_stats(t->neural);
    buf_addf(b, ",\"neural\":{\"open\":%zu", s.open);
    api_put_count(b, "installed", s.models);
    api_put_count(b, "bytes", s.bytes);
    api_put_count(b, "bytes_max", s.bytes_max);
    api_put_text(
        b, "precision", precision_name(precision_here(t->conf->precision)));
    api_put_count(b, "loads", s.loads);
    api_put_real(b, "load_ms_mean", s.loads ? s.load_ms / (double)s.loads : 0);
    api_put_count(b, "evictions", s.evictions);
    api_put_count(b, "failures", s.failures);
    api_put_count(b, "requests", s.requests);
    api_put_count(b, "sentences", s.sentences);
    api_put_count(b, "source_pieces", s.source_pieces);
    api_put_count(b, "target_pieces", s.target_pieces);
    api_put_count(b, "steps", s.steps);
    api_put_count(b, "row_steps", s.row_steps);
    api_put_real(b, "rows_per_step", mean(s.row_steps, s.steps));
    models = api_models(t, &n);
    buf_addz(b, ",\"models\":[");
    for (size_t i = 0; i < n; i++) {
        if (i > 0)
            buf_addc(b, ',');
        put_model(b, &models[i]);
    }
    buf_addz(b, "]}");
    free(models);
}

static int
compare_pairs(const void *a, const void *b)
{
    const struct translate_pair *x = a, *y = b;
    int by_source = strcmp(x->source, y->source);

    return by_source ? by_source : strcmp(x->target, y->target);
}

struct neural_model *
api_models(const struct translator *t, size_t *n)
{
    struct neural_model *models = xcalloc(NEURAL_PAIRS_MAX, sizeof(*models));

    *n = t->neural ? neural_models(t->neural, models, NEURAL_PAIRS_MAX) : 0;
    return models;
}

struct translate_pair *
api_pairs(const struct api *a, size_t *n)
{
    struct translate_pair *pairs = xcalloc(TRANSLATE_PAIRS_MAX, sizeof(*pairs));

    *n = translate_pairs(a->t->translate, pairs, TRANSLATE_PAIRS_MAX);
    if (*n > TRANSLATE_PAIRS_MAX)
        *n = TRANSLATE_PAIRS_MAX;
    qsort(pairs, *n, sizeof(*pairs), compare_pairs);
    return pairs;
}

static void
put_pairs(struct buf *b, const struct api *a)
{
    int64_t now_ms = clock_mono_ms();
    size_t n;
    struct translate_pair *pairs = api_pairs(a, &n);

    buf_addz(b, ",\"pairs\":[");
    for (size_t i = 0; i < n; i++) {
        const struct translate_pair *p = &pairs[i];
        buf_addf(b, "%s{\"source\":\"%s\",\"target\":\"%s\"", i ? "," : "",
            p->source, p->target);
        api_put_count(b, "ok", p->ok);
        api_put_count(b, "skipped", p->skipped);
        api_put_count(b, "failed", p->failed);
        api_put_count(b, "cache_hits", p->hits);
        api_put_real(
            b, "mean_ms", p->ok ? (double)p->ok_us / (double)p->ok / 1e3 : 0);
        api_put_real(b, "per_second", rates_of(a->rates, p, now_ms));
        buf_addc(b, '}');
    }
    buf_addc(b, ']');
    free(pairs);
}

static void
put_http(struct buf *b, const struct api *a)
{
    struct desk_stats s = desk_stats(a->desk);
    struct hist minute;

    buf_addf(b, ",\"http\":{\"orders\":%zu", s.orders);
    api_put_count(b, "texts_in_flight", s.in_flight);
    api_put_count(b, "texts_in_flight_max", s.in_flight_max);
    api_put_count(b, "texts_waiting", s.waiting);
    api_put_count(b, "texts_waiting_max", s.waiting_max);
    api_put_count(b, "late", s.late);
    api_put_count(b, "refused", s.refused);
    buf_addz(b, ",\"answers\":{");
    for (int i = 0; i < API_STATUSES; i++) {
        unsigned long long n = 0;
        for (int route = 0; route < API_ROUTES; route++)
            n += a->answers[route][i];
        buf_addf(b, "%s\"%d\":%llu", i ? "," : "", api_statuses[i], n);
    }
    buf_addc(b, '}');
    recent_minute(&a->latency_us[API_TRANSLATE], clock_mono_ms(), &minute);
    put_latency(b, "latency_ms", &a->latency_us[API_TRANSLATE].all, &minute);
    buf_addc(b, '}');
}

void
api_stats(struct buf *b, const struct api *a)
{
    const struct translator *t = a->t;
    struct translate_stats s = translate_stats(t->translate);

    buf_addc(b, '{');
    put_original(b, t);
    put_tasks(b, t);
    buf_addz(b, ",\"pools\":{");
    put_pool(b, "normal", t->normal);
    buf_addc(b, ',');
    put_pool(b, "any", t->any);
    buf_addc(b, '}');
    put_scaling(b, t);
    put_translations(b, &s);
    put_neural(b, t);
    put_pairs(b, a);
    put_http(b, a);
    buf_addc(b, '}');
}
