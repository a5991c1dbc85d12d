/* SPDX-License-Identifier: ISC */
#ifndef LINK_PEER_H
#define LINK_PEER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/id.h"
#include "base/span.h"
#include "link/link.h"
#include "wire/event.h"

/*
 * peer - one translator as the link's thread sees it: a socket for tasks, a
 * socket for events, and when it last answered a ping.  Link thread only.
 */
enum { PEER_HOST_BYTES = 81, PEER_KEY_BYTES = 41 /* of Z85, and a NUL */ };

/* Who we are to every translator. */
struct peer_self {
    char reply_to[ID_BYTES]; /* our address, which nobody can guess */
    /* Of CURVE; empty: none. */
    char public_key[PEER_KEY_BYTES], secret_key[PEER_KEY_BYTES];
};

struct peer {
    void *out; /* PUB or PUSH; NULL: this place is free */
    void *in; /* SUB */
    char name[LINK_NAME_BYTES];
    char host[PEER_HOST_BYTES];
    int task_port, event_port;
    char key[PEER_KEY_BYTES]; /* its public one; "": in clear */
    bool hears_all; /* it has not said yet that it knows our address */
    int64_t opened_ms; /* monotonic: its sockets */
    bool alive, changed; /* since its owner was told */
    int64_t last_pong_ms; /* monotonic; 0: never */
    /* Of the last pong; NULL: not said. */
    char *session, *languages, *pairs, *version;
};

/* Where a translator is. */
struct peer_address {
    struct span host; /* or a directory, "/run/meeshy", with its sockets */
    int task_port, event_port;
    struct span key; /* its own, or {NULL, 0} */
};

/* Take the next address off a list "[key@]host[:task_port[:event_port]],..."; the
 * ports of *ret serve where none are named.  False at the end of the list, or
 * with err filled (its kind is FAIL_NONE before) when it is malformed. */
bool peer_next_address(
    struct span *list, struct peer_address *ret, struct err *err);

enum {
    PEER_QUEUE_MAX = 20000, /* frames inside ZeroMQ, on their way out */
    PEER_HEARD_MAX = 2000, /* in: what comes faster waits at its sender */
    PEER_FRAME_BYTES_MAX = 1 << 20, /* larger: the connection is closed */
    PEER_TOPIC_BYTES_MAX = 1024, /* as are longer subscriptions to tasks */
    PEER_REOPEN_MS = 5000, /* one silent for so long is opened anew */
    PEER_RECONNECT_MS = 100,
    PEER_RECONNECT_MS_MAX = 500,
    PEER_HEARTBEAT_MS = 2000, /* of ZeroMQ itself: finds half-open TCP */
    PEER_HEARTBEAT_TIMEOUT_MS = 6000,
};

/* Connect both sockets, which succeeds also when nobody listens yet.  On
 * failure, too, p must be closed. */
bool peer_open(struct peer *p, void *zmq, const struct peer_self *self,
    const struct peer_address *at, bool pushpull, struct err *err);
void peer_close(struct peer *p); /* zeroed is fine */

/* Exchange its sockets for new ones; what is known of it stays.  ZeroMQ never
 * connects again where a frame was too large for it. */
bool peer_reopen(struct peer *p, void *zmq, const struct peer_self *self,
    bool pushpull, struct err *err);

/* The name of an address. */
void peer_name(const struct peer_address *at, char out[LINK_NAME_BYTES]);

/* It answered a ping.  From then on, if it knows addresses, we hear what is for
 * ours alone. */
void peer_pong(struct peer *p, const struct event *pong, int64_t now_ms);

/* Never blocks.  False: nobody is connected, or ZeroMQ's queue is full. */
bool peer_send(struct peer *p, struct span frame);

enum peer_rc {
    PEER_EVENT, /* *ret is filled; event_free it */
    PEER_MALFORMED, /* a frame was read and dropped */
    PEER_EMPTY,
};
/* Never blocks. */
enum peer_rc peer_recv(struct peer *p, struct event *ret);

#endif
