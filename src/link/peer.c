/* SPDX-License-Identifier: ISC */
#include "link/peer.h"

#include <stdio.h>
#include <stdlib.h>
#include <zmq.h>

#include "base/clock.h"
#include "base/mem.h"

enum { ENDPOINT_BYTES = 300, KEY_LEN = PEER_KEY_BYTES - 1 };

static bool
set_int(void *socket, int option, int value)
{
    return zmq_setsockopt(socket, option, &value, sizeof(value)) == 0;
}

static bool
set_common(void *s)
{
    return set_int(s, ZMQ_LINGER, 0) &&
           set_int(s, ZMQ_RECONNECT_IVL, PEER_RECONNECT_MS) &&
           set_int(s, ZMQ_RECONNECT_IVL_MAX, PEER_RECONNECT_MS_MAX) &&
           set_int(s, ZMQ_HEARTBEAT_IVL, PEER_HEARTBEAT_MS) &&
           set_int(s, ZMQ_HEARTBEAT_TIMEOUT, PEER_HEARTBEAT_TIMEOUT_MS);
}

static bool
set_key(void *s, int option, const char *key)
{
    return zmq_setsockopt(s, option, key, PEER_KEY_BYTES) == 0;
}

static bool
set_curve(const struct peer *p, void *s, const struct peer_self *self)
{
    if (!p->key[0] || p->host[0] == '/')
        return true;
    return set_key(s, ZMQ_CURVE_SERVERKEY, p->key) &&
           set_key(s, ZMQ_CURVE_PUBLICKEY, self->public_key) &&
           set_key(s, ZMQ_CURVE_SECRETKEY, self->secret_key);
}

/* Without ZMQ_IMMEDIATE a connecting socket keeps up to a queue of frames for
 * a translator that is away, and delivers them when it is back, beside all
 * that was resent in the meantime: every message would be translated twice. */
static bool
set_out(void *s, bool pushpull)
{
    int64_t bytes_max = PEER_TOPIC_BYTES_MAX;

    return set_common(s) &&
           zmq_setsockopt(s, ZMQ_MAXMSGSIZE, &bytes_max, sizeof(bytes_max)) ==
               0 &&
           set_int(s, ZMQ_IMMEDIATE, 1) &&
           set_int(s, ZMQ_SNDHWM, PEER_QUEUE_MAX) &&
           /* A full queue is an answer (EAGAIN), not a silent loss. */
           (pushpull || set_int(s, ZMQ_XPUB_NODROP, 1));
}

static bool
set_in(void *s, const struct peer_self *self)
{
    int64_t bytes_max = PEER_FRAME_BYTES_MAX;
    char address[EVENT_ADDRESS_BYTES];

    /* Both, until we know which it is: a private one takes the first only, an
     * early one sends the second only. */
    return set_common(s) && set_int(s, ZMQ_RCVHWM, PEER_HEARD_MAX) &&
           zmq_setsockopt(s, ZMQ_MAXMSGSIZE, &bytes_max, sizeof(bytes_max)) ==
               0 &&
           zmq_setsockopt(s, ZMQ_SUBSCRIBE, address,
               event_address(address, self->reply_to)) == 0 &&
           zmq_setsockopt(s, ZMQ_SUBSCRIBE, "", 0) == 0;
}

static bool
next_port(struct span *rest, int *port)
{
    long long v;

    if (!rest->p)
        return true;
    if (!span_int(span_cut(rest, ':'), 1, UINT16_MAX, &v))
        return false;
    *port = (int)v;
    return true;
}

/* The host is all before the first colon, or inside brackets. */
static struct span
cut_host(struct span *rest)
{
    struct span host;

    if (!span_starts(*rest, SPAN("[")))
        return span_cut(rest, ':');
    host = span_cut(rest, ']');
    host.len += rest->p != NULL;
    if (rest->p && rest->len == 0)
        *rest = (struct span){NULL, 0};
    else
        span_cut(rest, ':');
    return host;
}

bool
peer_next_address(struct span *list, struct peer_address *ret, struct err *err)
{
    struct span one = {NULL, 0};

    while (list->p && one.len == 0)
        one = span_trim(span_cut(list, ','));
    if (one.len == 0)
        return false;
    if (one.len > KEY_LEN && one.p[KEY_LEN] == '@') {
        ret->key = (struct span){one.p, KEY_LEN};
        one = (struct span){one.p + KEY_LEN + 1, one.len - KEY_LEN - 1};
    }
    ret->host = cut_host(&one);
    if (ret->host.len == 0 || ret->host.len >= PEER_HOST_BYTES ||
        !next_port(&one, &ret->task_port) ||
        !next_port(&one, &ret->event_port) || one.p)
        return err_set(err, FAIL_BAD_INPUT,
            "a translator is host, host:task_port:event_port, KEY@ before these, or "
            "/directory");
    return true;
}

void
peer_name(const struct peer_address *at, char out[LINK_NAME_BYTES])
{
    snprintf(out, LINK_NAME_BYTES, "%.*s:%d:%d", SPAN_ARG(at->host),
        at->task_port, at->event_port);
}

static void
note(struct peer *p, char **field, const char *value)
{
    if (span_eq(span_of(*field), span_of(value)))
        return;
    free(*field);
    *field = value ? xstrdup(value) : NULL;
    p->changed = true;
}

void
peer_pong(struct peer *p, const struct event *pong, int64_t now_ms)
{
    p->last_pong_ms = now_ms;
    if (p->hears_all && pong->addressed) {
        zmq_setsockopt(p->in, ZMQ_UNSUBSCRIBE, "", 0);
        p->hears_all = false;
    }
    note(p, &p->session, pong->session);
    note(p, &p->languages, pong->text);
    note(p, &p->pairs, pong->pairs);
    note(p, &p->version, pong->version);
}

static bool
connect_to(void *s, const char *host, const char *name, int port)
{
    char endpoint[ENDPOINT_BYTES];

    if (host[0] == '/')
        snprintf(endpoint, sizeof(endpoint), "ipc://%s/%s", host, name);
    else
        snprintf(endpoint, sizeof(endpoint), "tcp://%s:%d", host, port);
    return zmq_connect(s, endpoint) == 0;
}

static bool
open_sockets(struct peer *p, void *zmq, const struct peer_self *self,
    bool pushpull, struct err *err)
{
    p->hears_all = true;
    p->opened_ms = clock_mono_ms();
    p->out = zmq_socket(zmq, pushpull ? ZMQ_PUSH : ZMQ_PUB);
    p->in = zmq_socket(zmq, ZMQ_SUB);
    if (!p->out || !p->in || !set_out(p->out, pushpull) ||
        !set_in(p->in, self) || !set_curve(p, p->out, self) ||
        !set_curve(p, p->in, self))
        return err_set(
            err, FAIL_SYSTEM, "zmq socket: %s", zmq_strerror(zmq_errno()));
    if (!connect_to(p->out, p->host, "tasks", p->task_port) ||
        !connect_to(p->in, p->host, "events", p->event_port))
        return err_set(err, FAIL_BAD_INPUT, "translator %s: %s", p->name,
            zmq_strerror(zmq_errno()));
    return true;
}

static void
close_sockets(struct peer *p)
{
    if (p->out)
        zmq_close(p->out);
    if (p->in)
        zmq_close(p->in);
    p->out = p->in = NULL;
}

bool
peer_open(struct peer *p, void *zmq, const struct peer_self *self,
    const struct peer_address *at, bool pushpull, struct err *err)
{
    *p = (struct peer){.changed = true,
        .task_port = at->task_port,
        .event_port = at->event_port};
    peer_name(at, p->name);
    snprintf(p->host, sizeof(p->host), "%.*s", SPAN_ARG(at->host));
    snprintf(p->key, sizeof(p->key), "%.*s", SPAN_ARG(at->key));
    return open_sockets(p, zmq, self, pushpull, err);
}

bool
peer_reopen(struct peer *p, void *zmq, const struct peer_self *self,
    bool pushpull, struct err *err)
{
    close_sockets(p);
    return open_sockets(p, zmq, self, pushpull, err);
}

void
peer_close(struct peer *p)
{
    close_sockets(p);
    free(p->session);
    free(p->languages);
    free(p->pairs);
    free(p->version);
    *p = (struct peer){0};
}

bool
peer_send(struct peer *p, struct span frame)
{
    int rc;

    do
        rc = zmq_send(p->out, frame.p, frame.len, ZMQ_DONTWAIT);
    while (rc < 0 && zmq_errno() == EINTR);
    return rc >= 0;
}

enum peer_rc
peer_recv(struct peer *p, struct event *ret)
{
    enum peer_rc rc = PEER_EMPTY;
    zmq_msg_t msg;
    int n;

    zmq_msg_init(&msg);
    do
        n = zmq_msg_recv(&msg, p->in, ZMQ_DONTWAIT);
    while (n < 0 && zmq_errno() == EINTR);
    if (n >= 0) {
        struct span frame = {zmq_msg_data(&msg), zmq_msg_size(&msg)};
        rc = PEER_EVENT;
        if (!event_parse(frame, ret, NULL)) {
            event_free(ret);
            rc = PEER_MALFORMED;
        }
    }
    zmq_msg_close(&msg);
    return rc;
}
