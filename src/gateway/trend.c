/* SPDX-License-Identifier: ISC */
#include "gateway/trend.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "gateway/gateway.h"
#include "gateway/metrics.h"
#include "gateway/telemetry.h"

enum { PERCENTILES = 2 };

static const char *const columns[] = {"messages_saved", "translations_received",
    "translations_failed", "errors", "translations_waiting",
    "translations_in_flight", "connections", "people_in_memory",
    "memory_usage_mb", "commit_ms_mean"};
static const struct {
    const char *name;
    double quantile;
} percentiles[PERCENTILES] = {
    {"translation_p50_ms", 0.5}, {"translation_p95_ms", 0.95}};

enum { COLUMNS = sizeof(columns) / sizeof(columns[0]) };

struct sample {
    int64_t at_ms; /* clock_wall_ms */
    double values[COLUMNS + PERCENTILES];
};

struct trend {
    struct gateway *g;
    ev_timer timer;
    size_t n; /* taken in all; the next is at n % TREND_SAMPLES */
    struct sample samples[TREND_SAMPLES];
};

static void
take(struct trend *t)
{
    struct sample *s = &t->samples[t->n++ % TREND_SAMPLES];

    s->at_ms = clock_wall_ms();
    metrics_read(t->g, columns, COLUMNS, s->values);
    for (int i = 0; i < PERCENTILES; i++)
        s->values[COLUMNS + i] =
            telemetry_minute_ms(t->g->telemetry, percentiles[i].quantile);
}

static void
on_timer(struct ev_loop *ev, ev_timer *w, int revents)
{
    (void)ev;
    (void)revents;
    take(w->data);
}

struct trend *
trend_new(struct gateway *g)
{
    struct trend *t = xcalloc(1, sizeof(*t));

    t->g = g;
    take(t);
    ev_timer_init(
        &t->timer, on_timer, TREND_EVERY_MS / 1e3, TREND_EVERY_MS / 1e3);
    t->timer.data = t;
    ev_timer_start(loop_ev(g->loop), &t->timer);
    return t;
}

void
trend_free(struct trend *t)
{
    if (!t)
        return;
    ev_timer_stop(loop_ev(t->g->loop), &t->timer);
    free(t);
}

static void
put_columns(struct buf *b)
{
    buf_addz(b, "\"columns\":[\"at\"");
    for (int i = 0; i < COLUMNS; i++)
        buf_addf(b, ",\"%s\"", columns[i]);
    for (int i = 0; i < PERCENTILES; i++)
        buf_addf(b, ",\"%s\"", percentiles[i].name);
    buf_addc(b, ']');
}

void
trend_put(struct buf *b, const struct trend *t, int64_t since_ms)
{
    size_t from = t->n > TREND_SAMPLES ? t->n - TREND_SAMPLES : 0;
    const char *comma = "";

    buf_addz(b, "\"trend\":{");
    put_columns(b);
    buf_addz(b, ",\"rows\":[");
    for (size_t i = from; i < t->n; i++) {
        const struct sample *s = &t->samples[i % TREND_SAMPLES];
        if (s->at_ms <= since_ms)
            continue;
        buf_addf(b, "%s[%lld", comma, (long long)s->at_ms);
        for (int k = 0; k < COLUMNS + PERCENTILES; k++)
            buf_addf(b, ",%.6g", s->values[k]);
        buf_addc(b, ']');
        comma = ",";
    }
    buf_addz(b, "]}");
}
