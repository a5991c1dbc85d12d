/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "gateway/routes.h"
#include "text/lang.h"
#include "wire/json.h"

static double
memory_mb(void)
{
    long pages = 0;
    FILE *f = fopen("/proc/self/statm", "re");

    if (f) {
        if (fscanf(f, "%*s %ld", &pages) != 1)
            pages = 0;
        fclose(f);
    }
    return (double)pages * (double)sysconf(_SC_PAGESIZE) / (1024 * 1024);
}

static double
uptime_s(const struct gateway *g)
{
    return (double)(clock_mono_ms() - g->started_ms) / 1000;
}

/* 200 while messages can be saved, also without a translator: "degraded". */
void
http_health(struct http_req *r, void *ctx)
{
    struct gateway *g = ctx;
    bool saving = g->writer && !writer_stats(g->writer).degraded;
    bool translating = xlat_stats(g->xlat).alive;
    char iso[CLOCK_ISO_BYTES];
    struct buf b = {0};

    clock_iso(clock_wall_ms(), iso);
    buf_addf(&b,
        "{\"status\":\"%s\",\"timestamp\":\"%s\",\"version\":\"%s\","
        "\"uptime\":%.1f,\"services\":{\"gateway\":{\"status\":\"healthy\"},"
        "\"database\":{\"status\":\"%s\"},\"translator\":{\"status\":\"%s\"}}}",
        saving && translating ? "healthy"
        : saving              ? "degraded"
                              : "unhealthy",
        iso, MEESHY_VERSION, uptime_s(g), saving ? "healthy" : "unhealthy",
        translating ? "healthy" : "away");
    http_reply(r, saving ? 200 : 503, NULL, buf_span(&b),
        "Cache-Control: no-store\r\n");
    buf_free(&b);
}

static void
put_translators(struct buf *b, const struct cluster *c)
{
    const char *comma = "";

    buf_addz(b, ",\"translators\":[");
    for (int i = 0; i < LINK_PEERS_MAX; i++) {
        const struct translator *t = &c->members[i];
        if (!t->listed)
            continue;
        buf_addf(b, "%s{", comma);
        json_put_field(b, "name", span_of(t->name));
        buf_addf(b, ",\"alive\":%s,\"outstanding\":%zu,\"tasks_sent\":%llu}",
            t->alive ? "true" : "false", t->outstanding,
            (unsigned long long)t->sent);
        comma = ",";
    }
    buf_addc(b, ']');
}

/* The seeds' statistics of the gateway, under their names, and ours. */
void
http_stats(struct http_req *r, void *ctx)
{
    struct gateway *g = ctx;
    struct xlat_stats x = xlat_stats(g->xlat);
    struct writer_stats w = {0};
    struct sio_counts s = sio_server_counts(g->sio);
    struct buf b = {0};

    if (g->writer)
        w = writer_stats(g->writer);
    buf_addf(&b,
        "{\"messages_saved\":%llu,\"translation_requests_sent\":%llu,"
        "\"translations_received\":%llu,\"errors\":%llu,"
        "\"pool_full_rejections\":%llu,\"avg_processing_time\":%.6f,"
        "\"uptime_seconds\":%.1f,\"memory_usage_mb\":%.1f",
        (unsigned long long)g->count.messages_saved,
        (unsigned long long)x.requests_sent, (unsigned long long)x.results,
        (unsigned long long)g->count.errors, (unsigned long long)x.pool_full,
        x.results ? x.processing_s_total / (double)x.results : 0.0, uptime_s(g),
        memory_mb());
    buf_addf(&b,
        ",\"messages_refused\":%llu,\"translations_failed\":%llu,"
        "\"translations_skipped\":%llu,\"translation_duplicates\":%llu,"
        "\"translation_requests_resent\":%llu,\"translations_waiting\":%zu,"
        "\"translations_in_flight\":%zu,\"translator_alive\":%s",
        (unsigned long long)g->count.messages_refused,
        (unsigned long long)x.failed, (unsigned long long)x.skipped,
        (unsigned long long)x.duplicates, (unsigned long long)x.resent,
        x.waiting, x.in_flight, x.alive ? "true" : "false");
    buf_addf(&b,
        ",\"commits\":%llu,\"jobs\":%llu,\"jobs_failed\":%llu,"
        "\"jobs_waiting\":%zu,\"commit_ms_mean\":%.3f,\"commit_ms_max\":%.3f",
        (unsigned long long)w.batches, (unsigned long long)w.jobs,
        (unsigned long long)w.jobs_failed, w.waiting,
        w.batches ? (double)w.commit_us_total / (double)w.batches / 1000 : 0.0,
        (double)w.commit_us_max / 1000);
    buf_addf(&b,
        ",\"connections\":%llu,\"clients\":%zu,\"packets_in\":%llu,"
        "\"frames_out\":%llu,\"closed_slow\":%llu,\"closed_bad\":%llu,"
        "\"closed_timeout\":%llu",
        (unsigned long long)s.connections, g->hub->n_clients,
        (unsigned long long)s.packets_in, (unsigned long long)s.frames_out,
        (unsigned long long)s.closed_slow, (unsigned long long)s.closed_bad,
        (unsigned long long)s.closed_timeout);
    put_translators(&b, xlat_cluster(g->xlat));
    buf_addc(&b, '}');
    http_reply(r, 200, NULL, buf_span(&b), "Cache-Control: no-store\r\n");
    buf_free(&b);
}

/* What a person may choose to read: what the translators can write, or what
 * the configuration says until one has spoken. */
void
http_languages(struct http_req *r, void *ctx)
{
    struct gateway *g = ctx;
    struct buf known = {0}, b = {0};
    struct span rest;

    cluster_languages(xlat_cluster(g->xlat), &known);
    rest = known.len ? buf_span(&known) : span_of(g->cfg->languages);
    while (rest.p) {
        const struct lang *l = lang_find(span_trim(span_cut(&rest, ',')));
        if (!l)
            continue;
        buf_addz(&b, b.len ? ",{" : "[{");
        json_put_field(&b, "code", span_of(l->code));
        buf_addc(&b, ',');
        json_put_field(&b, "name", span_of(l->name));
        buf_addc(&b, ',');
        json_put_field(&b, "nativeName", span_of(l->native));
        buf_addc(&b, '}');
    }
    buf_addz(&b, b.len ? "]" : "[]");
    http_reply_data(r, 200, buf_span(&b));
    buf_free(&known);
    buf_free(&b);
}
