/* SPDX-License-Identifier: ISC */
#include "translator/tasks/door.h"

#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zmq.h>

#include "base/log.h"
#include "translator/tasks/zap.h"
#include "wire/event.h"

enum {
    ENDPOINT_BYTES = 300,
    DOOR_TOPIC_BYTES_MIN = 30,
};

static bool
set_int(void *socket, int option, int value)
{
    return zmq_setsockopt(socket, option, &value, sizeof(value)) == 0;
}

static bool
has_curve(const struct door *d)
{
    return !d->cfg.dir && d->cfg.secret_key && *d->cfg.secret_key;
}

static bool
set_curve(const struct door *d, void *s)
{
    const char *key = d->cfg.secret_key;

    if (!has_curve(d))
        return true;
    return set_int(s, ZMQ_CURVE_SERVER, 1) &&
           zmq_setsockopt(s, ZMQ_ZAP_DOMAIN, ZAP_DOMAIN, strlen(ZAP_DOMAIN)) ==
               0 &&
           zmq_setsockopt(s, ZMQ_CURVE_SECRETKEY, key, strlen(key) + 1) == 0;
}

static bool
set_common(const struct door *d, void *s, int64_t bytes_max)
{
    bool ipv6 = !d->cfg.dir && strchr(d->cfg.host, ':');

    return set_int(s, ZMQ_IPV6, ipv6) &&
           set_int(s, ZMQ_HEARTBEAT_IVL, DOOR_HEARTBEAT_MS) &&
           set_int(s, ZMQ_HEARTBEAT_TIMEOUT, DOOR_HEARTBEAT_TIMEOUT_MS) &&
           zmq_setsockopt(s, ZMQ_MAXMSGSIZE, &bytes_max, sizeof(bytes_max)) ==
               0 &&
           set_curve(d, s);
}

static bool
socket_failed(struct err *err)
{
    return err_set(
        err, FAIL_SYSTEM, "zmq socket: %s", zmq_strerror(zmq_errno()));
}

static void
name_port(const struct door *d, int port, char ret[ENDPOINT_BYTES])
{
    const char *host = d->cfg.host;
    char number[16] = "*";

    /* ZeroMQ binds to addresses and interfaces, not to names. */
    if (strcmp(host, "localhost") == 0)
        host = "127.0.0.1";
    if (port)
        snprintf(number, sizeof(number), "%d", port);
    snprintf(ret, ENDPOINT_BYTES,
        strchr(host, ':') ? "tcp://[%s]:%s" : "tcp://%s:%s", host, number);
}

static bool
bind_to(void *socket, const char *endpoint, struct err *err)
{
    mode_t mask = umask(0177); /* for a socket that is a file */
    bool ok = zmq_bind(socket, endpoint) == 0;

    umask(mask);
    return ok || err_set(err, FAIL_SYSTEM, "cannot listen on %s: %s", endpoint,
                     zmq_strerror(zmq_errno()));
}

/* Bind one of the sockets and say at which port. */
static bool
bind_socket(struct door *d, void *socket, const char *name, int port,
    int *ret_port, struct err *err)
{
    char endpoint[ENDPOINT_BYTES];
    size_t len = sizeof(endpoint);

    if (d->cfg.dir) {
        snprintf(endpoint, sizeof(endpoint), "ipc://%s/%s", d->cfg.dir, name);
        return bind_to(socket, endpoint, err);
    }
    name_port(d, port, endpoint);
    if (!bind_to(socket, endpoint, err))
        return false;
    zmq_getsockopt(socket, ZMQ_LAST_ENDPOINT, endpoint, &len);
    *ret_port = atoi(strrchr(endpoint, ':') + 1);
    return true;
}

/* XPUB is PUB that tells who subscribes. */
static bool
open_out(struct door *d, int port, struct err *err)
{
    d->n_topics = 0;
    d->out = zmq_socket(d->zmq, ZMQ_XPUB);
    if (!d->out ||
        !set_common(d, d->out,
            has_curve(d) ? DOOR_CURVE_BYTES_MAX : DOOR_TOPIC_BYTES_MAX) ||
        !set_int(d->out, ZMQ_SNDHWM, DOOR_QUEUE_MAX) ||
        !set_int(d->out, ZMQ_LINGER, DOOR_LINGER_MS) ||
        (d->cfg.is_private && !set_int(d->out, ZMQ_XPUB_MANUAL, 1)))
        return socket_failed(err);
    return bind_socket(d, d->out, DOOR_EVENTS, port, &d->pub_port, err);
}

static bool
open_in(struct door *d, struct err *err)
{
    d->in = zmq_socket(d->zmq, d->cfg.pushpull ? ZMQ_PULL : ZMQ_SUB);
    if (!d->in || !set_common(d, d->in, DOOR_FRAME_BYTES_MAX) ||
        !set_int(d->in, ZMQ_RCVHWM, DOOR_QUEUE_MAX) ||
        !set_int(d->in, ZMQ_LINGER, 0) ||
        (!d->cfg.pushpull && zmq_setsockopt(d->in, ZMQ_SUBSCRIBE, "", 0) != 0))
        return socket_failed(err);
    return bind_socket(
        d, d->in, DOOR_TASKS, d->cfg.sub_port, &d->sub_port, err);
}

bool
door_open(
    struct door *d, void *zmq, const struct door_cfg *cfg, struct err *err)
{
    *d = (struct door){.cfg = *cfg, .zmq = zmq};
    if (cfg->dir && mkdir(cfg->dir, 0700) != 0 && errno != EEXIST)
        return err_set(err, FAIL_SYSTEM, "mkdir %s: %m", cfg->dir);
    /* The way out before the way in: no task without an answer. */
    return open_out(d, cfg->pub_port, err) && open_in(d, err);
}

void
door_publish(struct door *d, const char *reply_to, struct span frame)
{
    struct buf addressed = {0};

    if (reply_to) {
        event_readdress(&addressed, frame, reply_to);
        frame = buf_span(&addressed);
    }
    if (d->out && zmq_send(d->out, frame.p, frame.len, ZMQ_DONTWAIT) < 0)
        log_warn(
            "answer not published error=\"%s\"", zmq_strerror(zmq_errno()));
    buf_free(&addressed);
}

static void
close_out(struct door *d)
{
    if (d->out)
        zmq_close(d->out);
    d->out = NULL;
}

/* Is it a whole address, which cannot be guessed? */
static bool
is_address(struct span topic)
{
    return span_starts(topic, SPAN("{\"to\":\"")) &&
           topic.len >= DOOR_TOPIC_BYTES_MIN && topic.p[topic.len - 1] == ',';
}

/* A first byte of 1 is a topic that is new, 0 one that nobody wants any more. */
static void
take_topic(struct door *d, struct span told)
{
    struct span topic = {told.p + 1, told.len - 1};
    bool begins = told.p[0] == 1;

    if (told.p[0] > 1 || (d->cfg.is_private && !is_address(topic)))
        return;
    if (d->cfg.is_private)
        zmq_setsockopt(d->out, begins ? ZMQ_SUBSCRIBE : ZMQ_UNSUBSCRIBE,
            topic.p, topic.len);
    if (begins)
        d->n_topics++;
    else if (d->n_topics > 0)
        d->n_topics--;
}

void
door_listen(struct door *d)
{
    char topic[DOOR_TOPIC_BYTES_MAX];
    int n;

    for (int i = 0; d->out && i < DOOR_TOPICS_PER_LOOK; i++) {
        n = zmq_recv(d->out, topic, sizeof(topic), ZMQ_DONTWAIT);
        if (n <= 0)
            return;
        if ((size_t)n > sizeof(topic)) /* it was cut, and is no address */
            n = sizeof(topic);
        take_topic(d, (struct span){topic, (size_t)n});
    }
}

void
door_tend(struct door *d)
{
    bool was_open = d->out != NULL;
    struct err err;

    if (d->n_topics > DOOR_TOPICS_MAX) {
        log_warn("more than %d subscriptions: everybody is to subscribe again",
            DOOR_TOPICS_MAX);
        set_int(d->out, ZMQ_LINGER, 0);
        close_out(d);
        d->n_topics = 0;
    }
    /* The port is free a moment after the close: the next look finds it. */
    if (!d->out && !open_out(d, d->pub_port, &err)) {
        log_debug("%s", err.text);
        close_out(d);
        return;
    }
    if (!was_open)
        malloc_trim(0); /* what the topics held */
}

void
door_close(struct door *d)
{
    close_out(d);
    if (d->in)
        zmq_close(d->in);
    d->in = NULL;
}
