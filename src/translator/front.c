/* SPDX-License-Identifier: ISC */
#include "translator/front.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "translator/flight.h"
#include "translator/notices.h"

enum {
    ENDPOINT_BYTES = 300,
    FRAMES_PER_TURN = 256, /* then the answers have their turn */
    ANSWERS_PER_POP = 64,
    TICK_MS = 1000,
    NOTICES_MS = 1, /* when some wait: a slice */
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
    struct flight *flight;
    struct notices *notices;
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

static bool
is_public(const struct task *t)
{
    return t->conversation_id && strcmp(t->conversation_id, "any") == 0;
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

    e.any_pool = is_public(t);
    publish_event(f, &e);
}

/* A language of a task that never became a job failed: an error, and a result
 * that has it. */
static void
publish_failed(
    struct front *f, const struct task *t, char *target, const char *error)
{
    struct event e = {.type = EVENT_ERROR,
        .task_id = t->task_id,
        .message_id = t->message_id,
        .conversation_id = t->conversation_id,
        .source = t->source,
        .target = target,
        .revision = t->revision,
        .error = (char *)error,
        .model = (char *)EVENT_NO_MODEL,
        .worker = (char *)"unknown",
        .node = (char *)f->cfg.node,
        .session = (char *)f->cfg.session,
        .memory_mb = stats_memory_mb(f->cfg.stats),
        .cpu_percent = f->cfg.stats->cpu_permille / 10.0};

    e.any_pool = is_public(t);
    publish_event(f, &e);
    e.type = EVENT_COMPLETED;
    publish_event(f, &e);
}

static void
tell(struct front *f, struct job *j)
{
    if (j->told)
        return;
    j->told = true;
    if (j->refused)
        publish_about(f, j->task, EVENT_ERROR, "translation pool full");
    else
        publish_about(f, j->task, EVENT_ACCEPTED, NULL);
}

/* In this slice, or all that is left. */
static void
tell_some(struct front *f, bool all)
{
    int64_t now_us = clock_mono_us();
    struct job *j;

    do {
        j = all ? notices_take(f->notices) : notices_pop(f->notices, now_us);
        if (j) {
            tell(f, j);
            job_unref(j);
        }
    } while (j);
}

/* Skip one language of a job, or of a task that never became one. */
static void
publish_outdated(struct front *f, const struct task *t, const char *target)
{
    struct event e = {.type = EVENT_SKIPPED,
        .task_id = t->task_id,
        .message_id = t->message_id,
        .conversation_id = t->conversation_id,
        .source = t->source,
        .target = (char *)target,
        .revision = t->revision,
        .error = (char *)FRONT_OUTDATED};

    e.any_pool = is_public(t);
    f->cfg.stats->translations_skipped++;
    publish_event(f, &e);
}

/* One more language of j is answered. */
static void
count_answer(struct front *f, struct job *j)
{
    if (--j->n_unanswered > 0)
        return;
    f->cfg.stats->tasks_processed++;
    f->cfg.stats->tasks_failed += j->failed;
    flight_remove(f->flight, j);
    f->n_in_flight = flight_len(f->flight);
}

/* Skip what nobody has answered yet; what is on its way is skipped when it
 * comes.  The job itself stays with its pool or worker, who find nothing left
 * to do. */
static void
cancel(struct front *f, struct job *j)
{
    f->cfg.stats->tasks_outdated += !j->outdated;
    j->outdated = true;
    job_ref(j);
    tell(f, j);
    for (int i = 0; i < j->n_languages; i++)
        if (job_claim(&j->languages[i])) {
            publish_outdated(f, j->task, j->languages[i].target);
            count_answer(f, j);
        }
    job_unref(j);
}

/* Cancel the older revisions of t's message.  False when there is a newer. */
static bool
is_current(struct front *f, const struct task *t)
{
    struct job *j = flight_of_message(f->flight, t), *next;

    for (; j; j = next) {
        next = j->next_of_message;
        if (j->task->revision > t->revision)
            return false;
        if (j->task->revision < t->revision)
            cancel(f, j);
    }
    return true;
}

/* Takes t. */
static void
admit(struct front *f, struct task *t)
{
    struct job *j;

    if (flight_has(f->flight, t->task_id)) {
        f->cfg.stats->tasks_duplicate++;
        publish_about(f, t, EVENT_ACCEPTED, NULL);
        task_free(t);
        return;
    }
    if (!is_current(f, t)) {
        f->cfg.stats->tasks_outdated++;
        for (int i = 0; i < t->n_targets; i++)
            publish_outdated(f, t, t->targets[i]);
        task_free(t);
        return;
    }
    j = job_new(t);
    j->any_pool = is_public(t);
    job_ref(j);
    j->refused = !pool_push(j->any_pool ? f->cfg.any : f->cfg.normal,
        span_of(t->conversation_id), j);
    if (j->refused) {
        f->cfg.stats->pool_full_rejections++;
        job_unref(j);
    } else {
        f->cfg.stats->tasks_accepted++;
        flight_add(f->flight, j);
        f->n_in_flight = flight_len(f->flight);
    }
    if (!notices_push(f->notices, j, j->queued_us))
        tell(f, j);
    job_unref(j);
}

static void
publish_pong(struct front *f)
{
    const struct offer_list *offered = offer_hold(f->cfg.offer);
    struct event pong = {.type = EVENT_PONG,
        .session = (char *)f->cfg.session,
        .text = offered->languages,
        .port_pub = f->pub_port,
        .port_sub = f->sub_port};

    publish_event(f, &pong);
    offer_release(f->cfg.offer, offered);
}

/* A bad task, of which perhaps little more than an id could be read. */
static void
refuse(struct front *f, const struct task *t, const char *reason)
{
    for (int i = 0; t->message_id && i < t->n_targets; i++)
        publish_failed(f, t, t->targets[i], reason);
    if (!t->message_id || t->n_targets == 0)
        publish_about(f, t, EVENT_ERROR, reason);
}

static void
handle_frame(struct front *f, struct span frame)
{
    enum task_frame kind;
    struct task *t;
    struct err err;

    if (!task_parse(frame, &kind, &t, &err)) {
        f->cfg.stats->frames_malformed++;
        log_debug(
            "malformed frame bytes=%zu reason=\"%s\"", frame.len, err.text);
        if (t)
            refuse(f, t, err.text);
        task_free(t);
        return;
    }
    switch (kind) {
    case TASK_FRAME_PING:
        f->cfg.stats->pings++;
        publish_pong(f);
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

    tell(f, j);
    if (j->outdated) {
        publish_outdated(f, j->task, a->target);
    } else {
        publish(f, (struct span){a->frame, a->len});
        if (a->result)
            publish(f, (struct span){a->result, a->result_len});
    }
    if (a->type == EVENT_ERROR)
        j->failed = true;
    count_answer(f, j);
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

/* How long there is nothing to do if nothing comes. */
static int64_t
idle_ms(const struct front *f)
{
    int64_t wait_ms = f->next_tick_ms - clock_mono_ms();

    if (wait_ms > NOTICES_MS && notices_len(f->notices) > 0)
        return NOTICES_MS;
    return wait_ms < 0 ? 0 : wait_ms;
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
        int n = f->entry_closed ? 1 : 2;
        if (zmq_poll(items, n, idle_ms(f)) > 0 && items[0].revents)
            outbox_woken(f->cfg.outbox);
        publish_answers(f);
        drain_frames(f);
        tell_some(f, false);
        tick(f);
    }
    publish_answers(f);
    tell_some(f, true);
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
    f->flight = flight_new();
    f->notices = notices_new();
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
    if (!f)
        return;
    f->stopping = true;
    if (f->started) {
        outbox_wake(f->cfg.outbox);
        pthread_join(f->thread, NULL);
    }
    flight_free(f->flight);
    notices_free(f->notices);
    if (f->in)
        zmq_close(f->in);
    if (f->out)
        zmq_close(f->out);
    if (f->zmq)
        zmq_ctx_term(f->zmq);
    free(f);
}
