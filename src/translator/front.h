/* SPDX-License-Identifier: ISC */
#ifndef TRANSLATOR_FRONT_H
#define TRANSLATOR_FRONT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "translator/offer.h"
#include "translator/outbox.h"
#include "translator/pool.h"
#include "translator/stats.h"

/*
 * front - the translator's face to the gateways.  Its thread owns the ZeroMQ
 * sockets and the table of tasks in flight: it admits tasks to the pools,
 * answers pings, and publishes what the outbox brings.
 *
 * A task whose taskId is in flight is not executed twice: the gateway is told
 * once more that it is accepted.  A task with a higher revision of a message
 * makes those of lower ones outdated: what is not published of these yet is
 * skipped with the reason FRONT_OUTDATED, whether it waits or is worked on.
 *
 * Life cycle: front_new, front_start, front_close_entry, front_free.  One
 * owner thread.
 */
struct front;

struct front_cfg {
    const char *host;
    int sub_port, pub_port; /* 0: the kernel chooses */
    bool pushpull;
    /* Borrowed; they outlive the front. */
    const char *node; /* which translator, in every result */
    const char *session; /* of this run, in every pong and result */
    struct offer *offer; /* what we can write, in every pong */
    struct pool *normal, *any;
    struct outbox *outbox;
    struct stats *stats;
};

enum {
    FRONT_QUEUE_MAX = 20000, /* frames inside ZeroMQ, per gateway, each way */
    FRONT_FRAME_BYTES_MAX = 4 << 20, /* larger: the connection is closed */
    FRONT_LINGER_MS = 500, /* for the last answers when closing */
    FRONT_HEARTBEAT_MS = 2000, /* of ZeroMQ itself: finds half-open TCP */
    FRONT_HEARTBEAT_TIMEOUT_MS = 6000,
};

#define FRONT_OUTDATED "outdated revision"

/* Bind both sockets. */
struct front *front_new(const struct front_cfg *cfg, struct err *err);
bool front_start(struct front *f, struct err *err);

/* The ports bound. */
int front_sub_port(const struct front *f);
int front_pub_port(const struct front *f);

/* Tasks accepted and not wholly answered.  Any thread. */
size_t front_in_flight(const struct front *f);

/* Read no more frames, but go on publishing. */
void front_close_entry(struct front *f);

/* Stop the thread, publish what the outbox still has, close.  Nobody pushes
 * into the outbox any more.  NULL is fine. */
void front_free(struct front *f);

#endif
