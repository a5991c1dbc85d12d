/* SPDX-License-Identifier: ISC */
#include "relay/relay_impl.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/bq.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"

enum { SAY_MAX = 64 }; /* frames in one go */

struct frame {
    char *p;
    size_t len;
};

struct relay {
    struct relay_cfg cfg;
    char *url, *channel;
    const struct relay_ops *ops;
    struct bq *out; /* of struct frame */
    int wake; /* an eventfd: something is in out, or it is to stop */
    pthread_t thread;
    atomic_bool stopping, up;
    _Atomic uint64_t said, heard, lost, joined;

    /* The thread's own. */
    struct relay_line *line; /* NULL: none */
    int64_t retry_at_ms, retry_ms, ping_at_ms;
};

static const struct relay_ops *const kinds[] = {
    &relay_redis_ops, &relay_pg_ops};
enum { N_KINDS = sizeof(kinds) / sizeof(kinds[0]) };

static const struct relay_ops *
kind_of(const char *url)
{
    for (int i = 0; i < N_KINDS; i++)
        if (kinds[i]->is_url(url, NULL))
            return kinds[i];
    return NULL;
}

bool
relay_check_url(const char *url, struct err *err)
{
    return kind_of(url) ||
           err_set(err, FAIL_BAD_INPUT,
               "a bus is redis://[user:password@]host[:port][/db], unix:path "
               "or postgresql://...");
}

/* ---- the connection ---- */

static void
hang_up(struct relay *r, const struct err *why)
{
    if (r->up)
        log_warn("the bus is gone reason=\"%s\"", why->text);
    r->up = false;
    if (r->line)
        r->ops->close(r->line);
    r->line = NULL;
    r->retry_at_ms = clock_mono_ms() + r->retry_ms;
    r->retry_ms *= 2;
    if (r->retry_ms > RELAY_RETRY_MS_MAX)
        r->retry_ms = RELAY_RETRY_MS_MAX;
}

static void
join(struct relay *r)
{
    struct err err = {0};
    bool first = r->joined == 0 && r->retry_ms == RELAY_RETRY_MS_MIN;

    r->line = r->ops->open(r->url, r->channel, &err);
    if (!r->line) {
        if (first)
            log_warn("the bus does not answer yet reason=\"%s\"", err.text);
        hang_up(r, &err);
        return;
    }
    r->retry_ms = RELAY_RETRY_MS_MIN;
    r->ping_at_ms = clock_mono_ms() + RELAY_QUIET_MS;
    r->up = true;
    r->joined++;
    log_info("the bus is there");
    r->cfg.joined(r->cfg.ctx);
}

static void
on_frame(struct span frame, void *ctx)
{
    struct relay *r = ctx;

    r->heard++;
    r->cfg.heard(frame, r->cfg.ctx);
}

static void
hear(struct relay *r)
{
    struct err err = {0};

    if (!r->ops->hear(r->line, on_frame, r, &err))
        hang_up(r, &err);
    else
        r->ping_at_ms = clock_mono_ms() + RELAY_QUIET_MS;
}

/* Say what waits; without a connection it is lost. */
static void
say(struct relay *r)
{
    struct frame *frames[SAY_MAX];
    struct span spans[SAY_MAX];
    struct err err = {0};
    enum bq_rc rc;
    size_t n;

    while ((n = bq_pop_many(r->out, (void **)frames, SAY_MAX, BQ_NOWAIT, &rc)) >
           0) {
        for (size_t i = 0; i < n; i++)
            spans[i] = (struct span){frames[i]->p, frames[i]->len};
        if (r->line && r->ops->say(r->line, spans, n, &err)) {
            r->said += n;
        } else {
            r->lost += n;
            if (r->line)
                hang_up(r, &err);
        }
        for (size_t i = 0; i < n; i++) {
            free(frames[i]->p);
            free(frames[i]);
        }
    }
    if (r->line && !r->ops->hear(r->line, on_frame, r, &err))
        hang_up(r, &err);
}

static void
ping(struct relay *r)
{
    struct err err = {0};

    r->ping_at_ms = clock_mono_ms() + RELAY_QUIET_MS;
    if (!r->ops->ping(r->line, &err))
        hang_up(r, &err);
}

/* Wait for input, for something to say, or for the time. */
static void
turn(struct relay *r)
{
    int64_t until = r->line ? r->ping_at_ms : r->retry_at_ms;
    int64_t ms = until - clock_mono_ms();
    struct pollfd fds[2] = {{.fd = r->wake, .events = POLLIN},
        {.fd = r->line ? r->ops->fd(r->line) : -1, .events = POLLIN}};
    uint64_t woken;

    if (poll(fds, 2, ms > 0 ? (int)ms : 0) < 0)
        return;
    if (fds[0].revents) {
        if (read(r->wake, &woken, sizeof(woken)) < 0 && errno != EAGAIN)
            return;
        say(r);
    }
    if (fds[1].revents && r->line)
        hear(r);
    if (r->line && clock_mono_ms() >= r->ping_at_ms)
        ping(r);
}

static void *
run(void *arg)
{
    struct relay *r = arg;

    while (!r->stopping) {
        if (!r->line && clock_mono_ms() >= r->retry_at_ms)
            join(r);
        turn(r);
    }
    say(r);
    if (r->line)
        r->ops->close(r->line);
    r->line = NULL;
    return NULL;
}

/* ---- life ---- */

static void
relay_free(struct relay *r)
{
    if (r->wake >= 0)
        close(r->wake);
    bq_free(r->out);
    free(r->url);
    free(r->channel);
    free(r);
}

struct relay *
relay_start(const struct relay_cfg *cfg, struct err *err)
{
    struct relay *r;
    int rc;

    if (!relay_check_url(cfg->url, err))
        return NULL;
    r = xcalloc(1, sizeof(*r));
    r->cfg = *cfg;
    r->ops = kind_of(cfg->url);
    r->url = xstrdup(cfg->url);
    r->channel = xstrdup(cfg->channel);
    r->out = bq_new(RELAY_QUEUE_MAX);
    r->retry_ms = RELAY_RETRY_MS_MIN;
    r->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    rc = r->wake < 0 ? errno : pthread_create(&r->thread, NULL, run, r);
    if (rc == 0)
        return r;
    err_set(err, FAIL_SYSTEM, "cannot start the thread of the bus: %s",
        strerror(rc));
    relay_free(r);
    return NULL;
}

static void
wake(struct relay *r)
{
    const uint64_t one = 1;

    if (write(r->wake, &one, sizeof(one)) < 0)
        log_debug("the bus is awake");
}

void
relay_say(struct relay *r, char *frame, size_t len)
{
    struct frame *f = xmalloc(sizeof(*f));

    *f = (struct frame){frame, len};
    if (bq_push(r->out, f, BQ_NOWAIT) == BQ_OK) {
        wake(r);
        return;
    }
    r->lost++;
    free(frame);
    free(f);
}

void
relay_stop(struct relay *r)
{
    if (!r)
        return;
    r->stopping = true;
    wake(r);
    pthread_join(r->thread, NULL);
    relay_free(r);
}

struct relay_stats
relay_stats(const struct relay *r)
{
    return (struct relay_stats){.said = r->said,
        .heard = r->heard,
        .lost = r->lost,
        .joined = r->joined,
        .up = r->up};
}
