/* SPDX-License-Identifier: ISC */
#include "translator/tasks/front.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "memory/current.h"
#include "translator/tasks/door.h"
#include "translator/tasks/flight.h"
#include "translator/tasks/notices.h"
#include "translator/tasks/zap.h"

enum {
    FRAMES_PER_TURN = 256, /* then the answers have their turn */
    ANSWERS_PER_POP = 64,
    TICK_MS = 1000,
    NOTICES_MS = 1, /* when some wait: a slice */
    VERSION_BYTES = 96,
};

struct front {
    struct front_cfg cfg;
    void *zmq;
    struct zap *zap; /* NULL: no keys are asked for */
    struct door doors[FRONT_DOORS_MAX];
    int n_doors;
    pthread_t thread;
    bool started;
    atomic_bool stopping, entry_closed;
    atomic_size_t n_in_flight;

    /* The thread's own. */
    struct flight *flight;
    struct notices *notices;
    int64_t next_tick_ms;
    unsigned refused[2]; /* tasks since the last tick: normal, any */
    size_t waiting; /* tasks in both pools at the last tick */
};

static void
publish_event(struct door *d, const char *reply_to, struct event *e)
{
    struct buf b = {0};

    e->timestamp_s = (double)clock_wall_ms() / 1e3;
    event_format(&b, e);
    door_publish(d, reply_to, buf_span(&b));
    buf_free(&b);
}

static struct door *
door_of(struct front *f, struct job *j)
{
    return &f->doors[job_origin(j)->door];
}

static bool
is_public(const struct task *t)
{
    return t->conversation_id && strcmp(t->conversation_id, "any") == 0;
}

/* An answer about a task as a whole. */
static void
publish_about(struct door *d, const struct task *t, enum event_type type,
    const char *error)
{
    struct event e = {.type = type,
        .task_id = t->task_id,
        .message_id = t->message_id,
        .conversation_id = t->conversation_id,
        .revision = t->revision,
        .error = (char *)error};

    e.any_pool = is_public(t);
    publish_event(d, t->reply_to, &e);
}

/* A language of a task that never became a job failed: an error, and a result
 * that has it. */
static void
publish_failed(struct front *f, struct door *d, const struct task *t,
    char *target, const char *error)
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
    publish_event(d, t->reply_to, &e);
    e.type = EVENT_COMPLETED;
    publish_event(d, t->reply_to, &e);
}

static void
tell(struct front *f, struct job *j)
{
    if (j->told)
        return;
    j->told = true;
    if (j->refused)
        publish_about(
            door_of(f, j), j->task, EVENT_ERROR, "translation pool full");
    else
        publish_about(door_of(f, j), j->task, EVENT_ACCEPTED, NULL);
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
publish_outdated(
    struct front *f, struct door *d, const struct task *t, const char *target)
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
    publish_event(d, t->reply_to, &e);
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
            publish_outdated(f, door_of(f, j), j->task, j->languages[i].target);
            count_answer(f, j);
        }
    job_unref(j);
}

/* Cancel the older revisions of t's message.  False when there is a newer. */
static bool
is_current(struct front *f, int door, const struct task *t)
{
    struct job *j = flight_of_message(f->flight, door, t), *next;

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
admit(struct front *f, struct door *d, struct task *t)
{
    struct job *j;

    if (flight_has(f->flight, t->task_id)) {
        f->cfg.stats->tasks_duplicate++;
        publish_about(d, t, EVENT_ACCEPTED, NULL);
        task_free(t);
        return;
    }
    if (!is_current(f, (int)(d - f->doors), t)) {
        f->cfg.stats->tasks_outdated++;
        for (int i = 0; i < t->n_targets; i++)
            publish_outdated(f, d, t, t->targets[i]);
        task_free(t);
        return;
    }
    j = job_new(t);
    j->door = (int)(d - f->doors);
    j->any_pool = is_public(t);
    job_ref(j);
    j->refused = !pool_push(
        j->any_pool ? f->cfg.any : f->cfg.normal, span_of(t->turn), j);
    if (j->refused) {
        f->cfg.stats->pool_full_rejections++;
        f->refused[j->any_pool]++;
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

/* Of all that a translation depends on but its text and words.  A restart does
 * not change it, a model does. */
static void
name_version(const struct front *f, const struct offer_list *offered,
    char ret[VERSION_BYTES])
{
    struct memory *m = f->cfg.memory ? current_get(f->cfg.memory) : NULL;

    snprintf(ret, VERSION_BYTES, MEESHY_VERSION "-%016llx-%016llx",
        (unsigned long long)offered->version,
        (unsigned long long)memory_version(m));
    memory_unref(m);
}

static void
publish_pong(struct front *f, struct door *d, const char *reply_to)
{
    const struct offer_list *offered = offer_hold(f->cfg.offer);
    char version[VERSION_BYTES];
    struct event pong = {.type = EVENT_PONG,
        .session = (char *)f->cfg.session,
        .text = offered->languages,
        .pairs = offered->pairs_told,
        .version = version,
        .port_pub = d->pub_port,
        .port_sub = d->sub_port};

    name_version(f, offered, version);
    publish_event(d, reply_to, &pong);
    offer_release(f->cfg.offer, offered);
}

/* A bad task, of which perhaps little more than an id could be read. */
static void
refuse(
    struct front *f, struct door *d, const struct task *t, const char *reason)
{
    for (int i = 0; t->message_id && i < t->n_targets; i++)
        publish_failed(f, d, t, t->targets[i], reason);
    if (!t->message_id || t->n_targets == 0)
        publish_about(d, t, EVENT_ERROR, reason);
}

static void
handle_frame(struct front *f, struct door *d, struct span frame)
{
    enum task_frame kind;
    struct task *t;
    struct err err;

    if (!task_parse(frame, &kind, &t, &err)) {
        f->cfg.stats->frames_malformed++;
        log_debug(
            "malformed frame bytes=%zu reason=\"%s\"", frame.len, err.text);
        if (t)
            refuse(f, d, t, err.text);
        task_free(t);
        return;
    }
    switch (kind) {
    case TASK_FRAME_PING:
        f->cfg.stats->pings++;
        publish_pong(f, d, t ? t->reply_to : NULL);
        task_free(t);
        return;
    case TASK_FRAME_TASK:
        admit(f, d, t);
        return;
    case TASK_FRAME_UNKNOWN:
        return;
    }
}

static void
drain_frames(struct front *f, struct door *d)
{
    for (int i = 0; i < FRAMES_PER_TURN && !f->entry_closed; i++) {
        zmq_msg_t msg;
        zmq_msg_init(&msg);
        if (zmq_msg_recv(&msg, d->in, ZMQ_DONTWAIT) < 0) {
            int error = zmq_errno();
            zmq_msg_close(&msg);
            if (error == EINTR)
                continue;
            if (error != EAGAIN)
                log_warn("tasks unreadable error=\"%s\"", zmq_strerror(error));
            return;
        }
        handle_frame(
            f, d, (struct span){zmq_msg_data(&msg), zmq_msg_size(&msg)});
        zmq_msg_close(&msg);
    }
}

static void
settle(struct front *f, struct answer *a)
{
    struct job *j = a->job;

    tell(f, j);
    if (j->outdated) {
        publish_outdated(f, door_of(f, j), j->task, a->target);
    } else {
        struct door *d = door_of(f, j);
        const char *to = j->task->reply_to;
        door_publish(d, to, (struct span){a->frame, a->len});
        if (a->result)
            door_publish(d, to, (struct span){a->result, a->result_len});
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
log_refusals(struct front *f)
{
    static const char *const names[] = {"normal", "any"};

    for (int i = 0; i < 2; i++) {
        if (f->refused[i] > 0)
            log_warn("translation pool full pool=%s refused=%u", names[i],
                f->refused[i]);
        f->refused[i] = 0;
    }
}

static void
tick(struct front *f)
{
    int64_t now = clock_mono_ms();
    size_t waiting;
    unsigned n;

    if (now < f->next_tick_ms)
        return;
    f->next_tick_ms = now + TICK_MS;
    waiting = pool_len(f->cfg.normal) + pool_len(f->cfg.any);
    f->cfg.stats->front_ticked_ms = now;
    f->cfg.stats->queue_growth = (int)waiting - (int)f->waiting;
    f->waiting = waiting;
    log_refusals(f);
    if (f->zap && (n = zap_refused(f->zap)) > 0) {
        f->cfg.stats->keys_refused += n;
        log_warn("audit action=zmq.refused connections=%u reason=\"a key that "
                 "is not in ZMQ_GATEWAY_KEYS\"",
            n);
    }
    for (int i = 0; i < f->n_doors; i++)
        door_tend(&f->doors[i]);
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

/* Sleep until a socket, the outbox or the clock wants something. */
static void
wait(struct front *f)
{
    zmq_pollitem_t items[2 + 2 * FRONT_DOORS_MAX] = {
        {.fd = outbox_fd(f->cfg.outbox), .events = ZMQ_POLLIN}};
    int n = 1;

    if (f->zap)
        items[n++].socket = zap_socket(f->zap);
    for (int i = 0; i < f->n_doors; i++) {
        if (f->doors[i].out)
            items[n++].socket = f->doors[i].out;
        if (!f->entry_closed)
            items[n++].socket = f->doors[i].in;
    }
    for (int i = 1; i < n; i++)
        items[i].events = ZMQ_POLLIN;
    if (zmq_poll(items, n, idle_ms(f)) > 0 && items[0].revents)
        outbox_woken(f->cfg.outbox);
}

static void *
run(void *arg)
{
    struct front *f = arg;

    while (!f->stopping) {
        wait(f);
        publish_answers(f);
        if (f->zap)
            zap_serve(f->zap);
        for (int i = 0; i < f->n_doors; i++) {
            door_listen(&f->doors[i]);
            drain_frames(f, &f->doors[i]);
        }
        tell_some(f, false);
        tick(f);
    }
    publish_answers(f);
    tell_some(f, true);
    return NULL;
}

static bool
open_door(struct front *f, const char *dir, struct err *err)
{
    return door_open(&f->doors[f->n_doors++], f->zmq,
        &(struct door_cfg){.host = f->cfg.host,
            .sub_port = f->cfg.sub_port,
            .pub_port = f->cfg.pub_port,
            .dir = dir,
            .pushpull = f->cfg.pushpull,
            .secret_key = f->cfg.secret_key,
            .is_private = f->cfg.is_private && !dir},
        err);
}

struct front *
front_new(const struct front_cfg *cfg, struct err *err)
{
    struct front *f = xcalloc(1, sizeof(*f));

    f->cfg = *cfg;
    f->flight = flight_new();
    f->notices = notices_new();
    f->zmq = zmq_ctx_new();
    if ((cfg->secret_key && *cfg->secret_key &&
            !(f->zap = zap_new(f->zmq, cfg->gateway_keys, err))) ||
        !open_door(f, NULL, err) ||
        (cfg->dir && *cfg->dir && !open_door(f, cfg->dir, err))) {
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
    return f->doors[0].sub_port;
}

int
front_pub_port(const struct front *f)
{
    return f->doors[0].pub_port;
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
    for (int i = 0; i < f->n_doors; i++)
        door_close(&f->doors[i]);
    zap_free(f->zap);
    if (f->zmq)
        zmq_ctx_term(f->zmq);
    free(f);
}
