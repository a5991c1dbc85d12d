/* SPDX-License-Identifier: ISC */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/hist.h"
#include "base/id.h"
#include "base/mem.h"
#include "translator/tasks/bench_peer.h"

/*
 * flood_bench plays a gateway with two rooms.  One talks at a steady rate; the
 * other is silent, then sends thousands of tasks at once, then is silent again,
 * and so on.  How long the first waits for its translations in either case is
 * printed as one JSON object: no room should suffer from another.
 */
enum {
    FLOODS_MAX = 1000,
    TASKS_MAX = 1000000, /* of a flood */
    TALKS_MAX = 1000000, /* of the other room, in all */
    SILENCE_MS = 15000, /* then what is missing is called lost */
    WARM_MS = 2000,
    ID_MAX = 2 * ID_BYTES,
};

static const char usage[] =
    "usage: flood_bench [--host H] [--port N] [--pub-port N] [--flood TASKS]\n"
    "                   [--floods N] [--rate PER_SECOND] [--quiet SECONDS]\n"
    "                   [--flooded CONVERSATION] [--other CONVERSATION]\n"
    "                   SOURCE TARGET < lines\n";

struct bench {
    const char *host, *flooded, *other, *source, *target;
    int task_port, event_port, flood, floods, rate, quiet_s;

    struct bench_peer *peer;
    char *lines[BENCH_LINES_MAX];
    size_t n_lines;
    char run[ID_BYTES]; /* tells our tasks from those of an earlier run */

    bool flooding;
    int flood_sent, flood_left; /* of the present flood */
    int rejected; /* the pool was full */
    double flood_seconds;
    int talked, talk_left;
    int64_t next_talk_us;
    struct talk {
        int64_t sent_us;
        bool in_flood;
    } * talks;
    struct hist quiet_us, flood_us;
    int failed, heard; /* heard since the last look */
};

static bool
read_options(struct bench *b, int argc, char **argv)
{
    static const struct option options[] = {
        {"host", required_argument, NULL, 'h'},
        {"port", required_argument, NULL, 'p'},
        {"pub-port", required_argument, NULL, 'e'},
        {"flood", required_argument, NULL, 'n'},
        {"floods", required_argument, NULL, 'f'},
        {"rate", required_argument, NULL, 'r'},
        {"quiet", required_argument, NULL, 'q'},
        {"flooded", required_argument, NULL, 'c'},
        {"other", required_argument, NULL, 'o'},
        {0},
    };
    int *numbers[128] = {['p'] = &b->task_port,
        ['e'] = &b->event_port,
        ['n'] = &b->flood,
        ['f'] = &b->floods,
        ['r'] = &b->rate,
        ['q'] = &b->quiet_s};
    const char **words[128] = {
        ['h'] = &b->host, ['c'] = &b->flooded, ['o'] = &b->other};
    int c;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        long long value;
        if (words[c])
            *words[c] = optarg;
        else if (numbers[c] && span_int(span_of(optarg), 1, TASKS_MAX, &value))
            *numbers[c] = (int)value;
        else
            return false;
    }
    if (optind + 2 != argc || b->floods > FLOODS_MAX)
        return false;
    b->source = argv[optind];
    b->target = argv[optind + 1];
    return true;
}

/* Every text is another one, so that no cache helps: "... 17." */
static void
send_task(struct bench *b, char kind, int number, const char *conversation)
{
    char id[ID_MAX], text[BENCH_LINE_BYTES_MAX + ID_MAX];
    struct task t = {.task_id = id,
        .message_id = id,
        .conversation_id = (char *)conversation,
        .text = text,
        .source = (char *)b->source,
        .n_targets = 1,
        .targets = {(char *)b->target},
        .timestamp_ms = clock_wall_ms()};

    snprintf(id, sizeof(id), "%s-%c%d", b->run, kind, number);
    snprintf(text, sizeof(text), "%s %d%d.",
        b->lines[(size_t)number % b->n_lines], number, kind);
    bench_peer_send(b->peer, &t);
}

/* The rest of one of our ids, "t17", or NULL. */
static const char *
our_id(const struct bench *b, const struct event *e)
{
    size_t len = strlen(b->run);

    if (!e->task_id || strncmp(e->task_id, b->run, len) != 0)
        return NULL;
    return e->task_id[len] == '-' ? e->task_id + len + 1 : NULL;
}

static void
take_event(const struct event *e, void *ctx)
{
    struct bench *b = ctx;
    const char *id = our_id(b, e);
    struct talk *t;
    long long i;

    if (!id || e->type == EVENT_ACCEPTED)
        return;
    b->heard++;
    if (id[0] == 'f') {
        b->flood_left--;
        b->rejected += e->type == EVENT_ERROR && !e->target;
        return;
    }
    if (!span_int(span_of(id + 1), 0, b->talked - 1, &i))
        return;
    b->talk_left--;
    b->failed += e->type != EVENT_COMPLETED;
    t = &b->talks[i];
    if (t->sent_us)
        hist_add(t->in_flood ? &b->flood_us : &b->quiet_us,
            (uint64_t)(clock_mono_us() - t->sent_us));
}

static void
talk(struct bench *b, bool counts)
{
    b->talks[b->talked] = (struct talk){
        .sent_us = counts ? clock_mono_us() : 0, .in_flood = b->flooding};
    b->talk_left++;
    send_task(b, 't', b->talked++, b->other);
}

/* Talk at the rate and hear, once. */
static void
step(struct bench *b, bool counts)
{
    int64_t now = clock_mono_us();

    if (now >= b->next_talk_us && b->talked < TALKS_MAX) {
        talk(b, counts);
        b->next_talk_us += 1000000 / b->rate;
        if (b->next_talk_us < now)
            b->next_talk_us = now;
    }
    now = clock_mono_us();
    bench_peer_hear(b->peer,
        b->next_talk_us > now ? (int)((b->next_talk_us - now) / 1000) + 1 : 0,
        take_event, b);
}

static void
be_quiet(struct bench *b, int ms, bool counts)
{
    int64_t end_ms = clock_mono_ms() + ms;

    b->flooding = false;
    while (clock_mono_ms() < end_ms)
        step(b, counts);
}

/* False when the translator fell silent. */
static bool
be_flooded(struct bench *b, int *number)
{
    int64_t begin_us = clock_mono_us(), heard_ms = clock_mono_ms();

    b->flooding = true;
    b->flood_left = b->flood;
    for (int i = 0; i < b->flood; i++)
        send_task(b, 'f', (*number)++, b->flooded);
    while (b->flood_left > 0) {
        b->heard = 0;
        step(b, true);
        if (b->heard > 0)
            heard_ms = clock_mono_ms();
        else if (clock_mono_ms() - heard_ms > SILENCE_MS)
            return false;
    }
    b->flood_seconds += (double)(clock_mono_us() - begin_us) / 1e6;
    return true;
}

static void
report_hist(const char *name, const struct hist *h)
{
    printf("\"%s\":{\"n\":%llu,\"mean\":%.2f,\"p50\":%.2f,\"p95\":%.2f,"
           "\"p99\":%.2f,\"max\":%.2f},",
        name, (unsigned long long)h->count, hist_mean(h) / 1e3,
        (double)hist_quantile(h, 0.5) / 1e3,
        (double)hist_quantile(h, 0.95) / 1e3,
        (double)hist_quantile(h, 0.99) / 1e3, (double)h->max / 1e3);
}

static void
report(const struct bench *b)
{
    double quiet = (double)hist_quantile(&b->quiet_us, 0.95),
           flood = (double)hist_quantile(&b->flood_us, 0.95);
    int done = b->flood * b->floods - b->rejected;

    printf("{\"flooded\":\"%s\",\"other\":\"%s\",\"flood\":%d,\"floods\":%d,"
           "\"rejected\":%d,\"flood_per_second\":%.1f,\"rate\":%d,"
           "\"latency_ms\":{",
        b->flooded, b->other, b->flood, b->floods, b->rejected,
        b->flood_seconds > 0 ? done / b->flood_seconds : 0, b->rate);
    report_hist("quiet", &b->quiet_us);
    report_hist("flood", &b->flood_us);
    printf("\"p95_change\":%.3f},\"failed\":%d,\"lost\":%d}\n",
        quiet > 0 ? flood / quiet - 1 : 0, b->failed,
        b->talk_left + b->flood_left);
}

/* True when everything was answered. */
static bool
measure(struct bench *b)
{
    bool ok = true;
    int number = 0;

    b->next_talk_us = clock_mono_us();
    be_quiet(b, WARM_MS, false);
    for (int i = 0; ok && i < b->floods; i++) {
        be_quiet(b, b->quiet_s * 1000, true);
        ok = be_flooded(b, &number);
    }
    b->heard = 1;
    while (b->talk_left > 0 && b->heard > 0) {
        b->heard = 0;
        bench_peer_hear(b->peer, SILENCE_MS, take_event, b);
    }
    report(b);
    return ok && b->failed == 0 && b->talk_left == 0;
}

int
main(int argc, char **argv)
{
    struct bench *b = xcalloc(1, sizeof(*b));
    int rc = 2;

    b->host = "127.0.0.1";
    b->flooded = "flooded";
    b->other = "other";
    b->task_port = 5555;
    b->event_port = 5556;
    b->flood = 10000;
    b->floods = 3;
    b->rate = 20;
    b->quiet_s = 10;
    b->talks = xcalloc(TALKS_MAX, sizeof(*b->talks));
    id_new(b->run);
    if (!read_options(b, argc, argv)) {
        fputs(usage, stderr);
    } else {
        b->n_lines = bench_read_lines(b->lines);
        if (b->n_lines > 0)
            b->peer =
                bench_peer_open(b->host, b->task_port, b->event_port, false);
        if (b->peer)
            rc = measure(b) ? 0 : 1;
        else
            fputs("flood_bench: no text, or no translator answers\n", stderr);
    }
    bench_peer_close(b->peer);
    for (size_t i = 0; i < b->n_lines; i++)
        free(b->lines[i]);
    free(b->talks);
    free(b);
    return rc;
}
