/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <hiredis/hiredis.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "base/redis_address.h"
#include "relay/relay_impl.h"

/* Two connections: who listens to a channel may say nothing else. */
struct relay_line {
    redisContext *in, *out;
    char *channel;
};

static bool
is_url(const char *url, struct err *err)
{
    struct redis_address a;
    bool ok = redis_address_parse(span_of(url), &a, err);

    redis_address_fini(&a);
    return ok;
}

static bool
fail(const redisContext *c, const redisReply *reply, struct err *err)
{
    return err_set(err, FAIL_SYSTEM, "Redis: %s",
        reply && reply->type == REDIS_REPLY_ERROR ? reply->str
        : c && c->err                             ? c->errstr
                                                  : "no answer");
}

/* Say something to which the answer is no error. */
static bool
ask(redisContext *c, int n, const char **words, struct err *err)
{
    redisReply *reply = redisCommandArgv(c, n, words, NULL);
    bool ok = reply && reply->type != REDIS_REPLY_ERROR;

    if (!ok)
        fail(c, reply, err);
    if (reply)
        freeReplyObject(reply);
    return ok;
}

static bool
introduce(redisContext *c, const struct redis_address *a, struct err *err)
{
    const char *login[] = {"AUTH", a->user, a->password};
    const char *password[] = {"AUTH", a->password};
    const char *select[] = {"SELECT", a->db};
    const char *hello[] = {"PING"};

    if (a->password &&
        !(a->user ? ask(c, 3, login, err) : ask(c, 2, password, err)))
        return false;
    return (!a->db || ask(c, 2, select, err)) && ask(c, 1, hello, err);
}

static redisContext *
connect_to(const struct redis_address *a, struct err *err)
{
    struct timeval patience = {
        RELAY_ANSWER_MS / 1000, RELAY_ANSWER_MS % 1000 * 1000};
    redisContext *c = a->path
                          ? redisConnectUnixWithTimeout(a->path, patience)
                          : redisConnectWithTimeout(a->host, a->port, patience);

    if (c && !c->err && fcntl(c->fd, F_SETFD, FD_CLOEXEC) == 0 &&
        redisSetTimeout(c, patience) == REDIS_OK && introduce(c, a, err))
        return c;
    if (!c || c->err)
        fail(c, NULL, err);
    if (c)
        redisFree(c);
    return NULL;
}

static void
close_line(struct relay_line *l)
{
    if (l->in)
        redisFree(l->in);
    if (l->out)
        redisFree(l->out);
    free(l->channel);
    free(l);
}

static struct relay_line *
open_line(const char *url, const char *channel, struct err *err)
{
    struct relay_line *l = xcalloc(1, sizeof(*l));
    const char *listen[] = {"SUBSCRIBE", channel};
    struct redis_address a;
    bool ok;

    l->channel = xstrdup(channel);
    ok = redis_address_parse(span_of(url), &a, err) &&
         (l->in = connect_to(&a, err)) && (l->out = connect_to(&a, err)) &&
         ask(l->in, 2, listen, err);
    redis_address_fini(&a);
    if (ok)
        return l;
    close_line(l);
    return NULL;
}

static int
fd(const struct relay_line *l)
{
    return l->in->fd;
}

/* The answer to something that was said. */
static bool
receive(redisContext *c, struct err *err)
{
    redisReply *reply = NULL;
    bool ok = redisGetReply(c, (void **)&reply) == REDIS_OK &&
              reply->type != REDIS_REPLY_ERROR;

    if (!ok)
        fail(c, reply, err);
    if (reply)
        freeReplyObject(reply);
    return ok;
}

static bool
say(struct relay_line *l, const struct span *frames, size_t n, struct err *err)
{
    for (size_t i = 0; i < n; i++) {
        const char *words[] = {"PUBLISH", l->channel, frames[i].p};
        size_t lens[] = {7, strlen(l->channel), frames[i].len};
        if (redisAppendCommandArgv(l->out, 3, words, lens) != REDIS_OK)
            return fail(l->out, NULL, err);
    }
    for (size_t i = 0; i < n; i++)
        if (!receive(l->out, err))
            return false;
    return true;
}

static void
hand_over(const redisReply *reply, void (*heard)(struct span frame, void *ctx),
    void *ctx)
{
    if (reply->type == REDIS_REPLY_ARRAY && reply->elements == 3 &&
        reply->element[0]->type == REDIS_REPLY_STRING &&
        reply->element[2]->type == REDIS_REPLY_STRING &&
        strcmp(reply->element[0]->str, "message") == 0)
        heard(
            (struct span){reply->element[2]->str, reply->element[2]->len}, ctx);
}

/* Nothing is read where nothing has come: a read would wait for it. */
static bool
is_readable(int socket)
{
    char byte;

    return recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT) >= 0 ||
           (errno != EAGAIN && errno != EWOULDBLOCK);
}

static bool
hear(struct relay_line *l, void (*heard)(struct span frame, void *ctx),
    void *ctx, struct err *err)
{
    redisReply *reply;

    while (is_readable(l->in->fd)) {
        if (redisBufferRead(l->in) != REDIS_OK)
            return fail(l->in, NULL, err);
        for (;;) {
            reply = NULL;
            if (redisGetReplyFromReader(l->in, (void **)&reply) != REDIS_OK)
                return fail(l->in, NULL, err);
            if (!reply)
                break;
            hand_over(reply, heard, ctx);
            freeReplyObject(reply);
        }
    }
    return true;
}

static bool
ping(struct relay_line *l, struct err *err)
{
    const char *words[] = {"PING"};

    return ask(l->out, 1, words, err);
}

const struct relay_ops relay_redis_ops = {
    .is_url = is_url,
    .open = open_line,
    .close = close_line,
    .fd = fd,
    .say = say,
    .hear = hear,
    .ping = ping,
};
