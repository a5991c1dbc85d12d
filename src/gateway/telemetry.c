/* SPDX-License-Identifier: ISC */
#include "gateway/telemetry.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/hist.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/prom.h"
#include "gateway/cmd_table.h"
#include "store/store.h"

enum { FAILS = FAIL_SYSTEM + 1, LABEL_BYTES = 128 };

#define OTHER "other"

struct command {
    struct hist latency; /* of those that ended well */
    uint64_t refused[FAILS];
};

/* Windows of pairs, each with the length of its pieces. */
enum { MINUTE, HOUR, DAY, WINDOWS };
static const struct {
    const char *name;
    int64_t piece_ms;
} windows[WINDOWS] = {
    [MINUTE] = {"minute", 60 * 1000 / WINDOW_PIECES},
    [HOUR] = {"hour", 3600 * 1000 / WINDOW_PIECES},
    [DAY] = {"day", 24 * 3600 * 1000 / WINDOW_PIECES},
};

struct pair {
    char labels[LABEL_BYTES];
    char source[STORE_LANG_BYTES], target[STORE_LANG_BYTES];
    enum telemetry_outcome outcome;
    struct hist latency;
    struct window last[WINDOWS];
};

struct telemetry {
    struct command *commands; /* as cmd_table */
    struct map *pairs; /* by labels */
    size_t n_pairs;
    struct pair *rows[TELEMETRY_PAIRS_MAX + TELEMETRY_FAILED + 1];
    struct window minute; /* of all that came */
};

struct telemetry *
telemetry_new(void)
{
    struct telemetry *t = xcalloc(1, sizeof(*t));

    t->commands = xcalloc(cmd_table_len, sizeof(*t->commands));
    t->pairs = map_new();
    return t;
}

void
telemetry_free(struct telemetry *t)
{
    if (!t)
        return;
    for (size_t i = 0; i < t->n_pairs; i++)
        free(t->rows[i]);
    map_free(t->pairs);
    free(t->commands);
    free(t);
}

void
telemetry_command(struct telemetry *t, const struct cmd *cmd, int64_t us,
    const struct err *err)
{
    size_t i = 0;

    while (i < cmd_table_len && cmd_table[i] != cmd)
        i++;
    if (i == cmd_table_len)
        return;
    if (err)
        t->commands[i].refused[err->kind]++;
    else
        hist_add(&t->commands[i].latency, us > 0 ? (uint64_t)us : 0);
}

/* A code of a language; what a translator made up is no label. */
static struct span
label_of(struct span code)
{
    bool ok = code.len > 0 && code.len < STORE_LANG_BYTES;

    for (size_t i = 0; ok && i < code.len; i++)
        ok = isalnum((unsigned char)code.p[i]) || code.p[i] == '-';
    return ok ? code : span_of(OTHER);
}

static const char *
outcome_name(enum telemetry_outcome outcome)
{
    static const char *const names[] = {[TELEMETRY_SURE] = "sure",
        [TELEMETRY_ROUGH] = "rough",
        [TELEMETRY_FAILED] = "failed"};

    return names[outcome];
}

/* The row of a pair and outcome.  When there are many, those that come later
 * share one for each outcome. */
static struct pair *
pair_of(struct telemetry *t, struct span source, struct span target,
    enum telemetry_outcome outcome)
{
    char labels[LABEL_BYTES];
    struct pair *p;

    snprintf(labels, sizeof(labels),
        "source=\"%.*s\",target=\"%.*s\",quality=\"%s\"", SPAN_ARG(source),
        SPAN_ARG(target), outcome_name(outcome));
    p = map_get(t->pairs, span_of(labels));
    if (p)
        return p;
    if (t->n_pairs >= TELEMETRY_PAIRS_MAX && !span_eqz(source, OTHER))
        return pair_of(t, span_of(OTHER), span_of(OTHER), outcome);
    p = t->rows[t->n_pairs++] = xcalloc(1, sizeof(*p));
    snprintf(p->labels, sizeof(p->labels), "%s", labels);
    snprintf(p->source, sizeof(p->source), "%.*s", SPAN_ARG(source));
    snprintf(p->target, sizeof(p->target), "%.*s", SPAN_ARG(target));
    p->outcome = outcome;
    map_put(t->pairs, span_of(p->labels), p);
    return p;
}

void
telemetry_translation(struct telemetry *t, struct span source,
    struct span target, enum telemetry_outcome outcome, int64_t us)
{
    int64_t now_ms = clock_mono_ms();
    uint64_t took = us > 0 ? (uint64_t)us : 0;
    struct pair *p = pair_of(t, label_of(source), label_of(target), outcome);

    hist_add(&p->latency, took);
    for (int i = 0; i < WINDOWS; i++)
        window_add(&p->last[i], windows[i].piece_ms, took, now_ms);
    if (outcome != TELEMETRY_FAILED)
        window_add(&t->minute, windows[MINUTE].piece_ms, took, now_ms);
}

double
telemetry_minute_ms(const struct telemetry *t, double quantile)
{
    struct hist minute;

    window_read(&t->minute, windows[MINUTE].piece_ms, clock_mono_ms(), &minute);
    return (double)hist_quantile(&minute, quantile) / 1e3;
}

/* ---- as text ---- */

static void
put_refusals(const struct telemetry *t, struct buf *b)
{
    prom_head(b, "meeshy_gateway_command_errors_total", "counter",
        "Commands that were refused, by kind.");
    for (size_t i = 0; i < cmd_table_len; i++)
        for (int k = FAIL_BAD_INPUT; k < FAILS; k++)
            if (t->commands[i].refused[k])
                buf_addf(b,
                    "meeshy_gateway_command_errors_total{command=\"%s\","
                    "code=\"%s\"} %llu\n",
                    cmd_table[i]->name, fail_code((enum fail)k),
                    (unsigned long long)t->commands[i].refused[k]);
}

static void
put_failures(const struct telemetry *t, struct buf *b)
{
    prom_head(b, "meeshy_gateway_translation_failures_total", "counter",
        "Translations that were given up, by pair.");
    for (size_t i = 0; i < t->n_pairs; i++)
        if (t->rows[i]->outcome == TELEMETRY_FAILED)
            buf_addf(b,
                "meeshy_gateway_translation_failures_total{source=\"%s\","
                "target=\"%s\"} %llu\n",
                t->rows[i]->source, t->rows[i]->target,
                (unsigned long long)t->rows[i]->latency.count);
}

void
telemetry_put(const struct telemetry *t, struct buf *b)
{
    char labels[LABEL_BYTES];

    prom_head(b, "meeshy_gateway_command_seconds", "histogram",
        "From a command's arrival to its answer; of message.send to the "
        "acknowledgement.");
    for (size_t i = 0; i < cmd_table_len; i++) {
        if (t->commands[i].latency.count == 0)
            continue;
        snprintf(labels, sizeof(labels), "command=\"%s\"", cmd_table[i]->name);
        prom_hist(b, "meeshy_gateway_command_seconds", labels,
            &t->commands[i].latency);
    }
    put_refusals(t, b);
    prom_head(b, "meeshy_gateway_translation_seconds", "histogram",
        "From a saved message to its translation at its readers.");
    for (size_t i = 0; i < t->n_pairs; i++)
        if (t->rows[i]->outcome != TELEMETRY_FAILED)
            prom_hist(b, "meeshy_gateway_translation_seconds",
                t->rows[i]->labels, &t->rows[i]->latency);
    put_failures(t, b);
}

/* ---- as JSON ---- */

static void
put_hist(struct buf *b, const struct hist *h)
{
    buf_addf(b,
        "{\"n\":%llu,\"p50\":%.3f,\"p95\":%.3f,\"p99\":%.3f,\"max\":%.3f}",
        (unsigned long long)h->count, (double)hist_quantile(h, 0.5) / 1e3,
        (double)hist_quantile(h, 0.95) / 1e3,
        (double)hist_quantile(h, 0.99) / 1e3, (double)h->max / 1e3);
}

static void
put_pair(struct buf *b, const struct pair *p, int64_t now_ms)
{
    struct hist h;

    buf_addf(b,
        "{\"source\":\"%s\",\"target\":\"%s\",\"outcome\":\"%s\",\"all\":",
        p->source, p->target, outcome_name(p->outcome));
    put_hist(b, &p->latency);
    for (int i = 0; i < WINDOWS; i++) {
        window_read(&p->last[i], windows[i].piece_ms, now_ms, &h);
        buf_addf(b, ",\"%s\":", windows[i].name);
        put_hist(b, &h);
    }
    buf_addc(b, '}');
}

/* Those that were called. */
static bool
put_command(struct buf *b, const char *name, const struct command *c)
{
    const char *comma = "";
    uint64_t refused = 0;

    for (int k = FAIL_BAD_INPUT; k < FAILS; k++)
        refused += c->refused[k];
    if (c->latency.count + refused == 0)
        return false;
    buf_addf(b, "{\"name\":\"%s\",\"took\":", name);
    put_hist(b, &c->latency);
    buf_addz(b, ",\"refused\":{");
    for (int k = FAIL_BAD_INPUT; k < FAILS; k++) {
        if (!c->refused[k])
            continue;
        buf_addf(b, "%s\"%s\":%llu", comma, fail_code((enum fail)k),
            (unsigned long long)c->refused[k]);
        comma = ",";
    }
    buf_addz(b, "}},");
    return true;
}

void
telemetry_put_json(const struct telemetry *t, struct buf *b)
{
    int64_t now_ms = clock_mono_ms();
    bool some = false;

    buf_addz(b, "\"pairs\":[");
    for (size_t i = 0; i < t->n_pairs; i++) {
        buf_addz(b, i ? "," : "");
        put_pair(b, t->rows[i], now_ms);
    }
    buf_addz(b, "],\"commands\":[");
    for (size_t i = 0; i < cmd_table_len; i++)
        some |= put_command(b, cmd_table[i]->name, &t->commands[i]);
    if (some)
        b->len--; /* the last comma */
    buf_addc(b, ']');
}
