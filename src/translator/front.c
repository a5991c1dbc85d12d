/* SPDX-License-Identifier: ISC */
#include "translator/front.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/map.h"
#include "base/mem.h"
#include "translator/job.h"

enum {
    ENDPOINT_BYTES = 300,
    FRAMES_PER_TURN = 256, /* then the answers have their turn */
    ANSWERS_PER_POP = 64,
    TICK_MS = 1000,
};

struct front {
    struct front_cfg cfg;
    void *zmq, *in, *out;
    int sub_port, pub_port;
    pthread_t thread;
    bool started;
    atomic_bool stopping, entry_closed;
    atomic_size_t n_in_flight;

    /* The thread's own. */
    struct map *in_flight; /* taskId to struct job, with a reference */
    int64_t next_tick_ms, measured_us, measured_cpu_us;
    size_t waiting; /* tasks in both pools at the last tick */
};

static void
publish(struct front *f, struct span frame)
{
    /* PUB never blocks: what a slow gateway's queue cannot hold is dropped
     * for that gateway, whose ledger asks again. */
    if (zmq_send(f->out, frame.p, frame.len, ZMQ_DONTWAIT) < 0)
        log_warn(
            "answer not published error=\"%s\"", zmq_strerror(zmq_errno()));
}

static void
publish_event(struct front *f, struct event *e)
{
    struct buf b = {0};

    e->timestamp_s = (double)clock_wall_ms() / 1e3;
    event_format(&b, e);
    publish(f, buf_span(&b));
    buf_free(&b);
}

/* An answer about a task as a whole. */
static void
publish_about(struct front *f, const struct task *t, enum event_type type,
    const char *error)
{
    struct event e = {.type = type,
        .task_id = t->task_id,
        .message_id = t->message_id,
        .conversation_id = t->conversation_id,
        .revision = t->revision,
        .error = (char *)error};

    e.any_pool = t->conversation_id && strcmp(t->conversation_id, "any") == 0;
    publish_event(f, &e);
}

/* Takes t. */
static void
admit(struct front *f, struct task *t)
{
    struct job *j;

    if (map_get(f->in_flight, span_of(t->task_id))) {
        f->cfg.stats->tasks_duplicate++;
        publish_about(f, t, EVENT_ACCEPTED, NULL);
        task_free(t);
        return;
    }
    j = job_new(t);
    j->any_pool = strcmp(t->conversation_id, "any") == 0;
    job_ref(j); /* one for the table, one for the pool */
    if (!pool_push(j->any_pool ? f->cfg.any : f->cfg.normal, j)) {
        f->cfg.stats->pool_full_rejections++;
        publish_about(f, t, EVENT_ERROR, "translation pool full");
        job_unref(j);
        job_unref(j);
        return;
    }
    map_put(f->in_flight, span_of(t->task_id), j);
    f->n_in_flight = map_len(f->in_flight);
    f->cfg.stats->tasks_accepted++;
    publish_about(f, t, EVENT_ACCEPTED, NULL);
}

static void
handle_frame(struct front *f, struct span frame)
{
    struct event pong = {.type = EVENT_PONG,
        .session = (char *)f->cfg.session,
        .text = (char *)f->cfg.languages,
        .port_pub = f->pub_port,
        .port_sub = f->sub_port};
    enum task_frame kind;
    struct task *t;
    struct err err;

    if (!task_parse(frame, &kind, &t, &err)) {
        f->cfg.stats->frames_malformed++;
        log_debug(
            "malformed frame bytes=%zu reason=\"%s\"", frame.len, err.text);
        if (t)
            publish_about(f, t, EVENT_ERROR, err.text);
        task_free(t);
        return;
    }
    switch (kind) {
    case TASK_FRAME_PING:
        f->cfg.stats->pings++;
        publish_event(f, &pong);
        return;
    case TASK_FRAME_TASK:
        admit(f, t);
        return;
    case TASK_FRAME_UNKNOWN:
        return;
    }
}

static void
drain_frames(struct front *f)
{
    for (int i = 0; i < FRAMES_PER_TURN && !f->entry_closed; i++) {
        zmq_msg_t msg;
        zmq_msg_init(&msg);
        if (zmq_msg_recv(&msg, f->in, ZMQ_DONTWAIT) < 0) {
            int error = zmq_errno();
            zmq_msg_close(&msg);
            if (error == EINTR)
                continue;
            if (error != EAGAIN)
                log_warn("tasks unreadable error=\"%s\"", zmq_strerror(error));
            return;
        }
        handle_frame(f, (struct span){zmq_msg_data(&msg), zmq_msg_size(&msg)});
        zmq_msg_close(&msg);
    }
}

static void
settle(struct front *f, struct answer *a)
{
    struct job *j = a->job;

    publish(f, (struct span){a->frame, a->len});
    if (a->type == EVENT_ERROR)
        j->failed = true;
    if (--j->n_unanswered == 0) {
        f->cfg.stats->tasks_processed++;
        f->cfg.stats->tasks_failed += j->failed;
        map_remove(f->in_flight, span_of(j->task->task_id));
        f->n_in_flight = map_len(f->in_flight);
        job_unref(j);
    }
    answer_free(a);
}

static void
publish_answers(struct front *f)
{
    struct answer *batch[ANSWERS_PER_POP];
    size_t n;

    while ((n = outbox_pop(f->cfg.outbox, batch, ANSWERS_PER_POP)) > 0)
        for (size_t i = 0; i < n; i++)
            settle(f, batch[i]);
}

static void
tick(struct front *f)
{
    int64_t now = clock_mono_ms();
    size_t waiting;

    if (now < f->next_tick_ms)
        return;
    f->next_tick_ms = now + TICK_MS;
    waiting = pool_len(f->cfg.normal) + pool_len(f->cfg.any);
    f->cfg.stats->front_ticked_ms = now;
    f->cfg.stats->queue_growth = (int)waiting - (int)f->waiting;
    f->waiting = waiting;
    stats_measure(f->cfg.stats, &f->measured_us, &f->measured_cpu_us);
}

static void *
run(void *arg)
{
    struct front *f = arg;

    while (!f->stopping) {
        zmq_pollitem_t items[] = {
            {.fd = outbox_fd(f->cfg.outbox), .events = ZMQ_POLLIN},
            {.socket = f->in, .events = ZMQ_POLLIN},
        };
        int64_t wait_ms = f->next_tick_ms - clock_mono_ms();
        int n = f->entry_closed ? 1 : 2;
        if (zmq_poll(items, n, wait_ms < 0 ? 0 : wait_ms) > 0 &&
            items[0].revents)
            outbox_woken(f->cfg.outbox);
        publish_answers(f);
        drain_frames(f);
        tick(f);
    }
    publish_answers(f);
    return NULL;
}

static bool
set_int(void *socket, int option, int value)
{
    return zmq_setsockopt(socket, option, &value, sizeof(value)) == 0;
}

static bool
set_options(const struct front *f)
{
    int64_t bytes_max = FRONT_FRAME_BYTES_MAX;

    for (int i = 0; i < 2; i++) {
        void *s = i ? f->out : f->in;
        if (!set_int(s, ZMQ_IPV6, strchr(f->cfg.host, ':') != NULL) ||
            !set_int(s, ZMQ_HEARTBEAT_IVL, FRONT_HEARTBEAT_MS) ||
            !set_int(s, ZMQ_HEARTBEAT_TIMEOUT, FRONT_HEARTBEAT_TIMEOUT_MS))
            return false;
    }
    return set_int(f->out, ZMQ_SNDHWM, FRONT_QUEUE_MAX) &&
           set_int(f->out, ZMQ_LINGER, FRONT_LINGER_MS) &&
           set_int(f->in, ZMQ_RCVHWM, FRONT_QUEUE_MAX) &&
           set_int(f->in, ZMQ_LINGER, 0) &&
           zmq_setsockopt(
               f->in, ZMQ_MAXMSGSIZE, &bytes_max, sizeof(bytes_max)) == 0 &&
           (f->cfg.pushpull ||
               zmq_setsockopt(f->in, ZMQ_SUBSCRIBE, "", 0) == 0);
}

static bool
bind_to(struct front *f, void *socket, int port, int *ret_port, struct err *err)
{
    const char *host = f->cfg.host;
    char endpoint[ENDPOINT_BYTES], number[16] = "*";
    size_t len = sizeof(endpoint);

    /* ZeroMQ binds to addresses and interfaces, not to names. */
    if (strcmp(host, "localhost") == 0)
        host = "127.0.0.1";
    if (port)
        snprintf(number, sizeof(number), "%d", port);
    snprintf(endpoint, sizeof(endpoint),
        strchr(host, ':') ? "tcp://[%s]:%s" : "tcp://%s:%s", host, number);
    if (zmq_bind(socket, endpoint) != 0)
        return err_set(err, FAIL_SYSTEM, "cannot listen on %s: %s", endpoint,
            zmq_strerror(zmq_errno()));
    zmq_getsockopt(socket, ZMQ_LAST_ENDPOINT, endpoint, &len);
    *ret_port = atoi(strrchr(endpoint, ':') + 1);
    return true;
}

struct front *
front_new(const struct front_cfg *cfg, struct err *err)
{
    struct front *f = xcalloc(1, sizeof(*f));

    f->cfg = *cfg;
    f->in_flight = map_new();
    f->zmq = zmq_ctx_new();
    f->in = zmq_socket(f->zmq, cfg->pushpull ? ZMQ_PULL : ZMQ_SUB);
    f->out = zmq_socket(f->zmq, ZMQ_PUB);
    if (!f->in || !f->out || !set_options(f)) {
        err_set(err, FAIL_SYSTEM, "zmq socket: %s", zmq_strerror(zmq_errno()));
        front_free(f);
        return NULL;
    }
    /* The way out before the way in: no task without an answer. */
    if (!bind_to(f, f->out, cfg->pub_port, &f->pub_port, err) ||
        !bind_to(f, f->in, cfg->sub_port, &f->sub_port, err)) {
        front_free(f);
        return NULL;
    }
    return f;
}

bool
front_start(struct front *f, struct err *err)
{
    if (pthread_create(&f->thread, NULL, run, f) != 0)
        return err_set(err, FAIL_SYSTEM, "cannot start the front: %m");
    f->started = true;
    return true;
}

int
front_sub_port(const struct front *f)
{
    return f->sub_port;
}

int
front_pub_port(const struct front *f)
{
    return f->pub_port;
}

size_t
front_in_flight(const struct front *f)
{
    return f->n_in_flight;
}

void
front_close_entry(struct front *f)
{
    f->entry_closed = true;
    outbox_wake(f->cfg.outbox);
}

void
front_free(struct front *f)
{
    struct job *j;
    size_t pos = 0;

    if (!f)
        return;
    f->stopping = true;
    if (f->started) {
        outbox_wake(f->cfg.outbox);
        pthread_join(f->thread, NULL);
    }
    while ((j = map_next(f->in_flight, &pos, NULL)))
        job_unref(j);
    map_free(f->in_flight);
    if (f->in)
        zmq_close(f->in);
    if (f->out)
        zmq_close(f->out);
    if (f->zmq)
        zmq_ctx_term(f->zmq);
    free(f);
}
