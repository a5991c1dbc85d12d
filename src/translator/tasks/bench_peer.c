/* SPDX-License-Identifier: ISC */
#include "translator/tasks/bench_peer.h"

#include <stdio.h>
#include <stdlib.h>
#include <zmq.h>

#include "base/clock.h"
#include "base/mem.h"

enum {
    QUEUE_MAX = 100000, /* frames, each way */
    MEET_MS = 10000, /* for the first pong */
    MEET_STEP_MS = 50,
    ENDPOINT_BYTES = 300,
};

struct bench_peer {
    void *zmq, *out, *in;
};

static void *
connected(struct bench_peer *p, const char *host, int type, int port)
{
    void *s = zmq_socket(p->zmq, type);
    int queue = QUEUE_MAX, none = 0;
    char endpoint[ENDPOINT_BYTES];

    zmq_setsockopt(s, ZMQ_SNDHWM, &queue, sizeof(queue));
    zmq_setsockopt(s, ZMQ_RCVHWM, &queue, sizeof(queue));
    zmq_setsockopt(s, ZMQ_LINGER, &none, sizeof(none));
    if (type == ZMQ_SUB)
        zmq_setsockopt(s, ZMQ_SUBSCRIBE, "", 0);
    snprintf(endpoint, sizeof(endpoint), "tcp://%s:%d", host, port);
    zmq_connect(s, endpoint);
    return s;
}

static void
look_for_pong(const struct event *e, void *ctx)
{
    bool *pong = ctx;

    *pong = *pong || e->type == EVENT_PONG;
}

struct bench_peer *
bench_peer_open(const char *host, int task_port, int event_port, bool pushpull)
{
    struct bench_peer *p = xcalloc(1, sizeof(*p));
    int64_t deadline = clock_mono_ms() + MEET_MS;
    struct buf ping = {0};
    bool pong = false;

    p->zmq = zmq_ctx_new();
    p->out = connected(p, host, pushpull ? ZMQ_PUSH : ZMQ_PUB, task_port);
    p->in = connected(p, host, ZMQ_SUB, event_port);
    task_format_ping(&ping, clock_wall_ms());
    while (!pong && clock_mono_ms() < deadline) {
        zmq_send(p->out, ping.p, ping.len, ZMQ_DONTWAIT);
        bench_peer_hear(p, MEET_STEP_MS, look_for_pong, &pong);
    }
    buf_free(&ping);
    if (pong)
        return p;
    bench_peer_close(p);
    return NULL;
}

void
bench_peer_close(struct bench_peer *p)
{
    if (!p)
        return;
    zmq_close(p->out);
    zmq_close(p->in);
    zmq_ctx_term(p->zmq);
    free(p);
}

void
bench_peer_send(struct bench_peer *p, const struct task *t)
{
    struct buf frame = {0};

    task_format(&frame, t);
    zmq_send(p->out, frame.p, frame.len, 0);
    buf_free(&frame);
}

int
bench_peer_hear(struct bench_peer *p, int wait_ms,
    void (*take)(const struct event *e, void *ctx), void *ctx)
{
    zmq_pollitem_t item = {.socket = p->in, .events = ZMQ_POLLIN};
    zmq_msg_t msg;
    int n = 0;

    if (zmq_poll(&item, 1, wait_ms) <= 0)
        return 0;
    zmq_msg_init(&msg);
    while (zmq_msg_recv(&msg, p->in, ZMQ_DONTWAIT) >= 0) {
        struct event e;
        n++;
        /* A result that failed comes beside its error, which is enough. */
        if (event_parse((struct span){zmq_msg_data(&msg), zmq_msg_size(&msg)},
                &e, NULL) &&
            (e.type != EVENT_ERROR || !e.model))
            take(&e, ctx);
        event_free(&e);
    }
    zmq_msg_close(&msg);
    return n;
}

size_t
bench_read_lines(char *ret[BENCH_LINES_MAX])
{
    char line[BENCH_LINE_BYTES_MAX];
    size_t n = 0;

    while (n < BENCH_LINES_MAX && fgets(line, sizeof(line), stdin)) {
        struct span text = span_trim(span_of(line));
        if (text.len > 0)
            ret[n++] = span_dup(text);
    }
    return n;
}
