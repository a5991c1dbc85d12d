/* SPDX-License-Identifier: ISC */
#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <ev.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "net/sio_server.h"
#include "wire/json.h"

/*
 * Sessions of Engine.IO and Socket.IO over real sockets, as clients of ill will
 * or bad luck have them: a server in this process, and an input that says, byte
 * by byte, who opens, says, polls, upgrades, breaks off, and when the server
 * looks.  When all have gone, nothing of them is left.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { CLIENTS = 4, TURNS_MAX = 2000, HEAD_BYTES = 256, HEARD_BYTES = 4096 };

#define PATH "/socket.io/?EIO=4&transport="

static struct loop *loop;
static struct http_server *http;
static struct sio_server *sio;
static size_t kept_bytes; /* of frames that every session shares */
static int n_sockets; /* that on_disconnect is due for */

static struct client {
    int fd; /* -1: not connected */
    char sid[21]; /* the last one it heard */
} clients[CLIENTS];

struct input {
    const uint8_t *p;
    size_t len;
};

/* ---- the server: it echoes ---- */

static void
on_connect(struct sio_socket *s, const json_t *auth, void *ctx)
{
    (void)ctx;
    n_sockets++;
    if (json_object_get(auth, "no"))
        sio_refuse(s, "no");
    else
        sio_accept(s);
}

static void
on_event(struct sio_socket *s, const struct sio_event *e, void *ctx)
{
    (void)ctx;
    sio_emit_args(s, "echo", e->args, e->n_attachments, e->attachments);
    if (e->ack_id >= 0)
        sio_ack_args(s, e->ack_id, e->args, e->n_attachments, e->attachments);
    if (span_eqz(e->name, "bye"))
        sio_disconnect(s, json_array_size(e->args) > 0);
}

static void
on_disconnect(struct sio_socket *s, const char *reason, void *ctx)
{
    (void)s;
    (void)reason;
    (void)ctx;
    n_sockets--;
}

static const struct sio_handler handler = {on_connect, on_event, on_disconnect};

static void
start(void)
{
    struct http_cfg http_cfg = {.host = "127.0.0.1",
        .body_bytes_max = 1000,
        .connections_max = 100,
        .header_timeout_ms = 10000,
        .body_timeout_ms = 10000,
        .us_of_address = 100,
        .unread_bytes_max = 1 << 20};
    struct sio_cfg sio_cfg = {.path = "/socket.io/",
        .ping_interval_ms = 25000,
        .ping_timeout_ms = 20000,
        .connect_timeout_ms = 10000,
        .max_payload = 2000,
        .out_bytes_max = 20000,
        .packets_per_turn = 3,
        .stranger_payload = 1000,
        .strangers_max = 10,
        .strangers_of_address = 8,
        .attachments_bytes_max = 3000};

    log_set_threshold(LOG_ERROR);
    loop = loop_new(NULL);
    http = http_new(loop, &http_cfg, NULL, 0, NULL, NULL);
    sio = sio_server_new(http, &sio_cfg, NULL);
    sio_server_namespace(sio, "/", &handler, NULL);
    sio_server_namespace(sio, "/b", &handler, NULL);
    kept_bytes = http_counts(http).unread_bytes;
    for (int i = 0; i < CLIENTS; i++)
        clients[i].fd = -1;
}

/* ---- the clients ---- */

static void
turn(void)
{
    ev_run(loop_ev(loop), EVRUN_NOWAIT);
}

static void
hang_up(struct client *c)
{
    if (c->fd >= 0)
        close(c->fd);
    c->fd = -1;
}

static void
dial(struct client *c)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
        .sin_port = htons((uint16_t)http_port(http)),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct linger at_once = {.l_onoff = 1}; /* no port stays in TIME_WAIT */

    if (c->fd >= 0)
        return;
    c->fd = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    if (connect(c->fd, (struct sockaddr *)&at, sizeof(at)) != 0)
        abort();
    fcntl(c->fd, F_SETFL, O_NONBLOCK);
}

static void
send_to(struct client *c, const void *p, size_t n)
{
    if (c->fd >= 0 && n && send(c->fd, p, n, MSG_NOSIGNAL) < 0 &&
        errno != EAGAIN)
        hang_up(c);
}

/* Hear what there is, and remember the session. */
static void
hear(struct client *c)
{
    char text[HEARD_BYTES + 1];
    const char *sid;
    ssize_t n;

    while (c->fd >= 0 && (n = recv(c->fd, text, HEARD_BYTES, 0)) > 0) {
        text[n] = '\0';
        sid = strstr(text, "\"sid\":\"");
        if (sid && strlen(sid) >= 27)
            snprintf(c->sid, sizeof(c->sid), "%.20s", sid + 7);
    }
}

static uint8_t
take(struct input *in)
{
    uint8_t byte = in->len ? *in->p : 0;

    in->p += in->len > 0;
    in->len -= in->len > 0;
    return byte;
}

/* The bytes that the next byte counts. */
static struct span
take_some(struct input *in)
{
    size_t n = take(in);
    struct span s = {(const char *)in->p, n < in->len ? n : in->len};

    in->p += s.len;
    in->len -= s.len;
    return s;
}

/* A frame: the next byte is its first one.  The mask changes nothing. */
static void
say(struct client *c, struct input *in)
{
    unsigned char head[8] = {take(in)};
    struct span payload = take_some(in);
    size_t n = 2;

    head[1] = (unsigned char)(0x80 | (payload.len < 126 ? payload.len : 126));
    if (payload.len >= 126) {
        head[2] = (unsigned char)(payload.len >> 8);
        head[3] = (unsigned char)payload.len;
        n = 4;
    }
    memset(head + n, 0, 4);
    send_to(c, head, n + 4);
    send_to(c, payload.p, payload.len);
}

static void
ask(struct client *c, const char *method, const char *transport,
    const char *sid, const char *more, struct span body)
{
    char head[HEAD_BYTES];
    int n = snprintf(head, sizeof(head),
        "%s " PATH "%s%s%s HTTP/1.1\r\nHost: x\r\n%sContent-Length: "
        "%zu\r\n\r\n",
        method, transport, *sid ? "&sid=" : "", sid, more, body.len);

    send_to(c, head, (size_t)n);
    send_to(c, body.p, body.len);
}

static const char upgrade[] =
    "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

/* A byte's high bits choose the client, and one whose session is meant. */
static void
step(struct input *in)
{
    uint8_t byte = take(in);
    struct client *c = &clients[byte >> 4 & 3], *other = &clients[byte >> 6];
    struct span none = {"", 0}, some;

    switch (byte & 15) {
    case 0:
    case 1:
        dial(c);
        break;
    case 2:
        hang_up(c);
        break;
    case 3:
        some = take_some(in);
        send_to(c, some.p, some.len);
        break;
    case 4:
        ask(c, "GET", "polling", "", "", none);
        break;
    case 5:
        ask(c, "GET", "polling", other->sid, "", none);
        break;
    case 6:
        ask(c, "POST", "polling", other->sid, "", take_some(in));
        break;
    case 7:
        ask(c, "GET", "websocket", "", upgrade, none);
        break;
    case 8:
        ask(c, "GET", "websocket", other->sid, upgrade, none);
        break;
    case 9:
    case 10:
    case 11:
        say(c, in);
        break;
    case 12:
        hear(c);
        break;
    default:
        turn();
        turn();
        hear(c);
        break;
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input in = {data, size};
    struct sio_frame *goodbye;

    if (!loop)
        start();
    while (in.len)
        step(&in);
    for (int i = 0; i < CLIENTS; i++) {
        turn();
        hang_up(&clients[i]);
        clients[i].sid[0] = '\0';
    }
    /* A session that polls lives on without a connection, and may begin after
     * its client has gone: a busy kernel tells of both late. */
    goodbye = sio_frame_event("/", "bye", SPAN("{}"));
    for (int i = 0; i < TURNS_MAX && sio_server_counts(sio).connections; i++) {
        sio_server_move(sio, TURNS_MAX, goodbye, "the input has ended");
        turn();
    }
    sio_frame_unref(goodbye);
    assert(sio_server_counts(sio).connections == 0);
    assert(n_sockets == 0);
    turn();
    turn();
    assert(http_counts(http).unread_bytes == kept_bytes);
    return 0;
}
