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

struct link_cfg {
    const char *hosts; /* "localhost" or "a,b,c" */
    int pub_port; /* tasks go to tcp://host:pub_port */
    int sub_port; /* events come from tcp://host:sub_port */
    bool pushpull; /* PUSH instead of PUB (later Meeshy sockets) */
    int ping_interval_ms; /* 1000 */
    int dead_after_ms; /* no pong for this long: not alive */

    /* On the link thread: a batch of events as they were drained.  The array
     * is borrowed, the events are taken (event_free each when done). */
    void (*on_events)(struct event *events, int n, void *ctx);
    /* On the link thread, when liveness changes. */
    void (*on_alive)(bool alive, void *ctx);
    void *ctx;
};

enum {
    LINK_OUTBOX_MAX = 16384, /* frames waiting to be sent; then busy */
    LINK_EVENTS_MAX = 256, /* per on_events call */
};

struct link *link_start(const struct link_cfg *cfg, struct err *err);
/* Send a task frame.  Takes frame (malloc'ed) on true; false when the outbox
 * is full and the caller still owns it.  Any thread. */
bool link_send(struct link *l, char *frame, size_t len);
void link_stop(struct link *l);

struct link_stats {
    uint64_t frames_sent, frames_refused, events_received, events_malformed,
        pings_sent, pongs_received;
    bool alive;
    int64_t last_pong_ms; /* clock_mono_ms of it; 0: never */
};
struct link_stats link_stats(const struct link *l);

#endif
