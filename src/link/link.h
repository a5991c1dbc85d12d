/* SPDX-License-Identifier: ISC */
#ifndef LINK_LINK_H
#define LINK_LINK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "wire/task.h"

/*
 * link - the gateway's end of the road to the translators.  A thread of its
 * own owns the ZeroMQ sockets; both are drained until EAGAIN whenever ready.
 *
 * PUB/SUB may lose frames in either direction: whoever sends a task resends it
 * when nothing comes back.
 */
struct link;

enum {
    LINK_OUTBOX_MAX = 16384, /* frames waiting to be sent; then busy */
    LINK_EVENTS_MAX = 256, /* per on_events call */
    LINK_PEERS_MAX = 16,
    LINK_NAME_BYTES = 96,
};

/* What is known of one translator.  id is its place, 0 to LINK_PEERS_MAX - 1,
 * for as long as it is listed. */
struct link_peer {
    int id;
    const char *name; /* "host:5555:5556" */
    bool listed; /* false: no longer one of ours; its place is free */
    bool alive; /* answered a ping within dead_after_ms */
    const char *session; /* one run of it; NULL: it does not say */
    const char *languages; /* that it can write, "ca,en,es"; or NULL */
    const char *pairs; /* as in wire/pairs.h; or NULL */
    const char *version; /* see wire/event.h; or NULL */
};

struct link_cfg {
    /* Each may have its own public key before it, "KEY@host:5555:5556".
     * "localhost" or "a,b:6555:6556,[::1]:6555:6556": hosts, each with its
     * ports where they are not these; or "/run/meeshy": a directory with the
     * sockets of one on this machine. */
    const char *hosts;
    int pub_port; /* tasks go to tcp://host:pub_port */
    int sub_port; /* events come from tcp://host:sub_port */
    /* For those at ports: CURVE, with our secret key and, of those who do not
     * have their own, their public key; Z85; NULL or "": in clear. */
    const char *secret_key, *peer_key;
    bool pushpull; /* PUSH instead of PUB (later Meeshy sockets) */
    int ping_interval_ms; /* 1000 */
    int dead_after_ms; /* no pong for this long: not alive */

    /* On the link thread: a batch of events as they were drained.  The array
     * is borrowed, the events are taken (event_free each when done). */
    void (*on_events)(struct event *events, int n, void *ctx);
    /* On the link thread, when a peer joins, leaves, or anything about it
     * changes; the struct and its strings are borrowed. */
    void (*on_peer)(const struct link_peer *p, void *ctx);
    void *ctx;
};

/* Start the thread; cfg is copied.  That no translator is there is no error:
 * the sockets connect when one appears. */
struct link *link_start(const struct link_cfg *cfg, struct err *err);

/* Replace the list of translators.  Those in both lists keep their place and
 * what is under way.  Any thread; takes effect soon.  False with err filled,
 * and nothing changed, when the list is not well formed. */
bool link_set_hosts(struct link *l, const char *hosts, struct err *err);

/* Send a task frame to one translator.  Takes frame (malloc'ed) on true; false when the outbox
 * is full and the caller still owns it.  Any thread.  Nothing is kept for a
 * translator that is away: the frame is dropped and whoever sent it resends. */
bool link_send(struct link *l, int peer, char *frame, size_t len);

/* Stop the thread and free; no callback runs afterwards.  What is unsent is
 * dropped.  NULL is fine. */
void link_stop(struct link *l);

struct link_stats {
    uint64_t frames_sent;
    uint64_t frames_refused; /* the outbox was full */
    uint64_t frames_dropped; /* no translator could take them */
    uint64_t events_received, events_malformed;
    uint64_t pings_sent, pongs_received;
};
/* Any thread. */
struct link_stats link_stats(const struct link *l);

#endif
