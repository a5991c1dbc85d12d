/* SPDX-License-Identifier: ISC */
#include "trace/trace.h"

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/tap.h"

/* Collectors that a thread plays: each takes one request and answers so. */
enum { WAIT_MS = 10000, READ_BYTES = 64 * 1024 };

struct collector {
    int fd;
    const char *answer; /* NULL: never */
    char url[64];
    struct buf got;
    pthread_t thread;
};

static struct err err;

/* The head and as much body as it says. */
static bool
is_whole(const struct buf *got)
{
    const char *end = memmem(got->p, got->len, "\r\n\r\n", 4);
    const char *length = memmem(got->p, got->len, "Content-Length: ", 16);
    long n;

    return end && length && sscanf(length + 16, "%ld", &n) == 1 &&
           got->len >= (size_t)(end + 4 - got->p) + (size_t)n;
}

static void *
collect(void *arg)
{
    struct collector *c = arg;
    int fd = accept(c->fd, NULL, NULL);
    ssize_t n = 1;

    while (fd >= 0 && n > 0 && !is_whole(&c->got)) {
        struct pollfd p = {fd, POLLIN, 0};
        char bytes[READ_BYTES];

        if (poll(&p, 1, WAIT_MS) <= 0)
            break;
        n = read(fd, bytes, sizeof(bytes));
        if (n > 0)
            buf_add(&c->got, bytes, (size_t)n);
    }
    if (fd >= 0 && c->answer)
        CHECK(write(fd, c->answer, strlen(c->answer)) > 0);
    if (fd >= 0)
        close(fd);
    return NULL;
}

static void
collector_open(struct collector *c, const char *answer)
{
    struct sockaddr_in at = {
        .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(at);

    *c = (struct collector){
        .fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), .answer = answer};
    CHECK(bind(c->fd, (struct sockaddr *)&at, len) == 0);
    CHECK(listen(c->fd, 1) == 0);
    CHECK(getsockname(c->fd, (struct sockaddr *)&at, &len) == 0);
    snprintf(c->url, sizeof(c->url), "http://127.0.0.1:%d/v1/traces",
        ntohs(at.sin_port));
    CHECK(pthread_create(&c->thread, NULL, collect, c) == 0);
}

static void
collector_close(struct collector *c)
{
    pthread_join(c->thread, NULL);
    close(c->fd);
    buf_free(&c->got);
}

static struct trace *
start(const char *url)
{
    struct trace_cfg cfg = {
        .url = url, .service = "tested", .sample = TRACE_SAMPLE_MAX};
    struct trace *t = NULL;

    CHECK(trace_start(&t, &cfg, &err) && t);
    return t;
}

static void
add(struct trace *t)
{
    struct trace_span s = {.name = "a piece"};

    CHECK(trace_begin(t, SPAN("message"), s.trace));
    trace_piece_id(s.id);
    trace_add(t, &s);
}

static void
what_is_added_is_posted_before_the_end(void)
{
    struct collector c;
    struct trace *t;

    collector_open(&c, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
    t = start(c.url);
    add(t);
    trace_stop(t);
    CHECK(memmem(c.got.p, c.got.len, "POST /v1/traces ", 16));
    CHECK(memmem(c.got.p, c.got.len, "application/json", 16));
    CHECK(memmem(c.got.p, c.got.len, "\"tested\"", 8));
    CHECK(memmem(c.got.p, c.got.len, "\"a piece\"", 9));
    collector_close(&c);
}

/* Until so many pieces have an end. */
static struct trace_counts
ended(struct trace *t, uint64_t n)
{
    struct trace_counts counts = trace_counts(t);

    for (int i = 0; i < WAIT_MS && counts.sent + counts.lost < n; i++) {
        usleep(1000);
        counts = trace_counts(t);
    }
    return counts;
}

static void
who_is_refused_loses_the_pieces_and_goes_on(void)
{
    struct trace_counts counts;
    struct collector c;
    struct trace *t;

    collector_open(&c, "HTTP/1.1 503 No\r\nContent-Length: 0\r\n"
                       "Connection: close\r\n\r\n");
    t = start(c.url);
    add(t);
    counts = ended(t, 1);
    CHECK(counts.sent == 0 && counts.lost == 1);
    trace_stop(t);
    collector_close(&c);
}

/* It hangs up after the first request, and takes no other. */
static void
a_full_queue_loses_pieces_and_keeps_nobody(void)
{
    enum { MANY = 3 * TRACE_QUEUE_MAX };
    struct trace_counts counts;
    struct collector c;
    struct trace *t;

    collector_open(&c, NULL);
    t = start(c.url);
    for (int i = 0; i < MANY; i++)
        add(t);
    counts = trace_counts(t);
    CHECK(counts.lost >= MANY - TRACE_QUEUE_MAX - 2 * TRACE_BATCH_MAX);
    trace_stop(t); /* and the end waits for one request at most */
    collector_close(&c);
}

static void
without_a_url_there_is_nothing(void)
{
    struct trace_cfg cfg = {.url = "", .service = "tested"};
    unsigned char id[TRACE_ID_BYTES];
    struct trace *t = NULL;
    struct buf b = {0};

    CHECK(trace_start(&t, &cfg, &err) && !t);
    CHECK(!trace_begin(t, SPAN("message"), id));
    trace_put_metrics(&b, t, "x");
    CHECK(b.len == 0);
    trace_stop(t);
    cfg.url = "file:///etc/passwd";
    CHECK(!trace_start(&t, &cfg, &err) && err.kind == FAIL_BAD_INPUT);
}

int
main(void)
{
    if (sodium_init() < 0)
        return 1;
    RUN(what_is_added_is_posted_before_the_end);
    RUN(who_is_refused_loses_the_pieces_and_goes_on);
    RUN(a_full_queue_loses_pieces_and_keeps_nobody);
    RUN(without_a_url_there_is_nothing);
    return tap_end();
}
