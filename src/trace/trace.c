/* SPDX-License-Identifier: ISC */
#include "trace/trace.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/bq.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/prom.h"

enum { OK_FIRST = 200, OK_LAST = 299, US_IN_MS = 1000 };

struct trace {
    struct trace_cfg cfg; /* its url is ours */
    char *url;
    struct bq *queue; /* of struct trace_span */
    pthread_t thread;
    atomic_ullong sent, lost;
    atomic_bool stopping;

    /* The thread's. */
    CURL *curl;
    struct curl_slist *headers;
    bool failing; /* the last request did */
};

bool
trace_check_url(const char *url, struct err *err)
{
    return !*url || strncmp(url, "http://", 7) == 0 ||
           strncmp(url, "https://", 8) == 0 ||
           err_set(err, FAIL_BAD_INPUT,
               "OTLP_URL is named http://HOST:4318/v1/traces, or https");
}

static size_t
ignore(char *p, size_t size, size_t n, void *ctx)
{
    (void)p;
    (void)ctx;
    return size * n;
}

/* Monotonic time plus this is the time on the wall. */
static int64_t
wall_offset_us(void)
{
    return clock_wall_ms() * US_IN_MS - clock_mono_us();
}

static bool
post(struct trace *t, struct buf *body, char *why)
{
    long status = 0;
    CURLcode rc;

    why[0] = '\0';
    curl_easy_setopt(t->curl, CURLOPT_ERRORBUFFER, why);
    curl_easy_setopt(t->curl, CURLOPT_POSTFIELDS, body->p);
    curl_easy_setopt(
        t->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body->len);
    rc = curl_easy_perform(t->curl);
    curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &status);
    if (rc == CURLE_OK && (status < OK_FIRST || status > OK_LAST))
        snprintf(why, CURL_ERROR_SIZE, "it answers %ld", status);
    return rc == CURLE_OK && status >= OK_FIRST && status <= OK_LAST;
}

/* One line when it begins to fail, one when it is well again. */
static void
note(struct trace *t, bool ok, const char *why)
{
    if (ok && t->failing)
        log_info("traces are taken again url=%s", t->url);
    else if (!ok && !t->failing)
        log_warn("traces are lost url=%s reason=\"%s\"", t->url, why);
    t->failing = !ok;
}

static void
send_batch(struct trace *t, struct trace_span **spans, size_t n)
{
    char why[CURL_ERROR_SIZE];
    struct buf body = {0};
    bool ok;

    trace_format(&body, t->cfg.service, wall_offset_us(), spans, n);
    ok = post(t, &body, why);
    note(t, ok, why);
    *(ok ? &t->sent : &t->lost) += n;
    buf_free(&body);
}

static void *
run(void *arg)
{
    struct trace_span *batch[TRACE_BATCH_MAX];
    struct trace *t = arg;
    enum bq_rc rc;
    size_t n;

    while ((n = bq_pop_many(t->queue, (void **)batch, TRACE_BATCH_MAX,
                BQ_FOREVER, &rc)) > 0) {
        if (t->stopping && t->failing)
            t->lost += n; /* nobody waits for a collector to come back */
        else
            send_batch(t, batch, n);
        for (size_t i = 0; i < n; i++)
            free(batch[i]);
    }
    return NULL;
}

static bool
prepare(struct trace *t, struct err *err)
{
    if (curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK)
        t->curl = curl_easy_init();
    if (!t->curl)
        return err_set(err, FAIL_SYSTEM, "libcurl does not start");
    t->headers = curl_slist_append(NULL, "Content-Type: application/json");
    t->headers = curl_slist_append(t->headers, "Expect:");
    curl_easy_setopt(t->curl, CURLOPT_URL, t->url);
    curl_easy_setopt(t->curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(t->curl, CURLOPT_HTTPHEADER, t->headers);
    curl_easy_setopt(t->curl, CURLOPT_TIMEOUT_MS, (long)TRACE_TIMEOUT_MS);
    curl_easy_setopt(t->curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(t->curl, CURLOPT_POST, 1L);
    curl_easy_setopt(t->curl, CURLOPT_WRITEFUNCTION, ignore);
    return true;
}

static void
trace_free(struct trace *t)
{
    curl_slist_free_all(t->headers);
    if (t->curl)
        curl_easy_cleanup(t->curl);
    curl_global_cleanup();
    bq_free(t->queue);
    free(t->url);
    free(t);
}

bool
trace_start(struct trace **ret, const struct trace_cfg *cfg, struct err *err)
{
    struct trace *t;

    *ret = NULL;
    if (!*cfg->url)
        return true;
    if (!trace_check_url(cfg->url, err))
        return false;
    t = xcalloc(1, sizeof(*t));
    t->cfg = *cfg;
    t->url = xstrdup(cfg->url);
    t->queue = bq_new(TRACE_QUEUE_MAX);
    if (!prepare(t, err) ||
        (pthread_create(&t->thread, NULL, run, t) != 0 &&
            !err_set(err, FAIL_SYSTEM, "no thread for traces"))) {
        trace_free(t);
        return false;
    }
    log_info(
        "traces url=%s sample=%d/%d", t->url, cfg->sample, TRACE_SAMPLE_MAX);
    *ret = t;
    return true;
}

void
trace_stop(struct trace *t)
{
    if (!t)
        return;
    t->stopping = true;
    bq_close(t->queue);
    pthread_join(t->thread, NULL);
    trace_free(t);
}

bool
trace_begin(const struct trace *t, struct span message_id,
    unsigned char ret[TRACE_ID_BYTES])
{
    if (!t)
        return false;
    trace_id_of(message_id, ret);
    return trace_is_sampled(ret, t->cfg.sample);
}

void
trace_add(struct trace *t, const struct trace_span *piece)
{
    struct trace_span *copy = xmalloc(sizeof(*copy));

    *copy = *piece;
    if (bq_push(t->queue, copy, BQ_NOWAIT) == BQ_OK)
        return;
    free(copy);
    t->lost++;
}

struct trace_counts
trace_counts(struct trace *t)
{
    return (struct trace_counts){.sent = t->sent, .lost = t->lost};
}

void
trace_put_metrics(struct buf *b, struct trace *t, const char *program)
{
    struct buf name = {0};

    if (!t)
        return;
    buf_addf(&name, "%s_trace_spans_total", program);
    buf_addc(&name, '\0');
    prom_head(b, name.p, "counter",
        "Pieces of traces that the collector took, and that nobody did.");
    buf_addf(
        b, "%s{outcome=\"sent\"} %llu\n", name.p, (unsigned long long)t->sent);
    buf_addf(
        b, "%s{outcome=\"lost\"} %llu\n", name.p, (unsigned long long)t->lost);
    buf_free(&name);
}
