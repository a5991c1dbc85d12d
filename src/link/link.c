/* SPDX-License-Identifier: ISC */
#include "link/link.h"

#include <assert.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
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
    int peer;
};

/*
 * DESIGN.  One thread polls the wake-up eventfd and every peer's event socket.
 * A turn sends what is in the outbox, drains the event sockets, asks and
 * judges liveness.  Senders write the eventfd only when the thread may be
 * about to sleep (wake_sent), so a burst costs one system call.
 *
 * Nothing is retried or balanced here: the gateway's ledger knows which tasks
 * are unanswered, and is told what becomes of each translator.
 */
struct link {
    struct link_cfg cfg; /* hosts is not used after link_start */
    _Atomic(char *) hosts_next; /* a list to take over; owned */
    void *zmq;
    struct bq *outbox; /* of struct frame */
    int wake_fd;
    atomic_bool wake_sent, stopping;
    pthread_t thread;

    struct peer_self self;
    char peer_key[PEER_KEY_BYTES];

    /* The thread's own. */
    struct peer peers[LINK_PEERS_MAX];
    int64_t next_ping_ms;
    struct event events[LINK_EVENTS_MAX];
    int n_events;

    /* Written by the thread (refused: by senders), read by link_stats. */
    atomic_ullong frames_sent, frames_refused, frames_dropped;
    atomic_ullong events_received, events_malformed;
    atomic_ullong pings_sent, pongs_received;
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

/* With our address in it. */
static bool
send_to(struct link *l, struct peer *p, struct span frame)
{
    struct buf b = {0};
    bool ok;

    task_readdress(&b, frame, l->self.reply_to);
    ok = peer_send(p, buf_span(&b));
    buf_free(&b);
    return ok;
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
            struct peer *p = &l->peers[f->peer];
            if (p->out && send_to(l, p, (struct span){f->p, f->len}))
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
        peer_pong(p, e, clock_mono_ms());
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
    for (int i = 0; i < LINK_PEERS_MAX; i++)
        if (l->peers[i].out && send_to(l, &l->peers[i], buf_span(&b)))
            l->pings_sent++;
    buf_free(&b);
}

static void
tell(struct link *l, int id, bool listed)
{
    const struct peer *p = &l->peers[id];
    struct link_peer peer = {.id = id,
        .name = p->name,
        .listed = listed,
        .alive = listed && p->alive,
        .session = p->session,
        .languages = p->languages,
        .pairs = p->pairs,
        .version = p->version};

    if (l->cfg.on_peer)
        l->cfg.on_peer(&peer, l->cfg.ctx);
}

static void
judge_peers(struct link *l, int64_t now)
{
    for (int i = 0; i < LINK_PEERS_MAX; i++) {
        struct peer *p = &l->peers[i];
        bool alive =
            p->last_pong_ms && now - p->last_pong_ms < l->cfg.dead_after_ms;
        if (!p->out || (alive == p->alive && !p->changed))
            continue;
        if (alive != p->alive)
            log_info(
                "translator %s is %s", p->name, alive ? "alive" : "silent");
        p->alive = alive;
        p->changed = false;
        tell(l, i, true);
    }
}

/* Whoever is silent may have been cut off for good. */
static void
reopen_silent(struct link *l, int64_t now)
{
    struct err err;

    for (int i = 0; i < LINK_PEERS_MAX; i++) {
        struct peer *p = &l->peers[i];
        int64_t since =
            p->last_pong_ms > p->opened_ms ? p->last_pong_ms : p->opened_ms;
        if (!p->out || p->alive || now - since < PEER_REOPEN_MS)
            continue;
        if (!peer_reopen(p, l->zmq, &l->self, l->cfg.pushpull, &err)) {
            log_warn("translator %s: %s", p->name, err.text);
            tell(l, i, false);
            peer_close(p);
        }
    }
}

/* Who are we, in the words of cfg? */
static bool
set_self(struct link *l, struct err *err)
{
    const struct link_cfg *cfg = &l->cfg;
    struct peer_self *self = &l->self;
    bool has_key = cfg->secret_key && *cfg->secret_key;

    id_new(self->reply_to);
    if (cfg->peer_key && *cfg->peer_key && !has_key)
        return err_set(err, FAIL_BAD_INPUT,
            "ZMQ_TRANSLATOR_KEY needs ZMQ_SECRET_KEY, our own");
    if (!has_key)
        return true;
    snprintf(self->secret_key, sizeof(self->secret_key), "%s", cfg->secret_key);
    if (strlen(cfg->secret_key) != PEER_KEY_BYTES - 1 ||
        zmq_curve_public(self->public_key, self->secret_key) != 0)
        return err_set(err, FAIL_BAD_INPUT,
            "ZMQ_SECRET_KEY is no key of meeshyctl keys pair");
    snprintf(l->peer_key, sizeof(l->peer_key), "%s",
        cfg->peer_key ? cfg->peer_key : "");
    return true;
}

static struct peer *
find_peer(struct link *l, const char *name)
{
    for (int i = 0; i < LINK_PEERS_MAX; i++)
        if (l->peers[i].out && strcmp(l->peers[i].name, name) == 0)
            return &l->peers[i];
    return NULL;
}

/* Is name in the list, which is well formed? */
static bool
is_listed(const struct link *l, const char *hosts, const char *name)
{
    struct span rest = span_of(hosts);
    struct peer_address at = {
        .task_port = l->cfg.pub_port, .event_port = l->cfg.sub_port};
    char other[LINK_NAME_BYTES];

    while (peer_next_address(&rest, &at, NULL)) {
        peer_name(&at, other);
        if (strcmp(name, other) == 0)
            return true;
        at.task_port = l->cfg.pub_port;
        at.event_port = l->cfg.sub_port;
    }
    return false;
}

static bool
add_peer(struct link *l, const struct peer_address *at, struct err *err)
{
    char name[LINK_NAME_BYTES];

    peer_name(at, name);
    if (find_peer(l, name))
        return true;
    for (int i = 0; i < LINK_PEERS_MAX; i++) {
        struct peer *p = &l->peers[i];
        if (p->out)
            continue;
        if (peer_open(p, l->zmq, &l->self, at, l->cfg.pushpull, err))
            return true;
        peer_close(p);
        return false;
    }
    return err_set(
        err, FAIL_BAD_INPUT, "more than %d translators", LINK_PEERS_MAX);
}

static bool
add_all(struct link *l, const char *hosts, struct err *err)
{
    struct span rest = span_of(hosts);
    struct peer_address at;
    struct err bad = {.kind = FAIL_NONE};

    do {
        at = (struct peer_address){.task_port = l->cfg.pub_port,
            .event_port = l->cfg.sub_port,
            .key = span_of(l->peer_key)};
    } while (peer_next_address(&rest, &at, &bad) && add_peer(l, &at, &bad));
    return bad.kind == FAIL_NONE || err_set(err, bad.kind, "%s", bad.text);
}

static void
take_over_hosts(struct link *l)
{
    char *hosts = atomic_exchange(&l->hosts_next, NULL);
    struct err err;

    if (!hosts)
        return;
    for (int i = 0; i < LINK_PEERS_MAX; i++) {
        struct peer *p = &l->peers[i];
        if (!p->out || is_listed(l, hosts, p->name))
            continue;
        log_info("translator %s leaves", p->name);
        tell(l, i, false);
        peer_close(p);
    }
    if (!add_all(l, hosts, &err))
        log_warn("translators not taken over: %s", err.text);
    l->next_ping_ms = 0; /* greet who is new */
    free(hosts);
}

/* Sleep until a socket, a sender or the clock wants something. */
static void
sleep_until_wanted(struct link *l)
{
    zmq_pollitem_t items[LINK_PEERS_MAX + 1] = {
        {.fd = l->wake_fd, .events = ZMQ_POLLIN}};
    int n = 1;
    int64_t wait_ms = l->next_ping_ms - clock_mono_ms();
    int judge_ms = l->cfg.dead_after_ms / 4 + 1;
    uint64_t count;

    for (int i = 0; i < LINK_PEERS_MAX; i++)
        if (l->peers[i].out)
            items[n++] = (zmq_pollitem_t){
                .socket = l->peers[i].in, .events = ZMQ_POLLIN};
    wait_ms = wait_ms < 0 ? 0 : wait_ms > judge_ms ? judge_ms : wait_ms;
    if (zmq_poll(items, n, wait_ms) < 0)
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
        take_over_hosts(l);
        send_outbox(l);
        for (int i = 0; i < LINK_PEERS_MAX; i++)
            if (l->peers[i].out)
                drain(l, &l->peers[i]);
        now = clock_mono_ms();
        ping_all(l, now);
        judge_peers(l, now);
        reopen_silent(l, now);
        sleep_until_wanted(l);
    }
    return NULL;
}

static void
free_all(struct link *l)
{
    void *frame;

    for (int i = 0; i < LINK_PEERS_MAX; i++)
        peer_close(&l->peers[i]);
    free(l->hosts_next);
    if (l->zmq)
        zmq_ctx_term(l->zmq);
    while (bq_pop(l->outbox, &frame, BQ_NOWAIT) == BQ_OK)
        frame_free(frame);
    bq_free(l->outbox);
    if (l->wake_fd >= 0)
        close(l->wake_fd);
    free(l);
}

static bool
check_hosts(const char *hosts, struct err *err)
{
    struct span rest = span_of(hosts);
    struct err bad = {.kind = FAIL_NONE};
    struct peer_address at = {.task_port = 1, .event_port = 1};
    int n = 0;

    while (peer_next_address(&rest, &at, &bad))
        n++;
    if (bad.kind != FAIL_NONE)
        return err_set(err, bad.kind, "%s", bad.text);
    if (n == 0)
        return err_set(err, FAIL_BAD_INPUT, "no translator host given");
    return n <= LINK_PEERS_MAX ||
           err_set(
               err, FAIL_BAD_INPUT, "more than %d translators", LINK_PEERS_MAX);
}

bool
link_set_hosts(struct link *l, const char *hosts, struct err *err)
{
    if (!check_hosts(hosts, err))
        return false;
    free(atomic_exchange(&l->hosts_next, xstrdup(hosts)));
    wake(l);
    return true;
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
    if (!set_self(l, err) || !check_hosts(cfg->hosts, err) ||
        !add_all(l, cfg->hosts, err))
        goto fail;
    l->cfg.hosts = l->cfg.secret_key = l->cfg.peer_key = NULL;
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
link_send(struct link *l, int peer, char *frame, size_t len)
{
    struct frame *f = xmalloc(sizeof(*f));

    assert(peer >= 0 && peer < LINK_PEERS_MAX);
    *f = (struct frame){frame, len, peer};
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
    };
}
