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
 * task_bench plays a gateway: it keeps a number of tasks in flight at a
 * translator, with the lines of standard input as texts again and again, and
 * prints one JSON object.  Latency is from sending a task to hearing each of
 * its languages.
 */
enum {
    TASKS_MAX = 10000000,
    SILENCE_MS = 15000, /* then what is missing is called lost */
};

static const char usage[] =
    "usage: task_bench [--host H] [--port N] [--pub-port N] [--inflight N]\n"
    "                  [--n TASKS] [--conversation C] [--pushpull]\n"
    "                  SOURCE TARGET[,TARGET...] < lines\n";

struct bench {
    const char *host, *conversation, *source;
    int task_port, event_port, n, in_flight_max;
    bool pushpull;
    struct span targets;

    struct bench_peer *peer;
    char *lines[BENCH_LINES_MAX];
    size_t n_lines;
    char run[ID_BYTES]; /* tells our tasks from those of an earlier run */

    int sent, finished; /* tasks */
    int *left; /* by task: languages to be heard */
    int64_t *sent_us; /* by task */
    uint64_t completed, failed, skipped, duplicate; /* languages */
    struct hist latency_us;
};

static bool
read_options(struct bench *b, int argc, char **argv)
{
    static const struct option options[] = {
        {"host", required_argument, NULL, 'h'},
        {"port", required_argument, NULL, 'p'},
        {"pub-port", required_argument, NULL, 'e'},
        {"inflight", required_argument, NULL, 'i'},
        {"n", required_argument, NULL, 'n'},
        {"conversation", required_argument, NULL, 'c'},
        {"pushpull", no_argument, NULL, 'u'},
        {0},
    };
    int c;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        long long value = 0;
        bool is_number = c == 'p' || c == 'e' || c == 'i' || c == 'n';
        if (is_number && !span_int(span_of(optarg), 1, TASKS_MAX, &value))
            return false;
        switch (c) {
        case 'h':
            b->host = optarg;
            break;
        case 'p':
            b->task_port = (int)value;
            break;
        case 'e':
            b->event_port = (int)value;
            break;
        case 'i':
            b->in_flight_max = (int)value;
            break;
        case 'n':
            b->n = (int)value;
            break;
        case 'c':
            b->conversation = optarg;
            break;
        case 'u':
            b->pushpull = true;
            break;
        default:
            return false;
        }
    }
    if (optind + 2 != argc)
        return false;
    b->source = argv[optind];
    b->targets = span_of(argv[optind + 1]);
    return true;
}

static void
send_task(struct bench *b)
{
    struct span targets = b->targets;
    char id[2 * ID_BYTES];
    struct task t = {.task_id = id,
        .message_id = id,
        .conversation_id = (char *)b->conversation,
        .text = b->lines[(size_t)b->sent % b->n_lines],
        .source = (char *)b->source,
        .timestamp_ms = clock_wall_ms()};

    snprintf(id, sizeof(id), "%s-%d", b->run, b->sent);
    while (targets.p && t.n_targets < TASK_LANGUAGES_MAX)
        t.targets[t.n_targets++] = span_dup(span_cut(&targets, ','));
    b->left[b->sent] = t.n_targets;
    b->sent_us[b->sent++] = clock_mono_us();
    bench_peer_send(b->peer, &t);
    for (int i = 0; i < t.n_targets; i++)
        free(t.targets[i]);
}

/* The number of one of our tasks, or -1. */
static int
task_number(const struct bench *b, const struct event *e)
{
    struct span id = span_of(e->task_id), run = span_of(b->run);
    long long number;

    if (!span_starts(id, run) || id.len <= run.len + 1)
        return -1;
    id.p += run.len + 1;
    id.len -= run.len + 1;
    return span_int(id, 0, b->sent - 1, &number) ? (int)number : -1;
}

static void
take_event(const struct event *e, void *ctx)
{
    struct bench *b = ctx;
    int i = task_number(b, e);

    if (i < 0 || e->type == EVENT_ACCEPTED)
        return;
    if (b->left[i] == 0) {
        b->duplicate++;
        return;
    }
    if (e->type == EVENT_COMPLETED) {
        b->completed++;
        hist_add(&b->latency_us, (uint64_t)(clock_mono_us() - b->sent_us[i]));
    } else if (e->type == EVENT_SKIPPED) {
        b->skipped++;
    } else {
        b->failed += e->target ? 1 : (uint64_t)b->left[i];
    }
    b->left[i] = e->target ? b->left[i] - 1 : 0;
    b->finished += b->left[i] == 0;
}

static void
report(const struct bench *b, double seconds)
{
    const struct hist *h = &b->latency_us;

    printf("{\"tasks\":%d,\"in_flight\":%d,\"completed\":%llu,\"failed\":%llu,"
           "\"skipped\":%llu,\"duplicate\":%llu,\"lost_tasks\":%d,"
           "\"seconds\":%.3f,\"translations_per_second\":%.1f,"
           "\"latency_ms\":{\"mean\":%.2f,\"p50\":%.2f,\"p95\":%.2f,"
           "\"p99\":%.2f,\"max\":%.2f}}\n",
        b->sent, b->in_flight_max, (unsigned long long)b->completed,
        (unsigned long long)b->failed, (unsigned long long)b->skipped,
        (unsigned long long)b->duplicate, b->sent - b->finished, seconds,
        (double)b->completed / seconds, hist_mean(h) / 1e3,
        (double)hist_quantile(h, 0.5) / 1e3,
        (double)hist_quantile(h, 0.95) / 1e3,
        (double)hist_quantile(h, 0.99) / 1e3, (double)h->max / 1e3);
}

static void
close_bench(struct bench *b)
{
    bench_peer_close(b->peer);
    for (size_t i = 0; i < b->n_lines; i++)
        free(b->lines[i]);
    free(b->left);
    free(b->sent_us);
    free(b);
}

int
main(int argc, char **argv)
{
    struct bench *b = xcalloc(1, sizeof(*b));
    bool all = false;

    b->host = "127.0.0.1";
    b->conversation = "bench";
    b->task_port = 5555;
    b->event_port = 5556;
    b->n = 5000;
    b->in_flight_max = 50;
    if (!read_options(b, argc, argv)) {
        fputs(usage, stderr);
        close_bench(b);
        return 2;
    }
    b->n_lines = bench_read_lines(b->lines);
    b->left = xcalloc((size_t)b->n, sizeof(*b->left));
    b->sent_us = xcalloc((size_t)b->n, sizeof(*b->sent_us));
    id_new(b->run);
    if (b->n_lines > 0)
        b->peer =
            bench_peer_open(b->host, b->task_port, b->event_port, b->pushpull);
    if (b->peer) {
        int64_t start_us = clock_mono_us();
        do
            while (b->sent < b->n && b->sent - b->finished < b->in_flight_max)
                send_task(b);
        while (b->finished < b->n &&
               bench_peer_hear(b->peer, SILENCE_MS, take_event, b) > 0);
        report(b, (double)(clock_mono_us() - start_us) / 1e6);
        all = b->completed > 0 && b->failed == 0 && b->finished == b->n;
    } else {
        fputs("task_bench: no text, or no translator answers\n", stderr);
    }
    close_bench(b);
    return all ? 0 : 1;
}
