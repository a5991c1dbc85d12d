/* SPDX-License-Identifier: ISC */
#include "link/link.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/tap.h"
#include "link/peer.h"

enum { PATIENCE_MS = 20000, PING_MS = 20, DEAD_MS = 1000 };

/* A translator played by the test: it binds, answers pings and each task with
 * one event that carries the task's id. */
struct stub {
    void *zmq, *in, *out;
    int task_port, event_port;
    bool mute; /* read and say nothing */
    char run[16]; /* its session */
    int n_tasks;
};

static int
bind_port(void *socket, const char *host, int port)
{
    char endpoint[64];
    size_t len = sizeof(endpoint);

    snprintf(endpoint, sizeof(endpoint), port ? "tcp://%s:%d" : "tcp://%s:*",
        host, port);
    CHECK(zmq_bind(socket, endpoint) == 0);
    zmq_getsockopt(socket, ZMQ_LAST_ENDPOINT, endpoint, &len);
    return atoi(strrchr(endpoint, ':') + 1);
}

/* Ports 0: chosen by the kernel. */
static struct stub
stub_open(const char *host, int task_port, int event_port, bool pushpull)
{
    struct stub s = {.zmq = zmq_ctx_new()};
    int none = 0, plenty = 100000; /* PUB drops what exceeds it */

    s.in = zmq_socket(s.zmq, pushpull ? ZMQ_PULL : ZMQ_SUB);
    s.out = zmq_socket(s.zmq, ZMQ_PUB);
    zmq_setsockopt(s.out, ZMQ_LINGER, &none, sizeof(none));
    zmq_setsockopt(s.out, ZMQ_SNDHWM, &plenty, sizeof(plenty));
    if (!pushpull)
        zmq_setsockopt(s.in, ZMQ_SUBSCRIBE, "", 0);
    s.task_port = bind_port(s.in, host, task_port);
    s.event_port = bind_port(s.out, host, event_port);
    return s;
}

static void
stub_close(struct stub *s)
{
    zmq_close(s->in);
    zmq_close(s->out);
    zmq_ctx_term(s->zmq);
}

static void
stub_say(struct stub *s, const struct event *e)
{
    struct buf b = {0};

    event_format(&b, e);
    zmq_send(s->out, b.p, b.len, 0);
    buf_free(&b);
}

/* Serve what arrives within a moment. */
static void
stub_turn(struct stub *s)
{
    zmq_pollitem_t item = {.socket = s->in, .events = ZMQ_POLLIN};
    char frame[4096];
    int n;

    zmq_poll(&item, 1, 5);
    while ((n = zmq_recv(s->in, frame, sizeof(frame), ZMQ_DONTWAIT)) >= 0) {
        struct task *task = NULL;
        enum task_frame kind;
        CHECK(task_parse((struct span){frame, n}, &kind, &task, NULL));
        if (kind == TASK_FRAME_PING && !s->mute)
            stub_say(s, &(struct event){.type = EVENT_PONG, .session = s->run});
        if (kind == TASK_FRAME_TASK) {
            s->n_tasks++;
            if (!s->mute)
                stub_say(s, &(struct event){.type = EVENT_ACCEPTED,
                                .task_id = task->task_id,
                                .message_id = task->message_id});
        }
        task_free(task);
    }
}

/* What the link tells its owner. */
struct heard {
    atomic_int n_events, n_alive, n_silent, n_left, n_runs;
    atomic_bool alive, out_of_order;
    atomic_bool peer_alive[LINK_PEERS_MAX];
    char run[16]; /* session of the first */
    bool block; /* on_events waits for go */
    sem_t blocked, go;
};

static void
on_events(struct event *events, int n, void *ctx)
{
    struct heard *h = ctx;

    for (int i = 0; i < n; i++) {
        if (events[i].task_id && atoi(events[i].task_id) != h->n_events)
            h->out_of_order = true;
        event_free(&events[i]);
        h->n_events++;
    }
    if (h->block) {
        sem_post(&h->blocked);
        sem_wait(&h->go);
        h->block = false;
    }
}

/* alive, n_alive and n_silent are about the first translator. */
static void
on_peer(const struct link_peer *p, void *ctx)
{
    struct heard *h = ctx;
    const char *run = p->session ? p->session : "";

    h->peer_alive[p->id] = p->alive;
    h->n_left += !p->listed;
    if (p->id != 0)
        return;
    if (p->alive && !h->alive)
        h->n_alive++;
    if (!p->alive && h->alive)
        h->n_silent++;
    h->n_runs += strcmp(h->run, run) != 0;
    snprintf(h->run, sizeof(h->run), "%s", run);
    h->alive = p->alive;
}

static struct link *
start(const struct stub *s, const char *hosts, bool pushpull, struct heard *h)
{
    struct link_cfg cfg = {.hosts = hosts,
        .pub_port = s->task_port,
        .sub_port = s->event_port,
        .pushpull = pushpull,
        .ping_interval_ms = PING_MS,
        .dead_after_ms = DEAD_MS,
        .on_events = on_events,
        .on_peer = on_peer,
        .ctx = h};
    struct link *l = link_start(&cfg, NULL);

    CHECK(l != NULL);
    return l;
}

static bool
send_task_to(struct link *l, int peer, int id)
{
    char number[16];
    struct task t = {.task_id = number,
        .message_id = number,
        .conversation_id = (char *)"c",
        .text = (char *)"hello",
        .source = (char *)"en",
        .n_targets = 1,
        .targets = {(char *)"es"}};
    struct buf b = {0};
    size_t len;
    char *frame;

    snprintf(number, sizeof(number), "%d", id);
    task_format(&b, &t);
    len = b.len;
    frame = buf_take(&b);
    if (link_send(l, peer, frame, len))
        return true;
    free(frame);
    return false;
}

static bool
send_task(struct link *l, int id)
{
    return send_task_to(l, 0, id);
}

#define TURN_UNTIL(stub, cond)                                                 \
    do {                                                                       \
        int64_t until_ = clock_mono_ms() + PATIENCE_MS;                        \
        while (!(cond) && clock_mono_ms() < until_)                            \
            stub_turn(stub);                                                   \
        CHECK(cond);                                                           \
    } while (0)

static void
tasks_are_answered(bool pushpull)
{
    struct stub s = stub_open("127.0.0.1", 0, 0, pushpull);
    struct heard h = {0};
    struct link *l = start(&s, "127.0.0.1", pushpull, &h);
    enum { N = 3000 }; /* several batches of events */

    TURN_UNTIL(&s, h.alive);
    for (int i = 0; i < N; i++)
        CHECK(send_task(l, i));
    TURN_UNTIL(&s, h.n_events == N);
    CHECK(!h.out_of_order && s.n_tasks == N);
    CHECK(link_stats(l).frames_sent == N);
    CHECK(link_stats(l).events_received == N);
    link_stop(l);
    stub_close(&s);
}

static void
tasks_go_out_by_pub_and_events_come_back_in_order(void)
{
    tasks_are_answered(false);
}

static void
push_sockets_of_later_translators_are_served_too(void)
{
    tasks_are_answered(true);
}

static void
a_translator_that_falls_silent_and_returns_is_noticed(void)
{
    struct stub s = stub_open("127.0.0.1", 0, 0, false);
    struct heard h = {0};
    struct link *l = start(&s, "127.0.0.1", false, &h);

    TURN_UNTIL(&s, h.alive);
    s.mute = true; /* connected, but it does not answer */
    TURN_UNTIL(&s, !h.alive);
    s.mute = false;
    TURN_UNTIL(&s, h.alive);
    stub_close(&s); /* gone altogether, and started again */
    while (h.alive)
        zmq_poll(NULL, 0, 5);
    s = stub_open("127.0.0.1", s.task_port, s.event_port, false);
    TURN_UNTIL(&s, h.alive);
    CHECK(h.n_alive == 3 && h.n_silent == 2);
    CHECK(send_task(l, 0));
    TURN_UNTIL(&s, h.n_events == 1);
    link_stop(l);
    stub_close(&s);
}

/* ZeroMQ ends a connection for good after a frame that is too large. */
static void
one_that_was_cut_off_is_opened_anew(void)
{
    static char huge[PEER_FRAME_BYTES_MAX + 1];
    struct stub s = stub_open("127.0.0.1", 0, 0, false);
    struct heard h = {0};
    struct link *l = start(&s, "127.0.0.1", false, &h);

    TURN_UNTIL(&s, h.alive);
    memset(huge, ' ', sizeof(huge));
    CHECK(zmq_send(s.out, huge, sizeof(huge), 0) == sizeof(huge));
    TURN_UNTIL(&s, !h.alive);
    TURN_UNTIL(&s, h.alive);
    CHECK(send_task(l, 0));
    TURN_UNTIL(&s, h.n_events == 1);
    link_stop(l);
    stub_close(&s);
}

/* The gateway's ledger resends what was lost.  Were frames kept as well, each
 * would be translated twice. */
static void
nothing_is_kept_for_a_translator_that_is_away(void)
{
    struct stub s = stub_open("127.0.0.1", 0, 0, true);
    struct heard h = {0};
    struct link *l = start(&s, "127.0.0.1", true, &h);

    TURN_UNTIL(&s, h.alive);
    stub_close(&s);
    while (h.alive)
        zmq_poll(NULL, 0, 5);
    for (int i = 0; i < 10; i++)
        CHECK(send_task(l, i));
    while (link_stats(l).frames_dropped < 10)
        zmq_poll(NULL, 0, 5);
    s = stub_open("127.0.0.1", s.task_port, s.event_port, true);
    TURN_UNTIL(&s, h.alive);
    CHECK(s.n_tasks == 0);
    link_stop(l);
    stub_close(&s);
}

static void
a_full_outbox_says_busy(void)
{
    struct stub s = stub_open("127.0.0.1", 0, 0, false);
    struct heard h = {.block = true};
    struct link *l;

    sem_init(&h.blocked, 0, 0);
    sem_init(&h.go, 0, 0);
    l = start(&s, "127.0.0.1", false, &h);
    TURN_UNTIL(&s, h.alive);
    CHECK(send_task(l, 0));
    while (sem_trywait(&h.blocked) != 0)
        stub_turn(&s); /* until the link's thread hangs in on_events */
    for (int i = 0; i < LINK_OUTBOX_MAX; i++)
        CHECK(send_task(l, i));
    CHECK(!send_task(l, 0));
    CHECK(link_stats(l).frames_refused == 1);
    sem_post(&h.go);
    link_stop(l);
    stub_close(&s);
    sem_destroy(&h.blocked);
    sem_destroy(&h.go);
}

static void
malformed_events_are_counted_and_nothing_else_happens(void)
{
    struct stub s = stub_open("127.0.0.1", 0, 0, false);
    struct heard h = {0};
    struct link *l = start(&s, "127.0.0.1", false, &h);

    TURN_UNTIL(&s, h.alive);
    zmq_send(s.out, "{\"type\":", 8, 0);
    zmq_send(s.out, "\xff", 1, 0);
    zmq_send(s.out, "{\"type\":\"voice_translated\"}", 27, 0);
    stub_say(&s, &(struct event){.type = EVENT_ERROR, .task_id = (char *)"0"});
    TURN_UNTIL(&s, h.n_events == 1);
    CHECK(link_stats(l).events_malformed == 2);
    CHECK(link_stats(l).events_received == 1);
    link_stop(l);
    stub_close(&s);
}

static void
turn_both_until(
    struct stub *a, struct stub *b, const atomic_bool *flag, bool value)
{
    int64_t give_up = clock_mono_ms() + PATIENCE_MS;

    while (*flag != value && clock_mono_ms() < give_up) {
        stub_turn(a);
        stub_turn(b);
    }
    CHECK(*flag == value);
}

static void
each_translator_gets_what_is_meant_for_it(void)
{
    struct stub a = stub_open("127.0.0.1", 0, 0, false);
    struct stub b = stub_open("127.0.0.2", a.task_port, a.event_port, false);
    struct heard h = {0};
    struct link *l = start(&a, "127.0.0.1, 127.0.0.2", false, &h);

    turn_both_until(&a, &b, &h.peer_alive[0], true);
    turn_both_until(&a, &b, &h.peer_alive[1], true);
    for (int i = 0; i < 10; i++)
        CHECK(send_task_to(l, i % 2, i));
    while (a.n_tasks + b.n_tasks < 10) {
        stub_turn(&a);
        stub_turn(&b);
    }
    CHECK(a.n_tasks == 5 && b.n_tasks == 5);
    b.mute = true;
    turn_both_until(&a, &b, &h.peer_alive[1], false);
    CHECK(h.peer_alive[0]);
    link_stop(l);
    stub_close(&a);
    stub_close(&b);
}

static void
translators_join_and_leave_at_run_time(void)
{
    struct stub a = stub_open("127.0.0.1", 0, 0, false);
    struct stub b = stub_open("127.0.0.1", 0, 0, false);
    struct heard h = {0};
    struct link *l = start(&a, "127.0.0.1", false, &h);
    char hosts[100];

    TURN_UNTIL(&a, h.peer_alive[0]);
    snprintf(hosts, sizeof(hosts), "127.0.0.1,127.0.0.1:%d:%d", b.task_port,
        b.event_port);
    CHECK(link_set_hosts(l, hosts, NULL));
    turn_both_until(&a, &b, &h.peer_alive[1], true);
    CHECK(h.peer_alive[0] && h.n_left == 0);

    CHECK(!link_set_hosts(l, "b:x", NULL)); /* changes nothing */
    snprintf(
        hosts, sizeof(hosts), "127.0.0.1:%d:%d", b.task_port, b.event_port);
    CHECK(link_set_hosts(l, hosts, NULL));
    turn_both_until(&a, &b, &h.peer_alive[0], false);
    CHECK(h.n_left == 1 && h.peer_alive[1]);
    CHECK(send_task_to(l, 0, 0)); /* nobody's place: dropped */
    CHECK(send_task_to(l, 1, 0));
    TURN_UNTIL(&b, h.n_events == 1);
    CHECK(link_stats(l).frames_dropped == 1);
    link_stop(l);
    stub_close(&a);
    stub_close(&b);
}

static void
a_new_run_of_a_translator_is_told(void)
{
    struct stub s = stub_open("127.0.0.1", 0, 0, false);
    struct heard h = {0};
    struct link *l;

    strcpy(s.run, "one");
    l = start(&s, "127.0.0.1", false, &h);
    TURN_UNTIL(&s, h.n_runs == 1);
    strcpy(s.run, "two"); /* too quick for liveness to notice */
    TURN_UNTIL(&s, h.n_runs == 2);
    CHECK(h.n_silent == 0);
    link_stop(l);
    stub_close(&s);
}

static void
bad_hosts_are_refused_at_the_start(void)
{
    struct link_cfg cfg = {.hosts = " , ",
        .pub_port = 1,
        .sub_port = 2,
        .ping_interval_ms = PING_MS,
        .dead_after_ms = DEAD_MS,
        .on_events = on_events};
    struct err err = {0};

    CHECK(!link_start(&cfg, &err) && err.kind == FAIL_BAD_INPUT);
    cfg.hosts = "a:1:2:3";
    CHECK(!link_start(&cfg, &err) && err.kind == FAIL_BAD_INPUT);
    cfg.hosts = "a:0";
    CHECK(!link_start(&cfg, &err) && err.kind == FAIL_BAD_INPUT);
    cfg.hosts = "a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a";
    CHECK(!link_start(&cfg, &err) && err.kind == FAIL_BAD_INPUT);
    link_stop(NULL);
}

int
main(void)
{
    RUN(tasks_go_out_by_pub_and_events_come_back_in_order);
    RUN(push_sockets_of_later_translators_are_served_too);
    RUN(a_translator_that_falls_silent_and_returns_is_noticed);
    RUN(one_that_was_cut_off_is_opened_anew);
    RUN(nothing_is_kept_for_a_translator_that_is_away);
    RUN(a_full_outbox_says_busy);
    RUN(malformed_events_are_counted_and_nothing_else_happens);
    RUN(each_translator_gets_what_is_meant_for_it);
    RUN(translators_join_and_leave_at_run_time);
    RUN(a_new_run_of_a_translator_is_told);
    RUN(bad_hosts_are_refused_at_the_start);
    return tap_end();
}
