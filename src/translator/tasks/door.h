/* SPDX-License-Identifier: ISC */
#ifndef TRANSLATOR_DOOR_H
#define TRANSLATOR_DOOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"

/*
 * door - a pair of ZeroMQ sockets: tasks come in, events go out to everybody
 * who listens there.  What came in by one door is answered there alone, so
 * that nobody outside hears what was asked for inside the house.
 *
 * A door is at ports of a host, or in a directory: then its two sockets are
 * files that only this user may open.
 *
 * What was asked with an address (task.h) is answered to that.  An open door lets
 * everybody listen to everything, as early gateways do; at a private one whoever
 * subscribes names an address, which only its owner knows.
 *
 * Subscriptions cost memory for each byte of each topic, and nobody needs one
 * but "": they are short, and when there are more than DOOR_TOPICS_MAX the way
 * out is opened anew, for those to come back who are honest.
 *
 * One thread; zeroed is a closed one.
 */
struct door_cfg {
    const char *host; /* when dir is NULL */
    int sub_port, pub_port; /* 0: the kernel chooses */
    const char *dir; /* is made when it is missing; or NULL */
    bool pushpull;
    /* At ports: CURVE, with this secret key in Z85; NULL or "": in clear. */
    const char *secret_key;
    bool is_private; /* only gateways with an address of their own listen */
};

struct door {
    struct door_cfg cfg; /* its strings are borrowed */
    void *zmq; /* borrowed */
    void *in, *out;
    int sub_port, pub_port; /* bound; 0 in a directory */
    size_t n_topics;
};

enum {
    DOOR_QUEUE_MAX = 20000, /* frames inside ZeroMQ, per gateway, each way */
    DOOR_FRAME_BYTES_MAX = 4 << 20, /* larger: the connection is closed */
    DOOR_TOPIC_BYTES_MAX = 64, /* as are those with longer topics */
    DOOR_CURVE_BYTES_MAX = 512, /* but a handshake with keys needs so much */
    DOOR_TOPICS_MAX = 1000,
    DOOR_TOPICS_PER_LOOK = 256, /* heard of before others have their turn */
    DOOR_LINGER_MS = 500, /* for the last answers when closing */
    DOOR_HEARTBEAT_MS = 2000, /* of ZeroMQ itself: finds half-open TCP */
    DOOR_HEARTBEAT_TIMEOUT_MS = 6000,
};

/* The names of the sockets in a directory. */
#define DOOR_TASKS "tasks"
#define DOOR_EVENTS "events"

/* Bind both sockets.  On failure, too, d must be closed. */
bool door_open(
    struct door *d, void *zmq, const struct door_cfg *cfg, struct err *err);

/* Never blocks: what a slow gateway's queue cannot hold is dropped for that
 * gateway, whose ledger asks again. */
void door_publish(struct door *d, const char *reply_to, struct span frame);

/* Look who subscribed, when its way out has something to say. */
void door_listen(struct door *d);

/* Open anew what has too many topics; now and then. */
void door_tend(struct door *d);

void door_close(struct door *d);

#endif
