/* SPDX-License-Identifier: ISC */
#include "net/sio_server.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "net/http_impl.h"
#include "net/sio_impl.h"
#include "wire/json.h"

/* Names that socket.io keeps for itself. */
static const char *const reserved[] = {"connect", "connect_error", "disconnect",
    "disconnecting", "newListener", "removeListener"};

void
partial_free(struct sio_partial *p)
{
    if (!p)
        return;
    for (int i = 0; i < p->n_have; i++)
        free((char *)p->attachments[i].p);
    if (p->all_attached)
        *p->all_attached -= p->attached;
    free(p->text);
    free(p);
}

void
client_close_bad(struct sio_client *c)
{
    if (!c->eio)
        return;
    c->server->closed_bad++;
    eio_close(c->eio, "parse error");
}

/* Every {"_placeholder":true,"num":i} must name an attachment. */
static bool
placeholders_valid(const json_t *v, int n_attachments)
{
    const json_t *item;
    const char *key;
    size_t i;

    if (json_is_array(v)) {
        json_array_foreach(v, i,
            item) if (!placeholders_valid(item, n_attachments)) return false;
    } else if (json_is_object(v)) {
        long long num;
        if (json_is_true(json_object_get(v, "_placeholder")))
            return json_get_int(v, "num", &num) && num >= 0 &&
                   num < n_attachments;
        json_object_foreach((json_t *)v, key,
            item) if (!placeholders_valid(item, n_attachments)) return false;
    }
    return true;
}

static bool
name_valid(struct span name)
{
    for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++)
        if (span_eqz(name, reserved[i]))
            return false;
    return true;
}

/* args is an array that starts with the name. */
static bool
deliver_event(struct sio_socket *s, const struct sio_packet *p, json_t *args,
    const struct span *attachments)
{
    json_t *first = json_array_get(args, 0);
    struct sio_event e = {.ack_id = p->ack_id,
        .args = args,
        .n_attachments = p->attachments,
        .attachments = attachments};

    if (!json_is_string(first))
        return false;
    json_incref(first);
    e.name = (struct span){json_string_value(first), json_string_length(first)};
    if (name_valid(e.name)) {
        json_array_remove(args, 0);
        s->nsp->handler->on_event(s, &e, s->nsp->ctx);
        json_decref(first);
        return true;
    }
    json_decref(first);
    return false;
}

static json_t *
read_args(struct span payload)
{
    json_t *args = json_read(payload, NULL);
    struct buf mended = {0};

    if (!args && sio_mend(payload, &mended))
        args = json_read(buf_span(&mended), NULL);
    buf_free(&mended);
    return args;
}

static bool
deliver(struct sio_socket *s, const struct sio_packet *p,
    const struct span *attachments)
{
    json_t *args = read_args(p->payload);
    bool ok = json_is_array(args) && placeholders_valid(args, p->attachments);

    if (ok && (p->type == SIO_EVENT || p->type == SIO_BINARY_EVENT))
        ok = deliver_event(s, p, args, attachments);
    else if (ok)
        socket_acked(s, p->ack_id, args);
    json_decref(args);
    return ok;
}

void
client_deliver(struct sio_socket *s, struct sio_partial *whole)
{
    if (!deliver(s, &whole->packet, whole->attachments))
        client_close_bad(s->client);
    partial_free(whole);
}

static struct sio_partial *
partial_new(const struct sio_packet *p, struct span text)
{
    struct sio_partial *whole = xcalloc(1, sizeof(*whole));

    whole->text = xstrndup(text.p, text.len);
    whole->packet = *p;
    whole->bytes = text.len;
    if (p->nsp.p >= text.p && p->nsp.p < text.p + text.len)
        whole->packet.nsp.p = whole->text + (p->nsp.p - text.p);
    if (p->payload.p)
        whole->packet.payload.p = whole->text + (p->payload.p - text.p);
    return whole;
}

/* Before sio_accept packets wait, within the size of one message. */
static void
keep_early(struct sio_socket *s, struct sio_partial *whole)
{
    struct sio_early *early;

    s->early_bytes += whole->bytes + sizeof(*early) + sizeof(*whole);
    if (s->early_bytes > eio_max_payload(s->client->eio)) {
        partial_free(whole);
        client_close_bad(s->client);
        return;
    }
    early = xcalloc(1, sizeof(*early));
    early->whole = whole;
    *s->early_last = early;
    s->early_last = &early->next;
}

/* An event or ack with all its attachments. */
static void
client_packet_done(struct sio_client *c, struct sio_partial *whole)
{
    struct sio_socket *s = socket_find(c, whole->packet.nsp);

    if (!s) {
        partial_free(whole);
        client_close_bad(c);
    } else if (s->state == SOCKET_ASKING) {
        keep_early(s, whole);
    } else {
        client_deliver(s, whole);
    }
}

static void
on_attachment(struct sio_client *c, struct span data)
{
    struct sio_partial *p = c->partial;
    struct sio_server *s = c->server;

    if (!p || (p->bytes += data.len) > eio_max_payload(c->eio) ||
        (s->cfg.attachments_bytes_max &&
            s->attached + data.len > (size_t)s->cfg.attachments_bytes_max)) {
        client_close_bad(c);
        return;
    }
    p->all_attached = &s->attached;
    p->attached += data.len;
    s->attached += data.len;
    p->attachments[p->n_have++] =
        (struct span){xstrndup(data.len ? data.p : "", data.len), data.len};
    if (p->n_have < p->packet.attachments)
        return;
    c->partial = NULL;
    dl_stop(&c->deadline);
    client_packet_done(c, p);
}

static struct sio_nsp *
nsp_find(struct sio_server *s, struct span name)
{
    for (int i = 0; i < s->n_nsps; i++)
        if (span_eqz(name, s->nsps[i].name))
            return &s->nsps[i];
    return NULL;
}

static void
on_connect_packet(struct sio_client *c, const struct sio_packet *p)
{
    struct sio_nsp *nsp = nsp_find(c->server, p->nsp);
    json_t *auth = p->payload.p ? json_read(p->payload, NULL) : json_object();
    struct sio_socket *s = socket_find(c, p->nsp);

    if (!json_is_object(auth) || c->n_sockets >= SOCKETS_MAX) {
        client_close_bad(c);
    } else if (s) {
        /* The official client says it twice when told to connect twice. */
    } else if (!nsp) {
        client_refuse(c, p->nsp, "Invalid namespace");
    } else {
        c->connected = true;
        if (!c->partial)
            dl_stop(&c->deadline);
        s = socket_new(c, nsp);
        nsp->handler->on_connect(s, auth, nsp->ctx);
    }
    json_decref(auth);
}

static void
on_packet(struct sio_client *c, const struct sio_packet *p, struct span text)
{
    struct sio_socket *s;

    switch (p->type) {
    case SIO_CONNECT:
        on_connect_packet(c, p);
        return;
    case SIO_DISCONNECT:
        if ((s = socket_find(c, p->nsp)))
            socket_end(s, "client namespace disconnect");
        return;
    case SIO_BINARY_EVENT:
    case SIO_BINARY_ACK:
        if (p->attachments > 0) {
            c->partial = partial_new(p, text);
            dl_start(&c->server->partials, &c->deadline, clock_mono_ms());
            return;
        }
        break;
    case SIO_EVENT:
    case SIO_ACK:
        break;
    case SIO_CONNECT_ERROR:
        client_close_bad(c);
        return;
    }
    s = socket_find(c, p->nsp);
    if (s && s->state == SOCKET_OPEN) { /* the usual case copies nothing */
        if (!deliver(s, p, NULL))
            client_close_bad(c);
    } else {
        client_packet_done(c, partial_new(p, text));
    }
}

static void
on_message(struct eio_session *eio, bool binary, struct span data, void *ctx)
{
    struct sio_client *c = eio_user(eio);
    struct sio_packet p;

    (void)ctx;
    if (binary)
        on_attachment(c, data);
    else if (c->partial || !sio_parse(data, &p, NULL) ||
             (!c->connected && p.type != SIO_CONNECT))
        client_close_bad(c);
    else
        on_packet(c, &p, data);
}

static void
on_open(struct eio_session *eio, void *ctx)
{
    struct sio_server *s = ctx;
    struct sio_client *c = xcalloc(1, sizeof(*c));

    c->server = s;
    c->eio = eio;
    eio_set_user(eio, c);
    dl_start(&s->connecting, &c->deadline, clock_mono_ms());
}

static void
on_close(struct eio_session *eio, const char *reason, void *ctx)
{
    struct sio_client *c = eio_user(eio);
    struct sio_server *s = ctx;

    c->eio = NULL;
    dl_stop(&c->deadline);
    while (c->sockets)
        socket_end(c->sockets, reason);
    partial_free(c->partial);
    c->partial = NULL;
    c->next_dead = s->dead_clients;
    s->dead_clients = c;
}

static void
bury(struct sio_server *s)
{
    struct sio_client *c;
    struct sio_socket *socket;

    while ((socket = s->dead_sockets)) {
        s->dead_sockets = socket->next;
        socket_free(socket);
    }
    while ((c = s->dead_clients)) {
        s->dead_clients = c->next_dead;
        free(c);
    }
}

static struct sio_client *
due(struct dl *l, int64_t now_ms)
{
    struct dl_node *n = dl_expire(l, now_ms);

    return n ? lws_container_of(n, struct sio_client, deadline) : NULL;
}

static int64_t
on_turn(void *ctx, int64_t now_ms)
{
    struct sio_server *s = ctx;
    struct sio_client *c;

    while (
        (c = due(&s->connecting, now_ms)) || (c = due(&s->partials, now_ms))) {
        s->closed_timeout++;
        eio_close(c->eio, "connect timeout");
    }
    bury(s);
    return dl_next(&s->connecting) < dl_next(&s->partials)
               ? dl_next(&s->connecting)
               : dl_next(&s->partials);
}

struct sio_server *
sio_server_new(
    struct http_server *http, const struct sio_cfg *cfg, struct err *err)
{
    static const struct eio_handler handler = {on_open, on_message, on_close};
    struct sio_server *s = xcalloc(1, sizeof(*s));
    struct eio_cfg eio = {
        .path = cfg->path,
        .ping_interval_ms = cfg->ping_interval_ms,
        .ping_timeout_ms = cfg->ping_timeout_ms,
        .max_payload = cfg->max_payload,
        .out_bytes_max = cfg->out_bytes_max,
        .packets_per_turn = cfg->packets_per_turn,
        .stranger_payload = cfg->stranger_payload,
        .strangers_max = cfg->strangers_max,
        .strangers_of_address = cfg->strangers_of_address,
        .on_turn = on_turn,
    };

    s->http = http;
    s->cfg = *cfg;
    s->ev = loop_ev(http->loop);
    dl_init(&s->connecting, cfg->connect_timeout_ms);
    dl_init(&s->partials, cfg->ping_interval_ms + cfg->ping_timeout_ms);
    s->eio = eio_server_new(http, &eio, &handler, s, err);
    if (!s->eio) {
        free(s);
        return NULL;
    }
    return s;
}

void
sio_server_namespace(struct sio_server *s, const char *nsp,
    const struct sio_handler *handler, void *ctx)
{
    assert(s->n_nsps < NAMESPACES_MAX && nsp[0] == '/');
    s->nsps[s->n_nsps++] = (struct sio_nsp){xstrdup(nsp), handler, ctx};
}

void
sio_server_free(struct sio_server *s)
{
    if (!s)
        return;
    eio_server_free(s->eio);
    bury(s);
    for (int i = 0; i < s->n_nsps; i++)
        free(s->nsps[i].name);
    free(s);
}

void
sio_server_move(struct sio_server *s, size_t n, struct sio_frame *goodbye,
    const char *reason)
{
    struct eio_session *session;

    for (; n > 0 && (session = eio_server_any(s->eio)); n--) {
        struct sio_client *c = eio_user(session);
        for (struct sio_socket *socket = c->sockets; socket;
             socket = socket->next)
            sio_send(socket, goodbye);
        eio_close(session, reason);
    }
}

struct sio_counts
sio_server_counts(const struct sio_server *s)
{
    struct eio_counts eio = eio_server_counts(s->eio);

    return (struct sio_counts){
        .connections = eio.sessions,
        .sockets = s->n_sockets,
        .packets_in = eio.packets_in,
        .frames_out = eio.frames_out,
        .bytes_out = eio.bytes_out,
        .closed_slow = eio.closed_slow,
        .closed_bad = eio.closed_bad + s->closed_bad,
        .closed_timeout = eio.closed_timeout + s->closed_timeout,
    };
}
