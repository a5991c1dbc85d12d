/* SPDX-License-Identifier: ISC */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/id.h"
#include "base/mem.h"
#include "net/eio_server.h"
#include "net/frame.h"
#include "net/sio_impl.h"
#include "wire/json.h"

/* A sio_frame is an eio_frame whose text is a Socket.IO packet; two names
 * because only one of them is the users' business. */
static struct eio_frame *
eio_of(struct sio_frame *f)
{
    return (struct eio_frame *)f;
}

struct sio_frame *
sio_frame_event(const char *nsp, const char *name, struct span payload)
{
    struct buf head = {0};
    struct sio_frame *f;

    sio_put_head(&head, SIO_EVENT, 0, span_of(nsp), -1);
    buf_addc(&head, '[');
    json_put_str(&head, span_of(name));
    if (payload.len)
        buf_addc(&head, ',');
    f = (struct sio_frame *)frame_text(
        '4', (struct span[]){buf_span(&head), payload, SPAN("]")}, 3);
    buf_free(&head);
    return f;
}

struct sio_frame *
sio_frame_ref(struct sio_frame *f)
{
    eio_frame_ref(eio_of(f));
    return f;
}

void
sio_frame_unref(struct sio_frame *f)
{
    eio_frame_unref(eio_of(f));
}

void
sio_send(struct sio_socket *s, struct sio_frame *f)
{
    if (s->state == SOCKET_OPEN)
        eio_send(s->client->eio, eio_of(f));
}

/* Send type and payload to one client. */
static void
send_packet(struct sio_client *c, enum sio_type type, struct span nsp,
    int64_t ack_id, struct span payload)
{
    char small[64 + SIO_NAMESPACE_LEN_MAX];
    struct buf head = {small, 0, sizeof(small)};
    struct eio_frame *f;

    if (!c->eio)
        return;
    sio_put_head(&head, type, 0, nsp, ack_id);
    assert(head.p == small); /* it fits: nothing to free */
    f = frame_text('4', (struct span[]){buf_span(&head), payload}, 2);
    eio_send(c->eio, f);
    eio_frame_unref(f);
}

static struct span
nsp_of(const struct sio_socket *s)
{
    return span_of(s->nsp->name);
}

void
client_refuse(struct sio_client *c, struct span nsp, const char *message)
{
    struct buf payload = {0};

    buf_addz(&payload, "{\"message\":");
    json_put_str(&payload, span_of(message));
    buf_addc(&payload, '}');
    send_packet(c, SIO_CONNECT_ERROR, nsp, -1, buf_span(&payload));
    buf_free(&payload);
}

struct sio_socket *
socket_new(struct sio_client *c, struct sio_nsp *nsp)
{
    struct sio_socket *s = xcalloc(1, sizeof(*s));

    s->client = c;
    s->nsp = nsp;
    s->early_last = &s->early;
    id_new(s->id);
    s->next = c->sockets;
    c->sockets = s;
    c->n_sockets++;
    c->server->n_sockets++;
    return s;
}

struct sio_socket *
socket_find(struct sio_client *c, struct span nsp)
{
    for (struct sio_socket *s = c->sockets; s; s = s->next)
        if (span_eqz(nsp, s->nsp->name))
            return s;
    return NULL;
}

static void
ack_end(struct sio_ack *a, const json_t *args)
{
    struct sio_socket *s = a->socket;
    struct sio_ack **at = &s->acks;

    while (*at != a)
        at = &(*at)->next;
    *at = a->next;
    s->n_acks--;
    ev_timer_stop(s->client->server->ev, &a->timeout);
    a->on_ack(args, a->ctx);
    free(a);
}

void
socket_end(struct sio_socket *s, const char *reason)
{
    struct sio_client *c = s->client;
    struct sio_socket **at = &c->sockets;

    if (s->state == SOCKET_GONE)
        return;
    s->state = SOCKET_GONE;
    while (*at != s)
        at = &(*at)->next;
    *at = s->next;
    c->n_sockets--;
    c->server->n_sockets--;
    s->next = c->server->dead_sockets;
    c->server->dead_sockets = s;
    while (s->acks)
        ack_end(s->acks, NULL);
    s->nsp->handler->on_disconnect(s, reason, s->nsp->ctx);
}

static void
early_drop(struct sio_socket *s)
{
    struct sio_early *early;

    while ((early = s->early)) {
        s->early = early->next;
        partial_free(early->whole);
        free(early);
    }
}

void
socket_free(struct sio_socket *s)
{
    early_drop(s);
    free(s);
}

void
sio_accept(struct sio_socket *s)
{
    struct sio_early *early;
    char payload[64];
    int n = snprintf(payload, sizeof(payload), "{\"sid\":\"%s\"}", s->id);

    if (s->state != SOCKET_ASKING)
        return;
    s->state = SOCKET_OPEN;
    eio_trust(s->client->eio);
    send_packet(s->client, SIO_CONNECT, nsp_of(s), -1,
        (struct span){payload, (size_t)n});
    while (s->state == SOCKET_OPEN && (early = s->early)) {
        s->early = early->next;
        client_deliver(s, early->whole);
        free(early);
    }
    s->early_last = &s->early;
}

void
sio_refuse(struct sio_socket *s, const char *message)
{
    if (s->state != SOCKET_ASKING)
        return;
    client_refuse(s->client, nsp_of(s), message);
    socket_end(s, "refused");
}

void
sio_disconnect(struct sio_socket *s, bool close_transport)
{
    struct sio_client *c = s->client;

    if (s->state == SOCKET_GONE)
        return;
    send_packet(c, SIO_DISCONNECT, nsp_of(s), -1, SPAN(""));
    socket_end(s, "server namespace disconnect");
    if (close_transport && c->eio)
        eio_close(c->eio, "forced server close");
}

void
sio_hang_up(struct sio_socket *s, const char *reason)
{
    if (s->state != SOCKET_GONE)
        eio_close(s->client->eio, reason);
}

const char *
sio_id(const struct sio_socket *s)
{
    return s->id;
}

const char *
sio_address(const struct sio_socket *s)
{
    return s->client->eio ? eio_address(s->client->eio) : "";
}

struct span
sio_handshake_header(const struct sio_socket *s, const char *name)
{
    return eio_header(s->client->eio, name);
}

void
sio_set_user(struct sio_socket *s, void *user)
{
    s->user = user;
}

void *
sio_user(const struct sio_socket *s)
{
    return s->user;
}

void
sio_emit(struct sio_socket *s, const char *name, struct span payload)
{
    struct sio_frame *f;

    if (s->state != SOCKET_OPEN)
        return;
    f = sio_frame_event(s->nsp->name, name, payload);
    sio_send(s, f);
    sio_frame_unref(f);
}

void
sio_ack(struct sio_socket *s, int64_t ack_id, struct span payload)
{
    struct buf head = {0};
    struct eio_frame *f;

    if (s->state != SOCKET_OPEN || ack_id < 0)
        return;
    sio_put_head(&head, SIO_ACK, 0, nsp_of(s), ack_id);
    buf_addc(&head, '[');
    f = frame_text(
        '4', (struct span[]){buf_span(&head), payload, SPAN("]")}, 3);
    buf_free(&head);
    eio_send(s->client->eio, f);
    eio_frame_unref(f);
}

/* type, an id, JSON text, and attachments as binary frames behind it. */
static void
send_args(struct sio_socket *s, enum sio_type type, int64_t id,
    const char *name, const json_t *args, int n, const struct span *attachments)
{
    struct buf text = {0};
    struct eio_frame *f;
    const json_t *arg;
    size_t i;

    assert(n <= SIO_ATTACHMENTS_MAX && json_is_array(args));
    sio_put_head(&text, type, n, nsp_of(s), id);
    buf_addc(&text, '[');
    if (name)
        json_put_str(&text, span_of(name));
    json_array_foreach(args, i, arg)
    {
        if (i > 0 || name)
            buf_addc(&text, ',');
        json_put(&text, arg);
    }
    buf_addc(&text, ']');
    f = eio_frame_new(false, buf_span(&text));
    buf_free(&text);
    eio_send(s->client->eio, f);
    eio_frame_unref(f);
    for (int k = 0; k < n && s->state == SOCKET_OPEN; k++) {
        f = eio_frame_new(true, attachments[k]);
        eio_send(s->client->eio, f);
        eio_frame_unref(f);
    }
}

void
sio_emit_args(struct sio_socket *s, const char *name, const json_t *args,
    int n_attachments, const struct span *attachments)
{
    if (s->state == SOCKET_OPEN)
        send_args(s, n_attachments ? SIO_BINARY_EVENT : SIO_EVENT, -1, name,
            args, n_attachments, attachments);
}

void
sio_ack_args(struct sio_socket *s, int64_t ack_id, const json_t *args,
    int n_attachments, const struct span *attachments)
{
    if (s->state == SOCKET_OPEN && ack_id >= 0)
        send_args(s, n_attachments ? SIO_BINARY_ACK : SIO_ACK, ack_id, NULL,
            args, n_attachments, attachments);
}

static void
on_ack_timeout(struct ev_loop *ev, ev_timer *w, int revents)
{
    (void)ev;
    (void)revents;
    ack_end(w->data, NULL);
}

void
sio_emit_ack(struct sio_socket *s, const char *name, struct span payload,
    int timeout_ms, void (*on_ack)(const json_t *args, void *ctx), void *ctx)
{
    struct buf head = {0};
    struct eio_frame *f;
    struct sio_ack *a;

    if (s->state != SOCKET_OPEN || s->n_acks >= ACKS_MAX) {
        on_ack(NULL, ctx);
        return;
    }
    a = xcalloc(1, sizeof(*a));
    a->socket = s;
    a->id = s->next_ack_id++;
    a->on_ack = on_ack;
    a->ctx = ctx;
    a->next = s->acks;
    s->acks = a;
    s->n_acks++;
    ev_timer_init(&a->timeout, on_ack_timeout, timeout_ms / 1000.0, 0.0);
    a->timeout.data = a;
    ev_timer_start(s->client->server->ev, &a->timeout);
    sio_put_head(&head, SIO_EVENT, 0, nsp_of(s), a->id);
    buf_addc(&head, '[');
    json_put_str(&head, span_of(name));
    if (payload.len)
        buf_addc(&head, ',');
    f = frame_text(
        '4', (struct span[]){buf_span(&head), payload, SPAN("]")}, 3);
    buf_free(&head);
    eio_send(s->client->eio, f);
    eio_frame_unref(f);
}

void
socket_acked(struct sio_socket *s, int64_t id, const json_t *args)
{
    for (struct sio_ack *a = s->acks; a; a = a->next) {
        if (a->id == id) {
            ack_end(a, args);
            return;
        }
    }
}
