/* SPDX-License-Identifier: ISC */
#include "translator/translate/redis.h"

#include <fcntl.h>
#include <hiredis/hiredis.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bq.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/redis_address.h"
#include "translator/translate/redis_codec.h"

enum {
    BATCH_MAX = 64, /* commands that go out together */
    ARGS_MAX = 5,
    TTL_BYTES = 16,
};

struct redis {
    struct redis_address address;
    char ttl[TTL_BYTES];
    struct bq *queue; /* of struct op */
    pthread_t thread;
    bool started;
    atomic_bool up, stopping;

    /* The thread's own. */
    redisContext *c; /* NULL: not connected */
    int64_t next_try_ms;
    int retry_ms;
};

/* A question, or a translation to store. */
struct op {
    struct redis_get *get; /* NULL: store */
    struct cached *value; /* to store: a reference, and the key */
    size_t key_len;
    char key[];
};

/* Takes op and value. */
static void
answer(struct op *op, struct cached *value)
{
    if (op->get) {
        op->get->value = value;
        op->get->done(op->get);
    }
    cached_unref(op->value);
    free(op);
}

/* ---- the connection ---- */

static void
disconnect(struct redis *r, const char *why)
{
    if (r->up)
        log_warn("redis is gone reason=\"%s\"", why);
    r->up = false;
    if (r->c)
        redisFree(r->c);
    r->c = NULL;
    r->next_try_ms = clock_mono_ms() + r->retry_ms;
    r->retry_ms *= 2;
    if (r->retry_ms > REDIS_RETRY_MS_MAX)
        r->retry_ms = REDIS_RETRY_MS_MAX;
}

static struct timeval
millis(int ms)
{
    return (struct timeval){ms / 1000, ms % 1000 * 1000};
}

/* Say something to which the answer is no error. */
static bool
greet(struct redis *r, int argc, const char **argv)
{
    redisReply *reply = redisCommandArgv(r->c, argc, argv, NULL);
    bool ok = reply && reply->type != REDIS_REPLY_ERROR;

    if (!ok)
        log_warn("redis refuses us command=%s error=\"%s\"", argv[0],
            reply ? reply->str : r->c->errstr);
    if (reply)
        freeReplyObject(reply);
    return ok;
}

static bool
introduce(struct redis *r)
{
    const struct redis_address *a = &r->address;
    const char *login[] = {"AUTH", a->user, a->password};
    const char *password[] = {"AUTH", a->password};
    const char *select[] = {"SELECT", a->db};
    const char *ping[] = {"PING"};

    if (a->password && !(a->user ? greet(r, 3, login) : greet(r, 2, password)))
        return false;
    return (!a->db || greet(r, 2, select)) && greet(r, 1, ping);
}

static void
connect_to(struct redis *r)
{
    const struct redis_address *a = &r->address;
    struct timeval patience = millis(REDIS_CONNECT_MS);

    r->c = a->path ? redisConnectUnixWithTimeout(a->path, patience)
                   : redisConnectWithTimeout(a->host, a->port, patience);
    if (!r->c || r->c->err || fcntl(r->c->fd, F_SETFD, FD_CLOEXEC) < 0 ||
        redisSetTimeout(r->c, millis(REDIS_ANSWER_MS)) != REDIS_OK ||
        !introduce(r)) {
        disconnect(r, "cannot connect");
        return;
    }
    r->retry_ms = REDIS_RETRY_MS_MIN;
    r->up = true;
    log_info("redis is there");
}

/* ---- commands ---- */

static bool
send_get(struct redis *r, const struct op *op)
{
    char name[REDIS_NAME_BYTES];
    const char *argv[] = {"GET", name};
    size_t len[] = {3, redis_name(op->get->key, name)};

    return redisAppendCommandArgv(r->c, 2, argv, len) == REDIS_OK;
}

static bool
send_set(struct redis *r, const struct op *op)
{
    char name[REDIS_NAME_BYTES];
    struct span key = {op->key, op->key_len};
    struct buf value = {0};
    bool ok;

    redis_format(&value, key, op->value);
    {
        const char *argv[] = {"SET", name, value.p, "EX", r->ttl};
        size_t len[] = {3, redis_name(key, name), value.len, 2, strlen(r->ttl)};
        ok = redisAppendCommandArgv(r->c, ARGS_MAX, argv, len) == REDIS_OK;
    }
    buf_free(&value);
    return ok;
}

/* Read the answer to op and give it to who asked; false when there is none. */
static bool
receive(struct redis *r, struct op *op)
{
    struct cached *value = NULL;
    redisReply *reply = NULL;

    if (redisGetReply(r->c, (void **)&reply) != REDIS_OK)
        return false;
    if (op->get && reply->type == REDIS_REPLY_STRING)
        value =
            redis_parse((struct span){reply->str, reply->len}, op->get->key);
    if (reply->type == REDIS_REPLY_ERROR)
        log_debug("redis answers error=\"%s\"", reply->str);
    freeReplyObject(reply);
    answer(op, value);
    return true;
}

/* Send n operations, then hear the answers; when the server fails us, the rest
 * is answered "not found". */
static void
serve(struct redis *r, struct op **ops, size_t n)
{
    int64_t deadline = clock_mono_ms() + REDIS_ANSWER_MS;
    size_t sent = 0, heard = 0;
    bool ok = true;

    while (ok && sent < n) {
        ok = ops[sent]->get ? send_get(r, ops[sent]) : send_set(r, ops[sent]);
        sent++;
    }
    while (ok && heard < n && clock_mono_ms() <= deadline) {
        ok = receive(r, ops[heard]);
        heard += ok;
    }
    if (heard < n)
        disconnect(r, r->c->err ? r->c->errstr : "too slow");
    while (heard < n)
        answer(ops[heard++], NULL);
}

/* What is not worth asking any more: all of it without a connection, and
 * questions that waited too long.  Returns how many operations are left. */
static size_t
weed(struct redis *r, struct op **ops, size_t n)
{
    int64_t now = clock_mono_ms();
    size_t kept = 0;

    for (size_t i = 0; i < n; i++) {
        const struct redis_get *g = ops[i]->get;
        if (!r->c || r->stopping || (g && now - g->asked_ms > REDIS_ANSWER_MS))
            answer(ops[i], NULL);
        else
            ops[kept++] = ops[i];
    }
    return kept;
}

static void *
run(void *arg)
{
    struct redis *r = arg;
    enum bq_rc rc = BQ_OK;

    for (;;) {
        struct op *ops[BATCH_MAX];
        int64_t wait_ms = r->next_try_ms - clock_mono_ms();
        size_t n;

        if (!r->c && wait_ms <= 0 && !r->stopping) {
            connect_to(r);
            continue;
        }
        n = bq_pop_many(r->queue, (void **)ops, BATCH_MAX,
            r->c ? BQ_FOREVER : (int)(wait_ms > 0 ? wait_ms : 0), &rc);
        if (n == 0 && rc == BQ_CLOSED)
            break;
        n = weed(r, ops, n);
        if (n > 0)
            serve(r, ops, n);
    }
    if (r->c)
        redisFree(r->c);
    return NULL;
}

struct redis *
redis_new(const struct redis_cfg *cfg, struct err *err)
{
    struct redis *r = xcalloc(1, sizeof(*r));
    struct err why = {0};

    r->retry_ms = REDIS_RETRY_MS_MIN;
    snprintf(r->ttl, sizeof(r->ttl), "%d", cfg->ttl_s);
    r->queue = bq_new(REDIS_QUEUE_MAX);
    if (!redis_address_parse(span_of(cfg->url), &r->address, &why)) {
        err_set(err, FAIL_BAD_INPUT, "REDIS_URL: %s", why.text);
        goto fail;
    }
    if (pthread_create(&r->thread, NULL, run, r) != 0) {
        err_set(err, FAIL_SYSTEM, "cannot start the thread for Redis: %m");
        goto fail;
    }
    r->started = true;
    return r;
fail:
    redis_free(r);
    return NULL;
}

static bool
push(struct redis *r, const struct op *from, struct span key)
{
    struct op *op;

    if (!r->up)
        return false;
    op = xmalloc(sizeof(*op) + key.len);
    *op = *from;
    op->key_len = key.len;
    if (key.len > 0)
        memcpy(op->key, key.p, key.len);
    if (bq_push(r->queue, op, BQ_NOWAIT) == BQ_OK)
        return true;
    free(op);
    return false;
}

bool
redis_get(struct redis *r, struct redis_get *g)
{
    g->asked_ms = clock_mono_ms();
    return push(r, &(struct op){.get = g}, (struct span){NULL, 0});
}

void
redis_put(struct redis *r, struct span key, struct cached *v)
{
    struct op op = {.value = cached_ref(v)};

    if (!push(r, &op, key))
        cached_unref(v);
}

bool
redis_up(const struct redis *r)
{
    return r->up;
}

void
redis_stop(struct redis *r)
{
    r->stopping = true;
    bq_close(r->queue);
    if (r->started)
        pthread_join(r->thread, NULL);
    r->started = false;
}

void
redis_free(struct redis *r)
{
    if (!r)
        return;
    redis_stop(r);
    bq_free(r->queue);
    redis_address_fini(&r->address);
    free(r);
}
