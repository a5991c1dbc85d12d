/* SPDX-License-Identifier: ISC */
#include "net/testpeer.h"

#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { READ_BYTES = 64 * 1024 };

void
peer_open(struct testpeer *p, int port)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
        .sin_port = htons((uint16_t)port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct timeval wait = {.tv_sec = PEER_WAIT_MS / 1000};

    *p = (struct testpeer){.fd = socket(AF_INET, SOCK_STREAM, 0)};
    setsockopt(p->fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
    setsockopt(p->fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof(wait));
    if (connect(p->fd, (struct sockaddr *)&to, sizeof(to)) != 0)
        abort();
}

void
peer_close(struct testpeer *p)
{
    close(p->fd);
    buf_free(&p->in);
}

void
peer_send_bytes(struct testpeer *p, struct span bytes)
{
    while (bytes.len) {
        ssize_t n = send(p->fd, bytes.p, bytes.len, MSG_NOSIGNAL);
        if (n <= 0)
            return; /* the test sees it when it reads */
        bytes.p += n;
        bytes.len -= (size_t)n;
    }
}

void
peer_send(struct testpeer *p, const char *text)
{
    peer_send_bytes(p, span_of(text));
}

static bool
read_more(struct testpeer *p)
{
    ssize_t n = recv(p->fd, buf_reserve(&p->in, READ_BYTES), READ_BYTES, 0);

    if (n <= 0)
        return false;
    p->in.len += (size_t)n;
    return true;
}

static void
drop(struct testpeer *p, size_t n)
{
    memmove(p->in.p, p->in.p + n, p->in.len - n);
    p->in.len -= n;
}

bool
peer_until(struct testpeer *p, const char *needle)
{
    for (;;) {
        char *at = p->in.len
                       ? memmem(p->in.p, p->in.len, needle, strlen(needle))
                       : NULL;
        if (at) {
            drop(p, (size_t)(at - p->in.p) + strlen(needle));
            return true;
        }
        if (!read_more(p))
            return false;
    }
}

bool
peer_take(struct testpeer *p, size_t n, struct buf *to)
{
    while (p->in.len < n)
        if (!read_more(p))
            return false;
    buf_add(to, p->in.p, n);
    drop(p, n);
    return true;
}

bool
peer_closed(struct testpeer *p)
{
    char byte;

    while (read_more(p))
        p->in.len = 0;
    return recv(p->fd, &byte, 1, MSG_DONTWAIT) <= 0 && errno != EAGAIN;
}

int
peer_request(struct testpeer *p, const char *head, struct buf *body)
{
    static const char length[] = "Content-Length: ";
    int status;
    size_t n = 0;
    char *at;

    buf_reset(body);
    peer_send(p, head);
    while (!p->in.len || !memmem(p->in.p, p->in.len, "\r\n\r\n", 4))
        if (!read_more(p))
            return 0;
    status = atoi(p->in.p + strlen("HTTP/1.1 "));
    at = memmem(p->in.p, p->in.len, length, strlen(length));
    if (at)
        n = strtoul(at + strlen(length), NULL, 10);
    peer_until(p, "\r\n\r\n");
    return strncmp(head, "HEAD", 4) == 0 || peer_take(p, n, body) ? status : 0;
}

int
peer_upgrade(struct testpeer *p, const char *path)
{
    struct buf head = {0}, body = {0};
    char *text;
    int status;

    buf_addf(&head,
        "GET %s HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        path);
    text = buf_take(&head);
    status = peer_request(p, text, &body);
    free(text);
    buf_free(&body);
    return status;
}

void
peer_frame(struct testpeer *p, int opcode, struct span payload)
{
    static const unsigned char mask[4] = {1, 2, 3, 4};
    struct buf b = {0};

    buf_addc(&b, (char)(0x80 | opcode));
    if (payload.len < 126) {
        buf_addc(&b, (char)(0x80 | payload.len));
    } else {
        buf_addc(&b, (char)(0x80 | 127));
        for (int shift = 56; shift >= 0; shift -= 8)
            buf_addc(&b, (char)(payload.len >> shift));
    }
    buf_add(&b, mask, sizeof(mask));
    for (size_t i = 0; i < payload.len; i++)
        buf_addc(&b, (char)(payload.p[i] ^ mask[i & 3]));
    peer_send_bytes(p, buf_span(&b));
    buf_free(&b);
}

void
peer_say(struct testpeer *p, const char *text)
{
    peer_frame(p, 1, span_of(text));
}

int
peer_next(struct testpeer *p, struct buf *payload)
{
    struct buf head = {0};
    const unsigned char *h;
    size_t len = 0;
    int opcode = -1, extra;

    buf_reset(payload);
    if (!peer_take(p, 2, &head))
        goto out;
    h = (unsigned char *)head.p;
    len = h[1];
    extra = len == 126 ? 2 : len == 127 ? 8 : 0;
    if (!peer_take(p, (size_t)extra, &head))
        goto out;
    h = (unsigned char *)head.p;
    for (int i = 0; i < extra; i++)
        len = (i ? len << 8 : 0) | h[2 + i];
    if (peer_take(p, len, payload))
        opcode = h[0] & 15;
out:
    buf_free(&head);
    return opcode;
}

bool
peer_hears(struct testpeer *p, const char *text)
{
    struct buf payload = {0};
    int opcode;
    bool same;

    do
        opcode = peer_next(p, &payload);
    while (opcode == 1 && span_eqz(buf_span(&payload), "2"));
    same = opcode == 1 && span_eqz(buf_span(&payload), text);
    if (!same)
        printf("# heard %d %.*s\n", opcode, SPAN_ARG(buf_span(&payload)));
    buf_free(&payload);
    return same;
}

int
peer_close_code(struct testpeer *p)
{
    struct buf payload = {0};
    int opcode, code = 0;

    while ((opcode = peer_next(p, &payload)) >= 0 && opcode != 8)
        ;
    if (opcode == 8 && payload.len >= 2)
        code = (unsigned char)payload.p[0] << 8 | (unsigned char)payload.p[1];
    buf_free(&payload);
    return code;
}

struct run {
    struct loop *loop;
    int port;
    void (*body)(int port);
};

static void *
run_body(void *arg)
{
    struct run *run = arg;

    run->body(run->port);
    loop_stop(run->loop);
    return NULL;
}

void
peer_run(struct loop *l, int port, void (*body)(int port))
{
    struct run run = {l, port, body};
    pthread_t thread;

    if (pthread_create(&thread, NULL, run_body, &run) != 0)
        abort();
    loop_run(l, false);
    pthread_join(thread, NULL);
}
