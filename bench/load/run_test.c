/* SPDX-License-Identifier: ISC */
#include "load/run.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/tap.h"

/* What the server does with a message. */
enum manner {
    ANSWERS, /* acknowledges, delivers and translates */
    REFUSES, /* acknowledges with success:false */
    IGNORES,
    CLOSES, /* says goodbye with code 1008 */
    HANGS, /* does not even answer the upgrade */
};

/* A Socket.IO server for one connection, in a thread of its own. */
struct server {
    enum manner manner;
    int listener, fd;
    struct buf in;
    pthread_t thread;
};

static void
put(struct server *s, int opcode, struct span text)
{
    struct buf b = {0};

    buf_addc(&b, (char)(0x80 | opcode));
    if (text.len < 126) {
        buf_addc(&b, (char)text.len);
    } else {
        buf_addc(&b, 126);
        buf_addc(&b, (char)(text.len >> 8));
        buf_addc(&b, (char)text.len);
    }
    buf_adds(&b, text);
    CHECK(send(s->fd, b.p, b.len, MSG_NOSIGNAL) == (ssize_t)b.len);
    buf_free(&b);
}

static void
say(struct server *s, const char *text)
{
    put(s, 1, span_of(text));
}

/* 42<id>["message:send",{...}] */
static void
on_send(struct server *s, const char *text)
{
    unsigned long id = strtoul(text + 2, NULL, 10);
    const char *mark = strstr(text, "~T");
    char answer[512];

    if (s->manner == CLOSES)
        put(s, 8, SPAN("\x03\xf0"));
    if (s->manner == REFUSES) {
        snprintf(answer, sizeof(answer), "43%lu[{\"success\":false}]", id);
        say(s, answer);
    }
    if (s->manner != ANSWERS)
        return;
    snprintf(answer, sizeof(answer),
        "43%lu[{\"success\":true,\"data\":{\"messageId\":\"m%lu\"}}]", id, id);
    say(s, answer);
    snprintf(answer, sizeof(answer),
        "42[\"message:new\",{\"id\":\"m%lu\",\"content\":\"%.19s\"}]", id,
        mark);
    say(s, answer);
    snprintf(answer, sizeof(answer),
        "42[\"message:translation\",{\"messageId\":\"m%lu\"}]", id);
    say(s, answer);
}

static void
on_text(struct server *s, const char *text)
{
    if (strncmp(text, "40", 2) == 0) {
        CHECK(strcmp(text, "40{\"token\":\"t\"}") == 0);
        say(s, "40{\"sid\":\"x\"}");
        say(s, "2"); /* a heartbeat in between */
    } else if (strstr(text, "message:send")) {
        on_send(s, text);
    }
}

/* Take one masked frame out of s->in. */
static bool
take_frame(struct server *s)
{
    unsigned char *p = (unsigned char *)s->in.p, *key;
    size_t head = 6, len;
    char text[1024];

    if (s->in.len < head)
        return false;
    len = p[1] & 127;
    if (len == 126) {
        len = (size_t)p[2] << 8 | p[3];
        head += 2;
    }
    if (s->in.len < head + len || len >= sizeof(text))
        return false;
    key = p + head - 4;
    for (size_t i = 0; i < len; i++)
        text[i] = (char)(p[head + i] ^ key[i & 3]);
    text[len] = '\0';
    s->in.len -= head + len;
    memmove(s->in.p, s->in.p + head + len, s->in.len);
    on_text(s, text);
    return true;
}

static void *
serve(void *arg)
{
    static const char upgrade[] = "HTTP/1.1 101 Switching Protocols\r\n\r\n";
    struct server *s = arg;
    bool upgraded = false;
    char bytes[4096];
    ssize_t n;

    s->fd = accept(s->listener, NULL, NULL);
    while ((n = recv(s->fd, bytes, sizeof(bytes), 0)) > 0) {
        if (s->manner == HANGS)
            continue;
        if (!upgraded) {
            upgraded = true;
            CHECK(memmem(bytes, (size_t)n, "EIO=4&transport=websocket", 25));
            send(s->fd, upgrade, sizeof(upgrade) - 1, MSG_NOSIGNAL);
            say(s, "0{\"sid\":\"x\"}");
            continue;
        }
        buf_add(&s->in, bytes, (size_t)n);
        while (take_frame(s))
            continue;
    }
    close(s->fd);
    buf_free(&s->in);
    return NULL;
}

/* Run against a server of this manner; the caller frees the stats. */
static struct stats *
run_against(enum manner manner, struct opts *o, bool *ret_ok)
{
    struct sockaddr_in addr = {
        .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(addr);
    struct server s = {.manner = manner};
    struct stats *stats = xcalloc(1, sizeof(*stats));
    struct err err = {0};
    uint64_t bytes_in;

    s.listener = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(bind(s.listener, (struct sockaddr *)&addr, len) == 0);
    CHECK(listen(s.listener, 1) == 0);
    CHECK(getsockname(s.listener, (struct sockaddr *)&addr, &len) == 0);
    CHECK(pthread_create(&s.thread, NULL, serve, &s) == 0);

    o->host = "127.0.0.1";
    o->path = "/socket.io/";
    o->auth = "{\"token\":\"t\"}";
    o->language = "en";
    o->port = ntohs(addr.sin_port);
    o->conns = o->rooms = o->senders = o->connect_parallel = 1;
    if (!o->connect_max_ms)
        o->connect_max_ms = 10 * 1000;
    o->size_bytes = 100;
    o->duration_ms = 200;
    *ret_ok = run(o, stats, &bytes_in, &err);
    shutdown(s.listener, SHUT_RDWR);
    pthread_join(s.thread, NULL);
    close(s.listener);
    return stats;
}

static void
every_answer_counts_once(void)
{
    struct opts o = {.in_flight = 4, .drain_ms = 10 * 1000};
    bool ok;
    struct stats *s = run_against(ANSWERS, &o, &ok);

    CHECK(ok && s->ready == 1);
    CHECK(s->acked_all > 4 && s->sent == s->acked_all);
    CHECK(s->delivered_all == s->acked_all);
    CHECK(s->acked > 0 && s->acked <= s->acked_all);
    CHECK(s->ack_us.count == s->acked && s->ack_us.max > 0);
    CHECK(s->delivery_us.count == s->delivered);
    CHECK(s->unacked == 0 && s->protocol == 0 && s->refused == 0);
    CHECK(s->other_events == s->acked_all); /* the translations */
    free(s);
}

static void
translations_keep_the_loop_going_and_are_timed(void)
{
    struct opts o = {
        .in_flight = 4, .drain_ms = 10 * 1000, .await_translation = true};
    bool ok;
    struct stats *s = run_against(ANSWERS, &o, &ok);

    CHECK(ok && s->sent > 4);
    CHECK(s->translated > 0 && s->translation_us.count == s->translated);
    CHECK(s->other_events == 0);
    free(s);
}

static void
open_loop_sends_what_is_due(void)
{
    struct opts o = {.in_flight = 1, .rate = 1000, .drain_ms = 10 * 1000};
    bool ok;
    struct stats *s = run_against(ANSWERS, &o, &ok);

    CHECK(ok && s->sent > 50 && s->acked_all == s->sent);
    free(s);
}

static void
refusals_are_not_acknowledgements(void)
{
    struct opts o = {.in_flight = 1, .drain_ms = 10 * 1000};
    bool ok;
    struct stats *s = run_against(REFUSES, &o, &ok);

    CHECK(ok && s->refused > 0 && s->acked_all == 0 && s->acked == 0);
    free(s);
}

static void
silent_server_leaves_messages_unacknowledged(void)
{
    struct opts o = {.in_flight = 3, .drain_ms = 1};
    bool ok;
    struct stats *s = run_against(IGNORES, &o, &ok);

    CHECK(ok && s->sent == 3 && s->unacked == 3 && s->acked_all == 0);
    free(s);
}

static void
close_of_the_server_is_counted_with_its_code(void)
{
    struct opts o = {.in_flight = 2, .drain_ms = 10 * 1000};
    bool ok;
    struct stats *s = run_against(CLOSES, &o, &ok);

    CHECK(ok && s->closed == 1 && s->close_codes[1008] == 1);
    CHECK(s->unacked == 2);
    free(s);
}

static void
server_that_never_gets_ready_ends_the_run(void)
{
    struct opts o = {.in_flight = 1, .connect_max_ms = 50};
    bool ok;
    struct stats *s = run_against(HANGS, &o, &ok);

    CHECK(!ok && s->ready == 0 && s->sent == 0);
    free(s);
}

int
main(void)
{
    RUN(every_answer_counts_once);
    RUN(translations_keep_the_loop_going_and_are_timed);
    RUN(open_loop_sends_what_is_due);
    RUN(refusals_are_not_acknowledgements);
    RUN(silent_server_leaves_messages_unacknowledged);
    RUN(close_of_the_server_is_counted_with_its_code);
    RUN(server_that_never_gets_ready_ends_the_run);
    return tap_end();
}
