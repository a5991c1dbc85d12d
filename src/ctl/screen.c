/* SPDX-License-Identifier: ISC */
#include "ctl/screen.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum {
    LINE_BYTES = 512,
    BAR_CELLS = 20,
    S_PER_MIN = 60,
    S_PER_HOUR = 3600,
    S_PER_DAY = 86400,
    BYTES_PER_MB = 1024 * 1024,
    TEXT_BYTES = 24, /* a number or duration as text */
};

#define RED "\033[31m"
#define GREEN "\033[32m"
#define BOLD "\033[1m"
#define PLAIN "\033[0m"

static const char *
tint(const struct screen *s, const char *code)
{
    return s->colour ? code : "";
}

/* Columns that text takes: not its colours, and one for each character. */
static size_t
visible_end(const char *text, int columns)
{
    int seen = 0;
    size_t i = 0;

    while (text[i]) {
        if (text[i] == '\033') {
            i += strcspn(text + i, "m");
            i += text[i] == 'm';
            continue;
        }
        if (((unsigned char)text[i] & 0xc0) != 0x80 && seen++ == columns)
            break;
        i++;
    }
    return i;
}

__attribute__((format(printf, 3, 4))) static void
line(struct buf *b, const struct screen *s, const char *fmt, ...)
{
    char text[LINE_BYTES];
    size_t len;
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    len = s->columns > 0 ? visible_end(text, s->columns) : strlen(text);
    buf_add(b, text, len);
    if (text[len])
        buf_addz(b, tint(s, PLAIN));
    buf_addc(b, '\n');
}

/* A whole number, "-" when unknown. */
static const char *
count(char out[TEXT_BYTES], double n)
{
    if (isnan(n))
        return "-";
    snprintf(out, TEXT_BYTES, "%.0f", n);
    return out;
}

static const char *
real(char out[TEXT_BYTES], double n)
{
    if (isnan(n))
        return "-";
    snprintf(out, TEXT_BYTES, fabs(n) < 9.95 ? "%.2f" : "%.1f", n);
    return out;
}

static const char *
duration(char out[TEXT_BYTES], double seconds)
{
    long s = isnan(seconds) ? -1 : (long)seconds;

    if (s < 0)
        return "-";
    if (s >= S_PER_DAY)
        snprintf(out, TEXT_BYTES, "%ldd %02ldh", s / S_PER_DAY,
            s % S_PER_DAY / S_PER_HOUR);
    else if (s >= S_PER_HOUR)
        snprintf(out, TEXT_BYTES, "%ldh %02ldm", s / S_PER_HOUR,
            s % S_PER_HOUR / S_PER_MIN);
    else
        snprintf(out, TEXT_BYTES, "%ldm %02lds", s / S_PER_MIN, s % S_PER_MIN);
    return out;
}

#define COUNT(n) count((char[TEXT_BYTES]){0}, (n))
#define REAL(n) real((char[TEXT_BYTES]){0}, (n))
#define DURATION(n) duration((char[TEXT_BYTES]){0}, (n))

static double
elapsed_s(const struct sample *before, const struct sample *now)
{
    return (double)(now->mono_us - before->mono_us) / 1e6;
}

/* Per second; NAN when unknown, or when the program was started between. */
static double
rate(double before, double now, double seconds)
{
    return seconds > 0 && now >= before ? (now - before) / seconds : NAN;
}

/* The mean of what happened between, out of two means since the start. */
static double
mean_between(double n0, double mean0, double n1, double mean1)
{
    return n1 > n0 ? (n1 * mean1 - n0 * mean0) / (n1 - n0) : mean1;
}

static double
percent(double part, double whole)
{
    return whole > 0 ? 100 * part / whole : NAN;
}

static void
put_status(struct buf *b, const struct screen *s, const char *program,
    const char *name, bool up, const char *status, const char *why,
    double uptime_s)
{
    bool well = up && strcmp(status, "healthy") == 0;
    const char *colour = tint(s, well ? GREEN : RED);

    if (up)
        line(b, s, "%s%-12s%s%s  %s%s%s  up %s", tint(s, BOLD), program,
            tint(s, PLAIN), name, colour, status, tint(s, PLAIN),
            DURATION(uptime_s));
    else
        line(b, s, "%s%-12s%s%s  %saway%s  %s", tint(s, BOLD), program,
            tint(s, PLAIN), name, colour, tint(s, PLAIN), why);
}

static void
put_gateway(struct buf *b, const struct screen *s,
    const struct sample_gateway *was, const struct sample_gateway *g,
    double seconds)
{
    double outcomes = g->results + g->failed;

    put_status(
        b, s, "gateway", s->gateway, g->up, g->status, g->why, g->uptime_s);
    if (!g->up)
        return;
    line(b, s, "  messages    %8s/s   saved %s   errors %s   clients %s",
        REAL(rate(was->messages, g->messages, seconds)), COUNT(g->messages),
        COUNT(g->errors), COUNT(g->clients));
    line(b, s, "  tasks       %8s/s   sent %s   resent %s   pool full %s",
        REAL(rate(was->tasks, g->tasks, seconds)), COUNT(g->tasks),
        COUNT(g->resent), COUNT(g->pool_full));
    line(b, s, "  results     %8s/s   received %s   failed %s   skipped %s",
        REAL(rate(was->results, g->results, seconds)), COUNT(g->results),
        COUNT(g->failed), COUNT(g->skipped));
    line(b, s, "  success     %8s %%   waiting %s   in flight %s",
        REAL(percent(g->results, outcomes)), COUNT(g->waiting),
        COUNT(g->in_flight));
    line(b, s, "  latency     %8s ms  of a translation   commit %s ms",
        REAL(1000 *
             mean_between(was->results, was->mean_s, g->results, g->mean_s)),
        REAL(g->commit_ms));
    line(b, s, "  memory      %8s MB  saves waiting %s", REAL(g->memory_mb),
        COUNT(g->jobs_waiting));
}

static void
put_pool(struct buf *b, const struct screen *s, const char *name,
    const struct sample_pool *p)
{
    double share = p->workers > 0 ? p->busy / p->workers : 0;
    int cells = isnan(share) ? 0 : (int)lround(share * BAR_CELLS);
    char bar[BAR_CELLS + 1];
    bool filling = p->queued > p->capacity / 2;

    for (int i = 0; i < BAR_CELLS; i++)
        bar[i] = i < cells ? '#' : '.';
    bar[BAR_CELLS] = '\0';
    line(b, s, "  %-10s%s%9s%s%10s%9s%6s%6s %%  %s", name,
        filling ? tint(s, RED) : "", COUNT(p->queued),
        filling ? tint(s, PLAIN) : "", COUNT(p->capacity), COUNT(p->workers),
        COUNT(p->busy), COUNT(100 * share), bar);
}

void
screen_pools(
    struct buf *b, const struct screen *s, const struct sample_translator *t)
{
    line(b, s, "  %-10s%9s%10s%9s%6s%8s", "pool", "waiting", "capacity",
        "workers", "busy", "in use");
    put_pool(b, s, "normal", &t->pools[0]);
    put_pool(b, s, "any", &t->pools[1]);
}

/* Rows a decoder step has: how full the batches are now. */
static double
rows_between(const struct sample_neural *was, const struct sample_neural *n)
{
    return n->steps > was->steps
               ? (n->row_steps - was->row_steps) / (n->steps - was->steps)
               : NAN;
}

static void
put_neural(struct buf *b, const struct screen *s,
    const struct sample_neural *was, const struct sample_neural *n,
    double seconds)
{
    if (!(n->installed > 0))
        return;
    line(b, s,
        "  neural      %8s/s   models open %s of %s   %s of %s MB   rows a "
        "step %s",
        REAL(rate(was->sentences, n->sentences, seconds)), COUNT(n->open),
        COUNT(n->installed), COUNT(n->bytes / BYTES_PER_MB),
        COUNT(n->bytes_max / BYTES_PER_MB), REAL(rows_between(was, n)));
    line(b, s, "                         loads %s   made room %s   failed %s",
        COUNT(n->loads), COUNT(n->evictions), COUNT(n->failures));
}

static void
put_translator(struct buf *b, const struct screen *s,
    const struct sample_translator *was, const struct sample_translator *t,
    double seconds)
{
    put_status(
        b, s, "translator", t->name, t->up, t->status, t->why, t->uptime_s);
    if (!t->up)
        return;
    line(b, s,
        "  tasks       %8s/s   accepted %s   in flight %s   pool full %s",
        REAL(rate(was->accepted, t->accepted, seconds)), COUNT(t->accepted),
        COUNT(t->in_flight), COUNT(t->pool_full));
    line(b, s, "  translations%8s/s   completed %s   failed %s   skipped %s",
        REAL(rate(was->completed, t->completed, seconds)), COUNT(t->completed),
        COUNT(t->failed), COUNT(t->skipped));
    line(b, s, "  success     %8s %%   growth %s/s   scaling events %s",
        REAL(percent(t->completed, t->completed + t->failed)), REAL(t->growth),
        COUNT(t->scalings));
    line(b, s, "  latency     %8s ms  now   p50 %s   p95 %s   p99 %s ms",
        REAL(1000 * mean_between(
                        was->completed, was->mean_s, t->completed, t->mean_s)),
        REAL(t->p50_ms), REAL(t->p95_ms), REAL(t->p99_ms));
    line(b, s, "  memory      %8s MB  CPU %s %%   cache hits %s %%, %s MB",
        REAL(t->memory_mb), REAL(t->cpu_percent),
        REAL(percent(t->cache_hits, t->cache_hits + t->cache_misses)),
        REAL(t->cache_bytes / BYTES_PER_MB));
    put_neural(b, s, &was->neural, &t->neural, seconds);
    screen_pools(b, s, t);
    if (t->scaling[0])
        line(b, s, "  scaled      %s", t->scaling);
}

void
screen_draw(struct buf *b, const struct screen *s, const struct sample *before,
    const struct sample *now)
{
    double seconds = elapsed_s(before, now);

    put_gateway(b, s, &before->gateway, &now->gateway, seconds);
    for (int i = 0; i < now->n_translators; i++) {
        buf_addc(b, '\n');
        put_translator(
            b, s, &before->translators[i], &now->translators[i], seconds);
    }
}
