/* SPDX-License-Identifier: ISC */
#include "load/stats.h"

#include "base/buf.h"

void
stats_close_code(struct stats *s, int code)
{
    if (code > 0 && code < STATS_CLOSE_CODES)
        s->close_codes[code]++;
}

static void
put_latency(struct buf *b, const char *name, const struct hist *h)
{
    static const struct {
        const char *name;
        double share;
    } quantiles[] = {{"p50", .5}, {"p95", .95}, {"p99", .99}, {"p999", .999}};

    buf_addf(b, "\"%s\":{\"n\":%llu,", name, (unsigned long long)h->count);
    for (size_t i = 0; i < sizeof(quantiles) / sizeof(quantiles[0]); i++)
        buf_addf(b, "\"%s\":%.3f,", quantiles[i].name,
            (double)hist_quantile(h, quantiles[i].share) / 1e3);
    buf_addf(b, "\"max\":%.3f},", (double)h->max / 1e3);
}

static void
put_count(struct buf *b, const char *name, uint64_t n)
{
    buf_addf(b, "\"%s\":%llu,", name, (unsigned long long)n);
}

static void
put_errors(struct buf *b, const struct stats *s)
{
    buf_addz(b, "\"errors\":{");
    put_count(b, "connect_failed", s->connect_failed);
    put_count(b, "handshake_failed", s->handshake_failed);
    put_count(b, "closed", s->closed);
    put_count(b, "stalled_closed", s->stalled_closed);
    put_count(b, "refused", s->refused);
    put_count(b, "ack_unknown", s->ack_unknown);
    put_count(b, "unacked", s->unacked);
    put_count(b, "untranslated", s->untranslated);
    put_count(b, "overrun", s->overrun);
    put_count(b, "protocol", s->protocol);
    b->len--;
    buf_addz(b, "},\"close_codes\":{");
    for (int code = 0; code < STATS_CLOSE_CODES; code++)
        if (s->close_codes[code])
            buf_addf(b, "\"%d\":%u,", code, s->close_codes[code]);
    if (b->p[b->len - 1] == ',')
        b->len--;
    buf_addz(b, "},");
}

static double
per(double amount, double of)
{
    return of > 0 ? amount / of : 0;
}

static void
put_connect(struct buf *b, const struct stats *s)
{
    buf_addf(b,
        "\"connect\":{\"ready\":%d,\"seconds\":%.3f,\"per_s\":%.0f,"
        "\"server_cpu_s\":%.2f,",
        s->ready, s->connect_s, per(s->ready, s->connect_s),
        s->connected.cpu_s - s->empty.cpu_s);
    put_latency(b, "ms", &s->connect_us);
    b->len--;
    buf_addz(b, "},");
}

static void
put_server(struct buf *b, const struct stats *s)
{
    double cpu_s = s->end.cpu_s - s->begin.cpu_s;

    buf_addf(b, "\"server\":{\"cpu_s\":%.2f,\"cpu_pct\":%.0f,", cpu_s,
        100 * per(cpu_s, s->window_s));
    buf_addf(b, "\"acked_per_cpu_s\":%.0f,\"delivered_per_cpu_s\":%.0f,",
        per((double)s->acked, cpu_s), per((double)s->delivered, cpu_s));
    buf_addf(b,
        "\"rss_empty_kb\":%ld,\"rss_connected_kb\":%ld,\"rss_end_kb\":%ld,"
        "\"rss_peak_kb\":%ld,\"kb_per_conn\":%.2f,\"tcp_kb\":%ld},",
        s->empty.rss_kb, s->connected.rss_kb, s->end.rss_kb, s->end.rss_peak_kb,
        per((double)(s->connected.rss_kb - s->empty.rss_kb), s->ready),
        s->tcp_kb);
}

void
stats_print(
    const struct stats *s, const struct opts *o, uint64_t bytes_in, FILE *to)
{
    struct buf b = {0};

    buf_addf(&b,
        "{\"label\":\"%s\",\"conns\":%d,\"rooms\":%d,\"senders\":%d,"
        "\"inflight\":%d,\"rate\":%d,\"size\":%d,\"window_s\":%.3f,",
        o->label, o->conns, o->rooms, o->senders, o->in_flight, o->rate,
        o->size_bytes, s->window_s);
    buf_addf(&b,
        "\"acked_per_s\":%.0f,\"delivered_per_s\":%.0f,"
        "\"translated_per_s\":%.0f,",
        per((double)s->acked, s->window_s),
        per((double)s->delivered, s->window_s),
        per((double)s->translated, s->window_s));
    put_count(&b, "sent", s->sent);
    put_count(&b, "acked_all", s->acked_all);
    put_count(&b, "delivered_all", s->delivered_all);
    put_count(&b, "other_events", s->other_events);
    put_count(&b, "bytes_in", bytes_in);
    put_latency(&b, "ack_ms", &s->ack_us);
    put_latency(&b, "delivery_ms", &s->delivery_us);
    put_latency(&b, "translation_ms", &s->translation_us);
    put_connect(&b, s);
    put_errors(&b, s);
    put_server(&b, s);
    buf_addf(
        &b, "\"client_cpu_pct\":%.0f}\n", 100 * per(s->own_cpu_s, s->window_s));
    fwrite(b.p, 1, b.len, to);
    buf_free(&b);
}
