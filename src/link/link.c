/* SPDX-License-Identifier: ISC */
#include "link/link.h"

#include <assert.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include <zmq.h>

#include "base/bq.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "link/peer.h"

enum {
    SEND_BATCH = 64, /* frames taken from the outbox under one lock */
    RECV_TURN_MAX = 4 * LINK_EVENTS_MAX, /* per peer, before others' turn */
};

struct frame {
    char *p;
    size_t len;
};

/*
 * DESIGN.  One thread polls the wake-up eventfd and every peer's event socket.
 * A turn sends what is in the outbox, drains the event sockets, asks and
 * judges liveness.  Senders write the eventfd only when the thread may be
 * about to sleep (wake_sent), so a burst costs one system call.
 *
 * Nothing is retried here: the gateway's ledger knows which tasks are
 * unanswered, and it is told when a translator appears.
 */
struct link {
    struct link_cfg cfg; /* hosts is not used after link_start */
    void *zmq;
    struct bq *outbox; /* of struct frame */
    int wake_fd;
    atomic_bool wake_sent, stopping;
    pthread_t thread;

    /* The thread's own. */
    struct peer peers[LINK_HOSTS_MAX];
    int n_peers, next_peer;
    int64_t next_ping_ms;
    struct event events[LINK_EVENTS_MAX];
    int n_events;
    bool alive;

    /* Written by the thread (refused: by senders), read by link_stats. */
    atomic_ullong frames_sent, frames_refused, frames_dropped;
    atomic_ullong events_received, events_malformed;
    atomic_ullong pings_sent, pongs_received;
    atomic_bool shown_alive;
    atomic_llong last_pong_ms;
};

static void
wake(struct link *l)
{
    uint64_t one = 1;

    if (!atomic_exchange(&l->wake_sent, true) &&
        write(l->wake_fd, &one, sizeof(one)) < 0)
        log_warn("link wake-up failed error=%m");
}

static void
frame_free(struct frame *f)
{
    free(f->p);
    free(f);
}

/* The next peer in turn among those alive, or among all while none is: its
 * first pong may be on the way, and a stand-in may never send one. */
static struct peer *
choose_peer(struct link *l)
{
    for (int i = 0; i < l->n_peers; i++) {
        struct peer *p = &l->peers[l->next_peer];
        l->next_peer = (l->next_peer + 1) % l->n_peers;
        if (p->alive || !l->alive)
            return p;
    }
    return &l->peers[0];
}

static void
send_outbox(struct link *l)
{
    void *batch[SEND_BATCH];
    enum bq_rc rc;
    size_t n;

    while ((n = bq_pop_many(l->outbox, batch, SEND_BATCH, BQ_NOWAIT, &rc)) > 0)
        for (size_t i = 0; i < n; i++) {
            struct frame *f = batch[i];
            if (peer_send(choose_peer(l), (struct span){f->p, f->len}))
                l->frames_sent++;
            else
                l->frames_dropped++;
            frame_free(f);
        }
}

static void
deliver(struct link *l)
{
    if (l->n_events > 0)
        l->cfg.on_events(l->events, l->n_events, l->cfg.ctx);
    l->n_events = 0;
}

static void
take_event(struct link *l, struct peer *p, struct event *e)
{
    switch (e->type) {
    case EVENT_PONG:
        p->last_pong_ms = clock_mono_ms();
        l->last_pong_ms = p->last_pong_ms;
        l->pongs_received++;
        event_free(e);
        return;
    case EVENT_UNKNOWN:
        event_free(e);
        return;
    case EVENT_ACCEPTED:
    case EVENT_COMPLETED:
    case EVENT_ERROR:
    case EVENT_SKIPPED:
        l->events_received++;
        if (++l->n_events == LINK_EVENTS_MAX)
            deliver(l);
        return;
    }
}

static void
drain(struct link *l, struct peer *p)
{
    for (int i = 0; i < RECV_TURN_MAX; i++) {
        struct event *slot = &l->events[l->n_events];
        enum peer_rc rc = peer_recv(p, slot);
        if (rc == PEER_EMPTY)
            break;
        if (rc == PEER_MALFORMED)
            l->events_malformed++;
        else
            take_event(l, p, slot);
    }
    deliver(l);
}

static void
ping_all(struct link *l, int64_t now)
{
    struct buf b = {0};

    if (now < l->next_ping_ms)
        return;
    l->next_ping_ms = now + l->cfg.ping_interval_ms;
    task_format_ping(&b, clock_wall_ms());
    for (int i = 0; i < l->n_peers; i++)
        if (peer_send(&l->peers[i], buf_span(&b)))
            l->pings_sent++;
    buf_free(&b);
}

static void
judge_liveness(struct link *l, int64_t now)
{
    bool any = false;

    for (int i = 0; i < l->n_peers; i++) {
        struct peer *p = &l->peers[i];
        p->alive =
            p->last_pong_ms && now - p->last_pong_ms < l->cfg.dead_after_ms;
        any = any || p->alive;
    }
    if (any == l->alive)
        return;
    l->alive = any;
    l->shown_alive = any;
    log_info("translator %s", any ? "alive" : "silent");
    if (l->cfg.on_alive)
        l->cfg.on_alive(any, l->cfg.ctx);
}

/* Sleep until a socket, a sender or the clock wants something. */
static void
sleep_until_wanted(struct link *l)
{
    zmq_pollitem_t items[LINK_HOSTS_MAX + 1] = {
        {.fd = l->wake_fd, .events = ZMQ_POLLIN}};
    int64_t wait_ms = l->next_ping_ms - clock_mono_ms();
    int judge_ms = l->cfg.dead_after_ms / 4 + 1;
    uint64_t count;

    for (int i = 0; i < l->n_peers; i++)
        items[i + 1] =
            (zmq_pollitem_t){.socket = l->peers[i].in, .events = ZMQ_POLLIN};
    wait_ms = wait_ms < 0 ? 0 : wait_ms > judge_ms ? judge_ms : wait_ms;
    if (zmq_poll(items, l->n_peers + 1, wait_ms) < 0)
        return; /* a signal: the turn does no harm */
    if (items[0].revents && read(l->wake_fd, &count, sizeof(count)) < 0)
        log_warn("link wake-up unreadable error=%m");
    /* Before the outbox is looked at: a later sender wakes us again. */
    if (items[0].revents)
        l->wake_sent = false;
}

static void *
run(void *arg)
{
    struct link *l = arg;

    while (!l->stopping) {
        int64_t now;
        send_outbox(l);
        for (int i = 0; i < l->n_peers; i++)
            drain(l, &l->peers[i]);
        now = clock_mono_ms();
        ping_all(l, now);
        judge_liveness(l, now);
        sleep_until_wanted(l);
    }
    return NULL;
}

static bool
open_peers(struct link *l, struct span hosts, struct err *err)
{
    while (hosts.p) {
        struct span host = span_trim(span_cut(&hosts, ','));
        if (host.len == 0)
            continue;
        if (l->n_peers == LINK_HOSTS_MAX)
            return err_set(err, FAIL_BAD_INPUT, "more than %d translator hosts",
                LINK_HOSTS_MAX);
        if (!peer_open(&l->peers[l->n_peers++], l->zmq, host, l->cfg.pub_port,
                l->cfg.sub_port, l->cfg.pushpull, err))
            return false;
    }
    return l->n_peers > 0 ||
           err_set(err, FAIL_BAD_INPUT, "no translator host given");
}

static void
free_all(struct link *l)
{
    void *frame;

    for (int i = 0; i < l->n_peers; i++)
        peer_close(&l->peers[i]);
    if (l->zmq)
        zmq_ctx_term(l->zmq);
    while (bq_pop(l->outbox, &frame, BQ_NOWAIT) == BQ_OK)
        frame_free(frame);
    bq_free(l->outbox);
    if (l->wake_fd >= 0)
        close(l->wake_fd);
    free(l);
}

struct link *
link_start(const struct link_cfg *cfg, struct err *err)
{
    struct link *l = xcalloc(1, sizeof(*l));

    assert(cfg->on_events && cfg->ping_interval_ms > 0);
    l->cfg = *cfg;
    l->outbox = bq_new(LINK_OUTBOX_MAX);
    l->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    l->zmq = zmq_ctx_new();
    if (l->wake_fd < 0 || !l->zmq) {
        err_set(err, FAIL_SYSTEM, "link: %m");
        goto fail;
    }
    if (!open_peers(l, span_of(cfg->hosts), err))
        goto fail;
    l->cfg.hosts = NULL;
    if (pthread_create(&l->thread, NULL, run, l) != 0) {
        err_set(err, FAIL_SYSTEM, "link thread: %m");
        goto fail;
    }
    return l;
fail:
    free_all(l);
    return NULL;
}

bool
link_send(struct link *l, char *frame, size_t len)
{
    struct frame *f = xmalloc(sizeof(*f));

    *f = (struct frame){frame, len};
    if (bq_push(l->outbox, f, BQ_NOWAIT) != BQ_OK) {
        free(f);
        l->frames_refused++;
        return false;
    }
    wake(l);
    return true;
}

void
link_stop(struct link *l)
{
    if (!l)
        return;
    l->stopping = true;
    bq_close(l->outbox);
    l->wake_sent = false; /* the last wake-up must not be spared */
    wake(l);
    pthread_join(l->thread, NULL);
    free_all(l);
}

struct link_stats
link_stats(const struct link *l)
{
    return (struct link_stats){
        .frames_sent = l->frames_sent,
        .frames_refused = l->frames_refused,
        .frames_dropped = l->frames_dropped,
        .events_received = l->events_received,
        .events_malformed = l->events_malformed,
        .pings_sent = l->pings_sent,
        .pongs_received = l->pongs_received,
        .alive = l->shown_alive,
        .last_pong_ms = l->last_pong_ms,
    };
}
