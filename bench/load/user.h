/* SPDX-License-Identifier: ISC */
#ifndef LOAD_USER_H
#define LOAD_USER_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/map.h"
#include "load/conn.h"
#include "load/lines.h"
#include "load/opts.h"
#include "load/stats.h"

/*
 * user - one simulated user: what a chat client says over its connection, and
 * what of the server's words counts.
 *
 *   <- 0{..}            -> 40<auth>
 *   <- 40{..}           -> 42["conversation:join",{..}]
 *   -> 42<id>["message:send",{..}]   <- 43<id>[{"success":true,..}]
 *   <- 42["message:new",{..}]        <- 42["message:translation",{..}]
 *
 * A message carries the time at which it was due, so that every receiver can
 * tell its age.  With await_translation the time is kept by message id.
 */
enum { USER_MARK_BYTES = 19 }; /* what the time costs of a content */

enum user_phase {
    USER_STARTING, /* not yet through the handshake */
    USER_JOINING,
    USER_READY,
    USER_GONE,
};

struct user {
    struct conn conn; /* first: a conn is its user */
    enum user_phase phase;
    bool sender;
    struct span room;
    int64_t started_us;
    int64_t *due_us; /* ring by ack id; senders only */
    uint32_t next_id, join_id, in_flight;
};

/* Shared by all users; owned by the run. */
struct crowd {
    const struct opts *opts;
    struct conn_env env;
    struct stats *stats;
    struct lines auths, rooms, texts;
    struct user *users; /* [opts->conns] */
    struct map *awaited; /* message id to when and by whom */
    FILE *acked_file; /* NULL: none */
    uint32_t ring_mask; /* of user.due_us */
    int n_ready, n_starting;
    bool sending; /* acknowledged senders go on */
    bool measuring; /* events count for the window */
    struct buf text, filler; /* scratch; fills a content up */
};

/* Set the callbacks of crowd->env. */
void user_hooks(struct crowd *crowd);

void user_start(struct crowd *crowd, uint32_t index);

/* Queue the next message, due at due_us; the caller flushes. */
void user_send(struct crowd *crowd, struct user *u, int64_t due_us);

void user_fini(struct user *u);

/* Free what is still awaited; returns how many messages that were. */
size_t user_forget_awaited(struct crowd *crowd);

#endif
