/* SPDX-License-Identifier: ISC */
#include "load/conn.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "load/ws.h"

enum {
    HTTP_HEAD_BYTES_MAX = 8192,
    READS_PER_EVENT = 4, /* then it is another connection's turn */
};

static void
watch(struct conn *c, int op)
{
    struct epoll_event e = {.data.u32 = c->index};

    e.events = c->stalled ? EPOLLRDHUP : EPOLLIN;
    if (c->want_out)
        e.events |= EPOLLOUT;
    epoll_ctl(c->env->epoll_fd, op, c->fd, &e);
}

static void
set_want_out(struct conn *c, bool want)
{
    if (c->want_out == want)
        return;
    c->want_out = want;
    watch(c, EPOLL_CTL_MOD);
}

void
conn_start(struct conn *c, struct conn_env *env, uint32_t index)
{
    int one = 1;

    c->env = env;
    c->index = index;
    c->mask_seed = 0x9e3779b9u + index;
    c->state = CONN_CONNECTING;
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (c->fd < 0) {
        conn_end(c, CONN_REFUSED);
        return;
    }
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    if (env->rcvbuf_bytes)
        setsockopt(c->fd, SOL_SOCKET, SO_RCVBUF, &env->rcvbuf_bytes,
            sizeof(env->rcvbuf_bytes));
    if (connect(c->fd, (const struct sockaddr *)&env->server,
            sizeof(env->server)) < 0 &&
        errno != EINPROGRESS) {
        conn_end(c, CONN_REFUSED);
        return;
    }
    c->want_out = true;
    watch(c, EPOLL_CTL_ADD);
}

static void
on_connected(struct conn *c)
{
    int error = 0;
    socklen_t len = sizeof(error);

    getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &len);
    if (error) {
        conn_end(c, CONN_REFUSED);
        return;
    }
    /* The key is RFC 6455's sample: a fixed one serves a load generator. */
    buf_addf(&c->out,
        "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        c->env->path, ntohs(c->env->server.sin_port));
    c->state = CONN_UPGRADING;
    conn_flush(c);
}

void
conn_flush(struct conn *c)
{
    while (c->state != CONN_ENDED && c->out_sent < c->out.len) {
        ssize_t n = send(c->fd, c->out.p + c->out_sent,
            c->out.len - c->out_sent, MSG_NOSIGNAL);
        if (n > 0) {
            c->out_sent += (size_t)n;
        } else if (errno == EAGAIN || errno == EINTR) {
            set_want_out(c, true);
            return;
        } else {
            conn_end(c, CONN_LOST);
            return;
        }
    }
    if (c->state == CONN_ENDED)
        return;
    buf_reset(&c->out);
    c->out_sent = 0;
    set_want_out(c, false);
}

/* xorshift: masks need not be secret here, only present. */
static uint32_t
next_mask(struct conn *c)
{
    c->mask_seed ^= c->mask_seed << 13;
    c->mask_seed ^= c->mask_seed >> 17;
    c->mask_seed ^= c->mask_seed << 5;
    return c->mask_seed;
}

void
conn_put_text(struct conn *c, struct span text)
{
    if (c->state == CONN_OPEN)
        ws_put(&c->out, WS_TEXT, text, next_mask(c));
}

/* Returns the bytes of in that make up the answer; 0 when it is not whole. */
static size_t
read_upgrade(struct conn *c, struct span in)
{
    static const char status[] = "HTTP/1.1 101";
    const char *end = memmem(in.p, in.len, "\r\n\r\n", 4);

    if (!end) {
        if (in.len > HTTP_HEAD_BYTES_MAX)
            conn_end(c, CONN_BROKEN);
        return 0;
    }
    if (in.len < sizeof(status) || memcmp(in.p, status, sizeof(status) - 1)) {
        conn_end(c, CONN_BROKEN);
        return 0;
    }
    c->state = CONN_OPEN;
    return (size_t)(end - in.p) + 4;
}

static void
on_frame(struct conn *c, const struct ws_frame *f, int64_t now_us)
{
    struct conn_env *env = c->env;

    switch (f->opcode) {
    case WS_CLOSE:
        if (f->payload.len >= 2)
            c->close_code = (unsigned char)f->payload.p[0] << 8 |
                            (unsigned char)f->payload.p[1];
        conn_end(c, CONN_LOST);
        break;
    case WS_PING:
        ws_put(&c->out, WS_PONG, f->payload, next_mask(c));
        break;
    case WS_TEXT:
        if (f->fin) {
            env->on_text(env->ctx, c, f->payload, now_us);
            break;
        }
        buf_reset(&c->message);
        buf_adds(&c->message, f->payload);
        break;
    case WS_CONTINUATION:
        buf_adds(&c->message, f->payload);
        if (c->message.len > WS_PAYLOAD_BYTES_MAX)
            conn_end(c, CONN_BROKEN);
        else if (f->fin)
            env->on_text(env->ctx, c, buf_span(&c->message), now_us);
        break;
    default: /* pongs and binary messages carry nothing we count */
        break;
    }
}

/* Handle every whole frame of in; returns the bytes used. */
static size_t
read_stream(struct conn *c, struct span in, int64_t now_us)
{
    size_t used = 0;

    if (c->state == CONN_UPGRADING)
        used = read_upgrade(c, in);
    while (c->state == CONN_OPEN) {
        struct ws_frame f;
        size_t n;
        enum ws_rc rc =
            ws_parse((struct span){in.p + used, in.len - used}, &f, &n);

        if (rc == WS_MORE)
            break;
        if (rc == WS_BROKEN) {
            conn_end(c, CONN_BROKEN);
            break;
        }
        used += n;
        on_frame(c, &f, now_us);
    }
    return used;
}

/* The common case is that whole frames arrive: they are parsed where they were
 * read, and only a frame cut in two is copied to c->in to be completed. */
static void
on_bytes(struct conn *c, size_t n)
{
    struct span in = {c->env->scratch, n};
    int64_t now_us = clock_mono_us();
    size_t used;

    c->env->bytes_in += n;
    if (c->in.len > 0) {
        buf_adds(&c->in, in);
        in = buf_span(&c->in);
    }
    used = read_stream(c, in, now_us);
    if (c->state == CONN_ENDED)
        return;
    if (c->in.len == 0) {
        buf_add(&c->in, in.p + used, in.len - used);
    } else if (used == c->in.len) {
        buf_free(&c->in); /* thousands of idle connections keep nothing */
    } else {
        memmove(c->in.p, c->in.p + used, c->in.len - used);
        c->in.len -= used;
    }
}

static void
on_readable(struct conn *c)
{
    for (int i = 0; i < READS_PER_EVENT && !c->stalled; i++) {
        ssize_t n = recv(c->fd, c->env->scratch, CONN_SCRATCH_BYTES, 0);

        if (n < 0 && (errno == EAGAIN || errno == EINTR))
            break;
        if (n <= 0) {
            conn_end(c, CONN_LOST);
            return;
        }
        on_bytes(c, (size_t)n);
        if (c->state == CONN_ENDED)
            return;
        if (n < CONN_SCRATCH_BYTES)
            break;
    }
    if (c->out.len > c->out_sent && !c->want_out)
        conn_flush(c);
}

void
conn_on_events(struct conn *c, uint32_t events)
{
    if (c->state == CONN_ENDED || c->state == CONN_IDLE)
        return;
    if (c->state == CONN_CONNECTING) {
        on_connected(c);
        return;
    }
    if (c->stalled) {
        if (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR))
            conn_end(c, CONN_LOST);
        return;
    }
    if (events & EPOLLOUT)
        conn_flush(c);
    if (c->state != CONN_ENDED && events & (EPOLLIN | EPOLLHUP | EPOLLERR))
        on_readable(c);
}

void
conn_stall(struct conn *c)
{
    c->stalled = true;
    watch(c, EPOLL_CTL_MOD);
}

void
conn_end(struct conn *c, enum conn_end why)
{
    if (c->state == CONN_ENDED)
        return;
    c->state = CONN_ENDED;
    if (c->fd >= 0)
        close(c->fd);
    c->fd = -1;
    c->env->on_end(c->env->ctx, c, why);
}

void
conn_fini(struct conn *c)
{
    if (c->state != CONN_IDLE && c->state != CONN_ENDED)
        close(c->fd);
    buf_free(&c->in);
    buf_free(&c->message);
    buf_free(&c->out);
}
