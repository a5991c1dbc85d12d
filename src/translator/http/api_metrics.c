/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>

#include "base/prom.h"
#include "trace/trace.h"
#include "translator/http/api_impl.h"

/*
 * The text format of Prometheus.  Labels are names of ours, statuses and codes
 * of languages that an engine has: nothing that a peer can make up.
 */
#define NAME "meeshy_translator_"

enum { LABEL_BYTES = 96, NAME_BYTES = 64 };

static void
put_head(struct buf *b, const char *name, const char *type, const char *help)
{
    char full[LABEL_BYTES];

    snprintf(full, sizeof(full), NAME "%s", name);
    prom_head(b, full, type, help);
}

static void
put_counter(
    struct buf *b, const char *name, const char *help, unsigned long long value)
{
    put_head(b, name, "counter", help);
    buf_addf(b, NAME "%s %llu\n", name, value);
}

static void
put_gauge(struct buf *b, const char *name, const char *help, double value)
{
    put_head(b, name, "gauge", help);
    buf_addf(b, NAME "%s %.10g\n", name, value);
}

static void
put_process(struct buf *b, const struct translator *t)
{
    const struct stats *s = &t->stats;

    put_gauge(b, "up", "1 when sockets and engines work.", api_is_ready(t));
    put_gauge(b, "insecure", "1 when other machines may reach the ports.",
        t->conf->insecure);
    put_gauge(b, "curve", "1 when the ports of ZeroMQ ask for a key.",
        *t->conf->zmq_secret_key != 0);
    put_gauge(b, "uptime_seconds", "Since the start.", stats_uptime_s(s));
    put_gauge(b, "memory_bytes", "Resident memory, with the engines' programs.",
        (double)s->memory_bytes);
    put_gauge(b, "cpu_cores", "Cores used over the last second, also by these.",
        s->cpu_permille / 1000.0);
    put_gauge(b, "language_pairs", "Pairs that can be translated.",
        (double)offer_pairs(t->offer));
}

static void
put_tasks(struct buf *b, const struct translator *t)
{
    const struct stats *s = &t->stats;
    struct stats_counter counters[STATS_COUNTERS_LEN];
    char name[NAME_BYTES];

    stats_counters(s, counters);
    for (size_t i = 0; i < STATS_COUNTERS_LEN; i++) {
        snprintf(name, sizeof(name), "%s_total", counters[i].name);
        put_counter(b, name, counters[i].help, counters[i].value);
    }
    put_gauge(b, "tasks_in_flight", "Tasks taken and not yet answered.",
        (double)front_in_flight(t->front));
    put_gauge(b, "queue_growth", "Waiting tasks now less a second ago.",
        s->queue_growth);
}

static void
put_pools(struct buf *b, const struct translator *t)
{
    struct pool_stats s[2] = {pool_stats(t->normal), pool_stats(t->any)};
    static const char *const names[] = {"normal", "any"};
    static const struct {
        const char *name, *type, *help;
    } rows[] = {
        {"pool_waiting", "gauge", "Tasks that wait."},
        {"pool_waiting_max", "gauge", "Tasks that may wait."},
        {"pool_conversations", "gauge", "Conversations with tasks."},
        {"pool_workers", "gauge", "Workers."},
        {"pool_workers_busy", "gauge", "Workers with a task."},
        {"pool_oldest_seconds", "gauge", "Age of the task that waits longest."},
        {"pool_workers_replaced_total", "counter", "Workers that hung."},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        put_head(b, rows[i].name, rows[i].type, rows[i].help);
        for (size_t k = 0; k < 2; k++) {
            double values[] = {(double)s[k].waiting, (double)s[k].waiting_max,
                (double)s[k].conversations, s[k].workers, s[k].busy,
                (double)s[k].oldest_ms / 1e3, (double)s[k].replaced};
            buf_addf(b, NAME "%s{pool=\"%s\"} %.10g\n", rows[i].name, names[k],
                values[i]);
        }
    }
}

static void
put_waits(struct buf *b, const struct translator *t)
{
    struct hist waits, minute;

    put_head(b, "pool_wait_seconds", "histogram",
        "From a task's arrival until a worker takes it.");
    pool_waits(t->normal, &waits, &minute);
    prom_hist(b, NAME "pool_wait_seconds", "pool=\"normal\"", &waits);
    pool_waits(t->any, &waits, &minute);
    prom_hist(b, NAME "pool_wait_seconds", "pool=\"any\"", &waits);
}

static void
put_outcomes(struct buf *b, const struct translate_stats *s)
{
    put_head(b, "texts_total", "counter",
        "Texts by outcome, also those of no pair of languages.");
    buf_addf(b,
        NAME "texts_total{outcome=\"ok\"} %llu\n" NAME
             "texts_total{outcome=\"skipped\"} %llu\n" NAME
             "texts_total{outcome=\"failed\"} %llu\n",
        (unsigned long long)s->ok, (unsigned long long)s->skipped,
        (unsigned long long)s->failed);
}

static void
put_translations(struct buf *b, const struct translate_stats *s)
{
    put_outcomes(b, s);
    put_gauge(b, "translations_in_flight", "Texts that are being translated.",
        (double)s->in_flight);
    put_counter(
        b, "inferences_total", "Texts that went to an engine.", s->inferences);
    put_counter(b, "shared_total", "Texts that waited for another's inference.",
        s->shared);
    put_head(b, "cache_requests_total", "counter",
        "Look-ups by level of cache and result.");
    buf_addf(b,
        NAME
        "cache_requests_total{level=\"memory\",result=\"hit\"} %llu\n" NAME
        "cache_requests_total{level=\"memory\",result=\"miss\"} %llu\n" NAME
        "cache_requests_total{level=\"redis\",result=\"hit\"} %llu\n" NAME
        "cache_requests_total{level=\"redis\",result=\"miss\"} %llu\n",
        (unsigned long long)s->hits, (unsigned long long)s->misses,
        (unsigned long long)s->redis_hits, (unsigned long long)s->redis_misses);
    put_gauge(b, "cache_entries", "Translations in memory.",
        (double)s->cache_entries);
    put_gauge(b, "redis_up", "1 when Redis is connected.", s->redis_up);
    put_counter(b, "rerouted_total",
        "Texts that took another path after the first one failed.",
        s->rerouted);
    put_gauge(b, "cache_bytes", "Memory of the cache.", (double)s->cache_bytes);
    put_counter(b, "cache_evicted_total",
        "Translations that left memory for others.", s->evicted);
    put_head(b, "translation_seconds", "histogram",
        "From the asking to the translation.");
    prom_hist(b, NAME "translation_seconds", "", &s->latency_us);
}

static void
put_model_rows(struct buf *b, const struct translator *t)
{
    static const struct {
        const char *name, *type, *help;
    } rows[] = {
        {"neural_model_bytes", "gauge", "Memory of a model; 0 when not open."},
        {"neural_model_load_seconds", "gauge", "The last opening took."},
        {"neural_model_requests_total", "counter", "Segments asked for."},
        {"neural_model_loads_total", "counter", "Times it was opened."},
        {"neural_model_evictions_total", "counter", "Times it made room."},
    };
    size_t n;
    struct neural_model *models = api_models(t, &n);

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        put_head(b, rows[i].name, rows[i].type, rows[i].help);
        for (size_t k = 0; k < n; k++) {
            const struct resident_model_stats *s = &models[k].stats;
            double values[] = {(double)s->bytes, s->load_ms / 1e3,
                (double)s->requests, (double)s->loads, (double)s->evictions};
            buf_addf(b, NAME "%s{source=\"%s\",target=\"%s\"} %.10g\n",
                rows[i].name, models[k].pair.source, models[k].pair.target,
                values[i]);
        }
    }
    free(models);
}

static void
put_neural(struct buf *b, const struct translator *t)
{
    struct resident_stats s;

    if (!t->neural)
        return;
    s = neural_stats(t->neural);
    put_gauge(b, "neural_models", "Models installed.", (double)s.models);
    put_gauge(b, "neural_models_open", "Models in memory.", (double)s.open);
    put_gauge(b, "neural_bytes", "Memory of models.", (double)s.bytes);
    put_gauge(b, "neural_bytes_max", "Memory allowed.", (double)s.bytes_max);
    put_counter(b, "neural_loads_total", "Models opened.", s.loads);
    put_counter(b, "neural_evictions_total",
        "Models that made room for others.", s.evictions);
    put_counter(b, "neural_failures_total", "Models that could not be opened.",
        s.failures);
    put_counter(b, "neural_requests_total", "Segments asked for.", s.requests);
    put_counter(b, "neural_sentences_total", "Sentences done.", s.sentences);
    put_counter(b, "neural_pieces_total", "Pieces made.", s.target_pieces);
    put_counter(b, "neural_steps_total", "Decoder steps.", s.steps);
    put_counter(b, "neural_row_steps_total",
        "Rows in them: by steps, the mean batch.", s.row_steps);
    put_model_rows(b, t);
}

static void
put_pairs(struct buf *b, const struct api *a)
{
    size_t n;
    struct translate_pair *pairs = api_pairs(a, &n);

    put_head(b, "translations_total", "counter",
        "Texts by pair of languages and outcome.");
    for (size_t i = 0; i < n; i++) {
        const struct translate_pair *p = &pairs[i];
        const struct {
            const char *outcome;
            uint64_t n;
        } rows[] = {
            {"ok", p->ok}, {"skipped", p->skipped}, {"failed", p->failed}};
        for (size_t k = 0; k < sizeof(rows) / sizeof(rows[0]); k++)
            buf_addf(b,
                NAME "translations_total{source=\"%s\",target=\"%s\","
                     "outcome=\"%s\"} %llu\n",
                p->source, p->target, rows[k].outcome,
                (unsigned long long)rows[k].n);
    }
    free(pairs);
}

static void
put_http(struct buf *b, const struct api *a)
{
    struct desk_stats s = desk_stats(a->desk);

    put_gauge(b, "http_texts_in_flight",
        "Texts from HTTP that are being translated.", (double)s.in_flight);
    put_gauge(b, "http_texts_waiting", "Texts from HTTP that wait.",
        (double)s.waiting);
    put_head(b, "http_requests_total", "counter",
        "Requests answered by route and status.");
    for (int route = 0; route < API_ROUTES; route++)
        for (int i = 0; i < API_STATUSES; i++)
            buf_addf(b,
                NAME "http_requests_total{route=\"%s\",status=\"%d\"} %llu\n",
                api_route_paths[route], api_statuses[i], a->answers[route][i]);
    put_head(b, "http_request_seconds", "histogram",
        "From a request to its answer, of those with status 200.");
    for (int route = 0; route < API_ROUTES; route++) {
        char label[LABEL_BYTES];

        snprintf(label, sizeof(label), "route=\"%s\"", api_route_paths[route]);
        prom_hist(
            b, NAME "http_request_seconds", label, &a->latency_us[route].all);
    }
}

void
api_metrics(struct buf *b, const struct api *a)
{
    struct translate_stats s = translate_stats(a->t->translate);

    prom_build_info(b, "meeshy_translator");
    prom_process(b);
    put_process(b, a->t);
    put_tasks(b, a->t);
    put_pools(b, a->t);
    put_waits(b, a->t);
    put_translations(b, &s);
    put_neural(b, a->t);
    put_pairs(b, a);
    put_http(b, a);
    trace_put_metrics(b, a->t->trace, "meeshy_translator");
}
