/* SPDX-License-Identifier: ISC */
#include "gateway/metrics.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/prom.h"
#include "gateway/courier.h"
#include "gateway/files.h"
#include "gateway/gateway.h"
#include "gateway/mailer.h"
#include "gateway/others.h"
#include "gateway/pictures.h"
#include "gateway/push.h"
#include "gateway/telemetry.h"
#include "trace/trace.h"
#include "wire/json.h"

enum { NAME_BYTES = 96 };

enum kind {
    COUNTER, /* whole, since the start */
    GAUGE, /* whole, now */
    REAL, /* a gauge with a fraction */
    FLAG, /* true or false; 1 or 0 */
};

/* The first seven are the original's, under its names. */
enum metric {
    MESSAGES_SAVED,
    REQUESTS_SENT,
    TRANSLATIONS_RECEIVED,
    ERRORS,
    POOL_FULL,
    AVG_PROCESSING,
    UPTIME,
    MEMORY,
    MESSAGES_REFUSED,
    MESSAGES_OVER_BUDGET,
    TRANSLATIONS_FAILED,
    TRANSLATIONS_SKIPPED,
    TRANSLATION_DUPLICATES,
    REQUESTS_RESENT,
    TRANSLATIONS_RECALLED,
    TAKEN_OVER,
    LEASES_LOST,
    BUS_UP,
    BUS_PEERS,
    BUS_SAID,
    BUS_HEARD,
    BUS_LOST,
    BUS_GAPS,
    BUS_LOOKS,
    BUS_LAG,
    TRANSLATIONS_WAITING,
    TRANSLATIONS_IN_FLIGHT,
    TRANSLATOR_ALIVE,
    COMMITS,
    JOBS,
    JOBS_FAILED,
    JOBS_WAITING,
    COMMIT_MEAN,
    COMMIT_MAX,
    CONNECTIONS,
    CLIENTS,
    DRAINING,
    PEOPLE_HERE,
    ROOMS_HERE,
    FILES_BYTES,
    FILES_COMING,
    FILES_LEAVING,
    THUMBNAILS_MADE,
    THUMBNAILS_FAILED,
    HOOKS_TOLD,
    HOOKS_FAILED,
    HOOKS_GIVEN_UP,
    MAILS_SENT,
    MAILS_FAILED,
    PUSHES_TOLD,
    PUSHES_FAILED,
    PUSHES_GONE,
    PACKETS_IN,
    FRAMES_OUT,
    CLOSED_SLOW,
    CLOSED_BAD,
    CLOSED_TIMEOUT,
    CONNECTIONS_TURNED_AWAY,
    CLIENTS_CUT_OFF,
    UNREAD_BYTES,
    HANDSHAKES,
    HANDSHAKES_FAILED,
    CERTIFICATE_END,
    METRICS,
};

static const struct row {
    const char *name;
    enum kind kind;
    const char *help;
    /* For Prometheus, in whole units: another name, and by what to multiply;
     * 0 and NULL: as it is; 0 and "": not at all. */
    const char *base_name;
    double scale;
} rows[METRICS] = {
    [MESSAGES_SAVED] = {"messages_saved", COUNTER, "messages in the database"},
    [REQUESTS_SENT] = {"translation_requests_sent", COUNTER,
        "tasks sent to translators"},
    [TRANSLATIONS_RECEIVED] = {"translations_received", COUNTER,
        "results that came"},
    [ERRORS] = {"errors", COUNTER,
        "what people see as errors: translations that failed, and operations "
        "that the database refused"},
    [POOL_FULL] = {"pool_full_rejections", COUNTER,
        "tasks for which a translator had no room"},
    [AVG_PROCESSING] = {"avg_processing_time", REAL,
        "mean seconds a translator worked on a result"},
    [UPTIME] = {"uptime_seconds", REAL, "since the start"},
    [MEMORY] = {"memory_usage_mb", REAL, "resident memory of the process", "",
        0}, /* process_resident_memory_bytes says it */
    [MESSAGES_OVER_BUDGET] = {"messages_over_budget", COUNTER,
        "messages whose writer had enough translated: on demand only"},
    [MESSAGES_REFUSED] = {"messages_refused", COUNTER,
        "messages and changes that were not good or too many"},
    [TRANSLATIONS_FAILED] = {"translations_failed", COUNTER,
        "given up, with a reason"},
    [TRANSLATIONS_SKIPPED] = {"translations_skipped", COUNTER,
        "with nothing to translate"},
    [TRANSLATION_DUPLICATES] = {"translation_duplicates", COUNTER,
        "results that nobody here waited for any more"},
    [REQUESTS_RESENT] = {"translation_requests_resent", COUNTER,
        "tasks sent once more"},
    [TRANSLATIONS_RECALLED] = {"translations_recalled", COUNTER,
        "found in memory or in the database: no translator was asked"},
    [TAKEN_OVER] = {"translations_taken_over", COUNTER,
        "that nobody held any more: another gateway's that has ended"},
    [LEASES_LOST] = {"leases_lost", COUNTER,
        "times that this gateway was too slow to say that it is there"},
    [BUS_UP] = {"bus_up", FLAG, "does this gateway hear the others?"},
    [BUS_PEERS] = {"bus_peers", GAUGE, "other gateways of this database"},
    [BUS_SAID] = {"bus_said", COUNTER, "frames to the others"},
    [BUS_HEARD] = {"bus_heard", COUNTER, "frames, one's own too"},
    [BUS_LOST] = {"bus_lost", COUNTER, "frames that could not be said"},
    [BUS_GAPS] = {"bus_gaps", COUNTER,
        "frames of others that never came: what they said is in the database"},
    [BUS_LOOKS] = {"bus_looks", COUNTER,
        "times that a conversation or a person was read for what others wrote"},
    [BUS_LAG] = {"bus_lag_seconds", REAL,
        "how long the last frame was under way, by both clocks"},
    [TRANSLATIONS_WAITING] = {"translations_waiting", GAUGE,
        "tasks that no translator has yet"},
    [TRANSLATIONS_IN_FLIGHT] = {"translations_in_flight", GAUGE,
        "tasks that translators have"},
    [TRANSLATOR_ALIVE] = {"translator_alive", FLAG, "does one answer?"},
    [COMMITS] = {"commits", COUNTER, "transactions"},
    [JOBS] = {"jobs", COUNTER, "operations in them"},
    [JOBS_FAILED] = {"jobs_failed", COUNTER, "operations that failed"},
    [JOBS_WAITING] = {"jobs_waiting", GAUGE, "operations in the queue"},
    [COMMIT_MEAN] = {"commit_ms_mean", REAL, "mean time of a transaction",
        "commit_mean_seconds", 1e-3},
    [COMMIT_MAX] = {"commit_ms_max", REAL, "the longest", "commit_max_seconds",
        1e-3},
    [CONNECTIONS] = {"connections", GAUGE, "of Engine.IO, now"},
    [CLIENTS] = {"clients", GAUGE, "of them, those that have signed in"},
    [DRAINING] = {"draining", FLAG, "does it go out of service?"},
    [PEOPLE_HERE] = {"people_in_memory", GAUGE,
        "who is connected or was here lately"},
    [ROOMS_HERE] = {"rooms_in_memory", GAUGE, "conversations they are in"},
    [FILES_BYTES] = {"files_bytes", GAUGE,
        "of what people sent, on disk, counted each hour"},
    [FILES_COMING] = {"files_coming", GAUGE, "that are being sent"},
    [FILES_LEAVING] = {"files_leaving", GAUGE, "that are being read"},
    [THUMBNAILS_MADE] = {"thumbnails_made", COUNTER,
        "small copies of pictures that people sent"},
    [THUMBNAILS_FAILED] = {"thumbnails_failed", COUNTER,
        "pictures without one: damaged, too large, or nobody to make it"},
    [HOOKS_TOLD] = {"webhooks_told", COUNTER, "posts of outgoing webhooks"},
    [HOOKS_FAILED] = {"webhooks_failed", COUNTER,
        "posts of outgoing webhooks that were not taken"},
    [HOOKS_GIVEN_UP] = {"webhooks_given_up", COUNTER,
        "outgoing webhooks that failed too often"},
    [MAILS_SENT] = {"mails_sent", COUNTER, "letters that an SMTP server took"},
    [MAILS_FAILED] = {"mails_failed", COUNTER, "letters that it did not take"},
    [PUSHES_TOLD] = {"notifications_told", COUNTER,
        "to browsers, that their push services took"},
    [PUSHES_FAILED] = {"notifications_failed", COUNTER,
        "to browsers, that were not taken"},
    [PUSHES_GONE] = {"notifications_gone", COUNTER,
        "browsers that their push services do not know any more"},
    [PACKETS_IN] = {"packets_in", COUNTER, "from clients"},
    [FRAMES_OUT] = {"frames_out", COUNTER, "to clients"},
    [CLOSED_SLOW] = {"closed_slow", COUNTER,
        "connections that did not take what was sent"},
    [CLOSED_BAD] = {"closed_bad", COUNTER,
        "connections that broke the protocol"},
    [CLOSED_TIMEOUT] = {"closed_timeout", COUNTER,
        "connections that did not answer a heartbeat"},
    [CONNECTIONS_TURNED_AWAY] = {"connections_turned_away", COUNTER,
        "connections that had too much half arrived"},
    [CLIENTS_CUT_OFF] = {"clients_cut_off", COUNTER,
        "clients that were furthest behind when too much was said and not read"},
    [UNREAD_BYTES] = {"unread_bytes", GAUGE,
        "held of what was said to clients and not read"},
    [HANDSHAKES] = {"tls_handshakes", COUNTER, "of TLS, that came to an end"},
    [HANDSHAKES_FAILED] = {"tls_handshakes_failed", COUNTER,
        "of TLS, that did not"},
    [CERTIFICATE_END] = {"tls_certificate_end_seconds", GAUGE,
        "when the certificate expires, since 1970; 0 without TLS"},
};

static double
mean(double total, uint64_t n)
{
    return n ? total / (double)n : 0;
}

static void
measure_translation(const struct gateway *g, double v[METRICS])
{
    struct dispatch_stats x = dispatch_stats(g->dispatch);

    v[REQUESTS_SENT] = (double)x.requests_sent;
    v[TRANSLATIONS_RECEIVED] = (double)x.results;
    v[POOL_FULL] = (double)x.pool_full;
    v[AVG_PROCESSING] = mean(x.processing_s_total, x.results);
    v[TRANSLATIONS_FAILED] = (double)x.failed;
    v[ERRORS] = (double)(g->count.errors + x.failed);
    v[TRANSLATIONS_SKIPPED] = (double)x.skipped;
    v[TRANSLATION_DUPLICATES] = (double)x.duplicates;
    v[REQUESTS_RESENT] = (double)x.resent;
    v[TRANSLATIONS_RECALLED] = (double)x.recalled;
    v[TAKEN_OVER] = (double)g->count.taken_over;
    v[LEASES_LOST] = (double)g->count.leases_lost;
    v[TRANSLATIONS_WAITING] = (double)x.waiting;
    v[TRANSLATIONS_IN_FLIGHT] = (double)x.in_flight;
    v[TRANSLATOR_ALIVE] = x.alive;
}

static void
measure_bus(const struct gateway *g, double v[METRICS])
{
    struct others_stats r = others_stats(g->others);

    v[BUS_UP] = r.up;
    v[BUS_PEERS] = (double)r.peers;
    v[BUS_SAID] = (double)r.said;
    v[BUS_HEARD] = (double)r.heard;
    v[BUS_LOST] = (double)r.lost;
    v[BUS_GAPS] = (double)r.gaps;
    v[BUS_LOOKS] = (double)r.looks;
    v[BUS_LAG] = r.lag_s;
}

static void
measure_store(const struct gateway *g, double v[METRICS])
{
    struct writer_stats w = {0};

    if (g->writer)
        w = writer_stats(g->writer);
    v[COMMITS] = (double)w.batches;
    v[JOBS] = (double)w.jobs;
    v[JOBS_FAILED] = (double)w.jobs_failed;
    v[JOBS_WAITING] = (double)w.waiting;
    v[COMMIT_MEAN] = mean((double)w.commit_us_total / 1000, w.batches);
    v[COMMIT_MAX] = (double)w.commit_us_max / 1000;
}

static void
measure_connections(const struct gateway *g, double v[METRICS])
{
    struct sio_counts s = sio_server_counts(g->sio);
    struct http_counts h = http_counts(g->http);

    v[CONNECTIONS] = (double)s.connections;
    v[CLIENTS] = (double)g->hub->n_clients;
    v[DRAINING] = g->drain.on;
    v[PEOPLE_HERE] = (double)map_len(g->hub->users);
    v[ROOMS_HERE] = (double)map_len(g->hub->rooms);
    v[PACKETS_IN] = (double)s.packets_in;
    v[FRAMES_OUT] = (double)s.frames_out;
    v[CLOSED_SLOW] = (double)s.closed_slow;
    v[CLOSED_BAD] = (double)s.closed_bad;
    v[CLOSED_TIMEOUT] = (double)s.closed_timeout;
    v[CONNECTIONS_TURNED_AWAY] = (double)h.turned_away;
    v[CLIENTS_CUT_OFF] = (double)h.cut_off;
    v[UNREAD_BYTES] = (double)h.unread_bytes;
    v[HANDSHAKES] = (double)h.handshakes;
    v[HANDSHAKES_FAILED] = (double)h.handshakes_failed;
    v[CERTIFICATE_END] = (double)http_tls_end_s(g->http);
}

static void
measure_hooks(const struct gateway *g, double v[METRICS])
{
    struct courier_stats x = courier_stats(g->courier);
    struct push_stats p = push_stats(g->push);

    v[HOOKS_TOLD] = (double)x.told;
    v[HOOKS_FAILED] = (double)x.failed;
    v[HOOKS_GIVEN_UP] = (double)x.given_up;
    v[MAILS_SENT] = (double)mailer_stats(g->mailer).sent;
    v[MAILS_FAILED] = (double)mailer_stats(g->mailer).failed;
    v[PUSHES_TOLD] = (double)p.told;
    v[PUSHES_FAILED] = (double)p.failed;
    v[PUSHES_GONE] = (double)p.gone;
}

static void
measure_files(const struct gateway *g, double v[METRICS])
{
    struct files_stats f = files_stats(g->files);
    struct pictures_stats p = pictures_stats(g->pictures);

    v[FILES_BYTES] = (double)f.bytes;
    v[FILES_COMING] = f.uploads;
    v[FILES_LEAVING] = f.downloads;
    v[THUMBNAILS_MADE] = (double)p.made;
    v[THUMBNAILS_FAILED] = (double)p.failed;
}

static void
measure(const struct gateway *g, double v[METRICS])
{
    measure_files(g, v);
    measure_hooks(g, v);
    v[MESSAGES_SAVED] = (double)g->count.messages_saved;
    v[MESSAGES_OVER_BUDGET] = (double)g->count.over_budget;
    v[MESSAGES_REFUSED] = (double)g->count.messages_refused;
    v[UPTIME] = (double)(clock_mono_ms() - g->started_ms) / 1000;
    v[MEMORY] = prom_resident_bytes() / (1024 * 1024);
    measure_translation(g, v);
    measure_bus(g, v);
    measure_store(g, v);
    measure_connections(g, v);
}

void
metrics_put_json(struct buf *b, const struct gateway *g)
{
    double v[METRICS];

    measure(g, v);
    for (int i = 0; i < METRICS; i++) {
        buf_addf(b, "%s\"%s\":", i ? "," : "", rows[i].name);
        if (rows[i].kind == FLAG)
            buf_addz(b, v[i] != 0 ? "true" : "false");
        else
            buf_addf(b, "%.*f", rows[i].kind == REAL ? 6 : 0, v[i]);
    }
}

void
metrics_read(
    const struct gateway *g, const char *const *names, size_t n, double *ret)
{
    double v[METRICS];

    measure(g, v);
    for (size_t k = 0; k < n; k++)
        for (int i = 0; i < METRICS; i++)
            if (strcmp(rows[i].name, names[k]) == 0)
                ret[k] = v[i];
}

void
metrics_put_translators(
    struct buf *b, const struct gateway *g, bool with_addresses)
{
    const struct cluster *c = dispatch_cluster(g->dispatch);
    const char *comma = "";
    char number[NAME_BYTES];

    buf_addz(b, "\"translators\":[");
    for (int i = 0; i < LINK_PEERS_MAX; i++) {
        const struct translator *t = &c->members[i];
        if (!t->listed)
            continue;
        buf_addf(b, "%s{", comma);
        snprintf(number, sizeof(number), "translator %d", i + 1);
        json_put_field(b, "name", span_of(with_addresses ? t->name : number));
        buf_addf(b, ",\"alive\":%s,\"outstanding\":%zu,\"tasks_sent\":%llu}",
            t->alive ? "true" : "false", t->outstanding,
            (unsigned long long)t->sent);
        comma = ",";
    }
    buf_addc(b, ']');
}

static void
put_row(struct buf *b, const struct row *r, double value)
{
    bool counter = r->kind == COUNTER;
    char name[NAME_BYTES];

    snprintf(name, sizeof(name), "meeshy_gateway_%s%s",
        r->base_name ? r->base_name : r->name, counter ? "_total" : "");
    prom_head(b, name, counter ? "counter" : "gauge", r->help);
    buf_addf(b, "%s %.*f\n", name, r->kind == REAL ? 6 : 0,
        r->scale != 0 ? value * r->scale : value);
}

void
metrics_put_prometheus(struct buf *b, const struct gateway *g)
{
    double v[METRICS];

    prom_build_info(b, "meeshy_gateway");
    prom_process(b);
    measure(g, v);
    for (int i = 0; i < METRICS; i++)
        if (!rows[i].base_name || rows[i].base_name[0])
            put_row(b, &rows[i], v[i]);
    telemetry_put(g->telemetry, b);
    trace_put_metrics(b, g->trace, "meeshy_gateway");
}

json_t *
metrics_schema(void)
{
    static const char *const types[] = {[COUNTER] = "integer",
        [GAUGE] = "integer",
        [REAL] = "number",
        [FLAG] = "boolean"};
    json_t *properties = json_object();

    for (int i = 0; i < METRICS; i++)
        json_object_set_new(properties, rows[i].name,
            json_pack("{s:s, s:s}", "type", types[rows[i].kind], "description",
                rows[i].help));
    return properties;
}
