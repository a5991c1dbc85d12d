/* SPDX-License-Identifier: ISC */
#ifndef NET_SIO_SERVER_H
#define NET_SIO_SERVER_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "net/http.h"

/*
 * sio_server - Socket.IO 5 over Engine.IO 4: sessions, transports, upgrade,
 * heartbeat, namespaces, acks, binary attachments.  Loop thread only.
 *
 * What is sent to many is built once (sio_frame) and shared by reference; each
 * connection gathers what it has to send in a loop turn into one write.
 */
struct sio_server;
struct sio_socket; /* one client in one namespace */
struct sio_frame; /* see below */

struct sio_cfg {
    const char *path; /* "/socket.io/" */
    int ping_interval_ms, ping_timeout_ms;
    int connect_timeout_ms; /* no CONNECT packet after the handshake: close */
    int max_payload; /* bytes of one message or polling body */
    int out_bytes_max; /* queued for one client; over it, it is closed */
    int packets_per_turn; /* of one client, then others get their turn */
    /* Before anybody is accepted: bytes of a message, and how many such clients
     * there may be, in all and of one address.  0: no limit. */
    int stranger_payload, strangers_max, strangers_of_address;
    int attachments_bytes_max; /* of all clients, half arrived; 0: no limit */
};

/* An event or ack as it arrived.  args is the JSON array without the event
 * name; binary attachments appear in it as {"_placeholder":true,"num":i}
 * objects, their bytes in attachments[i].  All borrowed until the callback
 * returns (json_incref to keep args). */
struct sio_event {
    struct span name;
    json_t *args;
    int64_t ack_id; /* -1: the client wants no ack */
    int n_attachments;
    const struct span *attachments;
};

/* Callbacks of a namespace.  auth is the CONNECT payload (an object; {} when
 * none).  on_connect must, at once or later, call sio_accept or sio_refuse; no
 * event is delivered before sio_accept (they wait, within max_payload).
 * on_disconnect is called exactly once for every socket whose on_connect was
 * called; the socket is invalid after it returns. */
struct sio_handler {
    void (*on_connect)(struct sio_socket *s, const json_t *auth, void *ctx);
    void (*on_event)(
        struct sio_socket *s, const struct sio_event *e, void *ctx);
    void (*on_disconnect)(struct sio_socket *s, const char *reason, void *ctx);
};

/* handler and ctx are borrowed for the server's life.  Unknown namespaces are
 * answered "Invalid namespace". */
struct sio_server *sio_server_new(
    struct http_server *http, const struct sio_cfg *cfg, struct err *err);
void sio_server_namespace(struct sio_server *s, const char *nsp,
    const struct sio_handler *handler, void *ctx);
/* Says goodbye to all and calls on_disconnect for each socket. */
void sio_server_free(struct sio_server *s); /* before http_free */

/* Of so many connections, or all there are: the event to their sockets, then
 * their end, as by sio_hang_up. */
void sio_server_move(struct sio_server *s, size_t n, struct sio_frame *goodbye,
    const char *reason);

struct sio_counts {
    uint64_t connections, sockets, packets_in, frames_out, bytes_out;
    uint64_t closed_slow, closed_bad, closed_timeout;
};
struct sio_counts sio_server_counts(const struct sio_server *s);

/* Socket. */
void sio_accept(struct sio_socket *s);
void sio_refuse(struct sio_socket *s, const char *message); /* s is gone */
void sio_disconnect(struct sio_socket *s, bool close_transport); /* may call
                                                      on_disconnect at once */
/* Close the connection, all namespaces, without a goodbye: clients connect
 * again by themselves.  Calls on_disconnect at once. */
void sio_hang_up(struct sio_socket *s, const char *reason);
const char *sio_id(const struct sio_socket *s);
/* What counts as one client for limits (base/address.h). */
const char *sio_address(const struct sio_socket *s);
/* A request header of the handshake, of those in EIO_HEADERS (eio_server.h);
 * {NULL,0} when absent. */
struct span sio_handshake_header(const struct sio_socket *s, const char *name);
void sio_set_user(struct sio_socket *s, void *user);
void *sio_user(const struct sio_socket *s);

/* A ready packet, reference counted, shared by all who receive it. */
struct sio_frame;
/* ["name",payload] in namespace nsp; payload is JSON text, copied. */
struct sio_frame *sio_frame_event(
    const char *nsp, const char *name, struct span payload);
struct sio_frame *sio_frame_ref(struct sio_frame *f);
void sio_frame_unref(struct sio_frame *f); /* NULL is fine */
/* Queue for one socket; borrows (takes a reference of its own). */
void sio_send(struct sio_socket *s, struct sio_frame *f);

/* Conveniences for one receiver. */
void sio_emit(struct sio_socket *s, const char *name, struct span payload);
/* Answer an event: payload is the JSON text of the single ack argument. */
void sio_ack(struct sio_socket *s, int64_t ack_id, struct span payload);
/* Emit with attachments, and ack with arguments as a JSON array text: what the
 * protocol has beyond what the chat needs. */
void sio_emit_args(struct sio_socket *s, const char *name, const json_t *args,
    int n_attachments, const struct span *attachments);
void sio_ack_args(struct sio_socket *s, int64_t ack_id, const json_t *args,
    int n_attachments, const struct span *attachments);
/* Emit and ask the client for an ack: on_ack once, args NULL on timeout or
 * disconnect. */
void sio_emit_ack(struct sio_socket *s, const char *name, struct span payload,
    int timeout_ms, void (*on_ack)(const json_t *args, void *ctx), void *ctx);

#endif
