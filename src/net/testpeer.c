/* SPDX-License-Identifier: ISC */
#include "net/testpeer.h"

#include <arpa/inet.h>
#include <errno.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { READ_BYTES = 64 * 1024, CERTIFICATES_MAX = 4, PATH_BYTES = 40 };

static char certificates[CERTIFICATES_MAX][PATH_BYTES];
static int n_certificates;

static void
forget_certificates(void)
{
    for (int i = 0; i < n_certificates; i++)
        unlink(certificates[i]);
}

void
testpeer_certify(char *ret_path)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *cert = X509_new();
    X509_NAME *name = X509_get_subject_name(cert);
    FILE *file;

    if (n_certificates == CERTIFICATES_MAX)
        abort();
    if (n_certificates == 0)
        atexit(forget_certificates);
    strcpy(ret_path, "/tmp/meeshy-net-XXXXXX");
    file = fdopen(mkstemp(ret_path), "w");
    strcpy(certificates[n_certificates++], ret_path);
    ASN1_INTEGER_set(X509_get_serialNumber(cert), n_certificates);
    X509_gmtime_adj(X509_getm_notBefore(cert), 0);
    X509_gmtime_adj(X509_getm_notAfter(cert), 24 * 60 * 60);
    X509_set_pubkey(cert, key);
    X509_NAME_add_entry_by_txt(
        name, "CN", MBSTRING_ASC, (unsigned char *)"localhost", -1, -1, 0);
    X509_set_issuer_name(cert, name);
    if (!X509_sign(cert, key, EVP_sha256()) || !PEM_write_X509(file, cert) ||
        !PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL))
        abort();
    fclose(file);
    X509_free(cert);
    EVP_PKEY_free(key);
}

const char *
testpeer_certificate(void)
{
    static char path[PATH_BYTES];

    if (!getenv("NET_TEST_TLS"))
        return NULL;
    if (!path[0])
        testpeer_certify(path);
    return path;
}

static void
open_plain(struct testpeer *p, int port, const char *from)
{
    struct sockaddr_in here = {
        .sin_family = AF_INET, .sin_addr.s_addr = inet_addr(from)};
    struct sockaddr_in to = {.sin_family = AF_INET,
        .sin_port = htons((uint16_t)port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct timeval wait = {.tv_sec = PEER_WAIT_MS / 1000};

    *p = (struct testpeer){.fd = socket(AF_INET, SOCK_STREAM, 0)};
    setsockopt(p->fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
    setsockopt(p->fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof(wait));
    if (bind(p->fd, (struct sockaddr *)&here, sizeof(here)) != 0 ||
        connect(p->fd, (struct sockaddr *)&to, sizeof(to)) != 0)
        abort();
}

void
testpeer_open_plain(struct testpeer *p, int port)
{
    open_plain(p, port, "127.0.0.1");
}

bool
testpeer_shake(struct testpeer *p)
{
    SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());

    signal(SIGPIPE, SIG_IGN); /* SSL_write has no flag against it */
    p->tls = SSL_new(ctx);
    SSL_CTX_free(ctx);
    SSL_set_fd(p->tls, p->fd);
    return SSL_connect(p->tls) == 1;
}

void
testpeer_open_from(struct testpeer *p, int port, const char *from)
{
    open_plain(p, port, from);
    if (testpeer_certificate())
        testpeer_shake(p);
}

void
testpeer_open(struct testpeer *p, int port)
{
    testpeer_open_from(p, port, "127.0.0.1");
}

void
testpeer_close(struct testpeer *p)
{
    SSL_free(p->tls);
    close(p->fd);
    buf_free(&p->in);
}

void
testpeer_send_bytes(struct testpeer *p, struct span bytes)
{
    while (bytes.len) {
        ssize_t n = p->tls ? SSL_write(p->tls, bytes.p, (int)bytes.len)
                           : send(p->fd, bytes.p, bytes.len, MSG_NOSIGNAL);
        if (n <= 0)
            return; /* the test sees it when it reads */
        bytes.p += n;
        bytes.len -= (size_t)n;
    }
}

void
testpeer_send(struct testpeer *p, const char *text)
{
    testpeer_send_bytes(p, span_of(text));
}

static bool
read_more(struct testpeer *p)
{
    char *to = buf_reserve(&p->in, READ_BYTES);
    ssize_t n = p->tls ? SSL_read(p->tls, to, READ_BYTES)
                       : recv(p->fd, to, READ_BYTES, 0);

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
testpeer_until(struct testpeer *p, const char *needle)
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
testpeer_take(struct testpeer *p, size_t n, struct buf *to)
{
    while (p->in.len < n)
        if (!read_more(p))
            return false;
    buf_add(to, p->in.p, n);
    drop(p, n);
    return true;
}

bool
testpeer_closed(struct testpeer *p)
{
    char byte;

    while (read_more(p))
        p->in.len = 0;
    errno = 0; /* TLS may have ended before its connection */
    return recv(p->fd, &byte, 1, 0) <= 0 && errno != EAGAIN;
}

int
testpeer_request(struct testpeer *p, const char *head, struct buf *body)
{
    static const char length[] = "Content-Length: ";
    int status;
    size_t n = 0;
    char *at;

    buf_reset(body);
    testpeer_send(p, head);
    while (!p->in.len || !memmem(p->in.p, p->in.len, "\r\n\r\n", 4))
        if (!read_more(p))
            return 0;
    status = atoi(p->in.p + strlen("HTTP/1.1 "));
    at = memmem(p->in.p, p->in.len, length, strlen(length));
    if (at)
        n = strtoul(at + strlen(length), NULL, 10);
    testpeer_until(p, "\r\n\r\n");
    return strncmp(head, "HEAD", 4) == 0 || testpeer_take(p, n, body) ? status
                                                                      : 0;
}

bool
testpeer_says(
    struct testpeer *p, const char *head, int status, const char *body)
{
    struct buf b = {0};
    int got = testpeer_request(p, head, &b);
    bool same = got == status && (!body || span_eqz(buf_span(&b), body));

    if (!same)
        printf("# got %d %.*s\n", got, SPAN_ARG(buf_span(&b)));
    buf_free(&b);
    return same;
}

int
testpeer_upgrade(struct testpeer *p, const char *path)
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
    status = testpeer_request(p, text, &body);
    free(text);
    buf_free(&body);
    return status;
}

void
testpeer_frame(struct testpeer *p, int opcode, struct span payload)
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
    testpeer_send_bytes(p, buf_span(&b));
    buf_free(&b);
}

void
testpeer_say(struct testpeer *p, const char *text)
{
    testpeer_frame(p, 1, span_of(text));
}

int
testpeer_next(struct testpeer *p, struct buf *payload)
{
    struct buf head = {0};
    const unsigned char *h;
    size_t len = 0;
    int opcode = -1, extra;

    buf_reset(payload);
    if (!testpeer_take(p, 2, &head))
        goto out;
    h = (unsigned char *)head.p;
    len = h[1];
    extra = len == 126 ? 2 : len == 127 ? 8 : 0;
    if (!testpeer_take(p, (size_t)extra, &head))
        goto out;
    h = (unsigned char *)head.p;
    for (int i = 0; i < extra; i++)
        len = (i ? len << 8 : 0) | h[2 + i];
    if (testpeer_take(p, len, payload))
        opcode = h[0] & 15;
out:
    buf_free(&head);
    return opcode;
}

bool
testpeer_hears(struct testpeer *p, const char *text)
{
    struct buf payload = {0};
    int opcode;
    bool same;

    do
        opcode = testpeer_next(p, &payload);
    while (opcode == 1 && span_eqz(buf_span(&payload), "2"));
    same = opcode == 1 && span_eqz(buf_span(&payload), text);
    if (!same)
        printf("# heard %d %.*s\n", opcode, SPAN_ARG(buf_span(&payload)));
    buf_free(&payload);
    return same;
}

int
testpeer_close_code(struct testpeer *p)
{
    struct buf payload = {0};
    int opcode, code = 0;

    while ((opcode = testpeer_next(p, &payload)) >= 0 && opcode != 8)
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
testpeer_run(struct loop *l, int port, void (*body)(int port))
{
    struct run run = {l, port, body};
    pthread_t thread;

    if (pthread_create(&thread, NULL, run_body, &run) != 0)
        abort();
    loop_run(l, false);
    pthread_join(thread, NULL);
}
