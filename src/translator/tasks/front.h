/* SPDX-License-Identifier: ISC */
#ifndef TRANSLATOR_FRONT_H
#define TRANSLATOR_FRONT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "translator/tasks/outbox.h"
#include "translator/tasks/pool.h"
#include "translator/tasks/stats.h"
#include "translator/translate/offer.h"

/*
 * front - the translator's face to the gateways.  Its thread owns the ZeroMQ
 * sockets and the table of tasks in flight: it admits tasks to the pools,
 * answers pings, and publishes what the outbox brings, each at the door
 * (door.h) at which it was asked for: at ports, and in a directory if told to.
 *
 * A task whose taskId is in flight is not executed twice: the gateway is told
 * once more that it is accepted.  A task with a higher revision of a message,
 * that came by the same door,
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
    const char *dir; /* of a second door, for this machine; "" or NULL: none */
    bool pushpull;
    const char *secret_key, *gateway_keys; /* at ports; see door.h, zap.h */
    bool is_private; /* likewise */
    /* Borrowed; they outlive the front. */
    const char *node; /* which translator, in every result */
    const char *session; /* of this run, in every pong and result */
    struct offer *offer; /* what we can write, in every pong */
    struct current *memory; /* part of our version there; NULL: none */
    struct pool *normal, *any;
    struct outbox *outbox;
    struct stats *stats;
};

enum { FRONT_DOORS_MAX = 2 };

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
