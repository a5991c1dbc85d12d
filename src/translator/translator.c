/* SPDX-License-Identifier: ISC */
#include "translator/translator.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/id.h"
#include "base/log.h"
#include "base/mem.h"
#include "trace/trace.h"
#include "translator/tasks/retry.h"
#include "translator/tasks/work.h"

enum { DRAIN_LOOK_MS = 10 };

static void
name_this_run(struct translator *t)
{
    char host[HOST_NAME_MAX + 1] = "localhost", id[ID_BYTES];
    struct buf b = {0};

    gethostname(host, sizeof(host) - 1);
    buf_addf(&b, "%s:%d", host, (int)getpid());
    t->node = buf_take(&b);
    id_new(id);
    t->session = xstrdup(id);
}

static struct pool *
open_pool(struct translator *t, const char *name, int size)
{
    struct pool_cfg cfg = {.name = name,
        .queue_max = (size_t)size,
        .work = work_run,
        .drop = work_drop,
        .hung = retry_hung,
        .ctx = t->env};

    return pool_new(&cfg);
}

static bool
open_front(struct translator *t, struct err *err)
{
    struct front_cfg cfg = {.host = t->conf->zmq_host,
        .sub_port = t->conf->zmq_sub_port,
        .pub_port = t->conf->zmq_pub_port,
        .dir = t->conf->zmq_dir,
        .pushpull = t->conf->pushpull,
        .secret_key = t->conf->zmq_secret_key,
        .gateway_keys = t->conf->zmq_gateway_keys,
        .is_private = t->conf->zmq_secret_key[0] && !t->conf->zmq_compat,
        .node = t->node,
        .session = t->session,
        .offer = t->offer,
        .memory = t->memory,
        .normal = t->normal,
        .any = t->any,
        .outbox = t->outbox,
        .stats = &t->stats};

    t->front = front_new(&cfg, err);
    return t->front != NULL;
}

struct translator *
translator_new(const struct conf *c, struct engine *engine, struct err *err)
{
    struct translator *t = xcalloc(1, sizeof(*t));
    struct keeper_cfg sizes;
    struct translate_cfg cfg = {.gate = c->quality_gate,
        .cache_bytes = (size_t)c->cache_bytes,
        .redis_url = c->redis_url,
        .redis_ttl_s = c->redis_ttl};

    t->conf = c;
    stats_init(&t->stats);
    t->router = router_new();
    router_use_ways(t->router, c->neural_models);
    if (engine)
        router_add(t->router, engine);
    cfg.offer = t->offer = offer_new(t->router);
    if (c->memory[0] &&
        !(cfg.memory = t->memory = current_open(c->memory, err)))
        goto fail;
    t->translate = translate_new(&cfg, t->router, err);
    if (!t->translate)
        goto fail;
    name_this_run(t);
    t->outbox = outbox_new(err);
    if (!t->outbox)
        goto fail;
    if (!trace_start(&t->trace,
            &(struct trace_cfg){
                c->otlp_url, "meeshy-translator", c->otlp_sample},
            err))
        goto fail;
    t->env = xcalloc(1, sizeof(*t->env));
    *t->env = (struct work_env){.translate = t->translate,
        .outbox = t->outbox,
        .stats = &t->stats,
        .trace = t->trace,
        .node = t->node,
        .session = t->session,
        .deadline_ms = c->task_deadline * 1000};
    t->normal = open_pool(t, "normal", c->normal_pool_size);
    t->any = open_pool(t, "any", c->any_pool_size);
    sizes = conf_keeper(c);
    t->keeper = keeper_new(t->normal, t->any, &t->stats, &sizes);
    if (!open_front(t, err))
        goto fail;
    return t;
fail:
    translator_free(t);
    return NULL;
}

void
translator_add(struct translator *t, struct engine *e)
{
    router_add(t->router, e);
    if (strcmp(e->ops->name, "neural") == 0)
        t->neural = e;
}

bool
translator_start(struct translator *t, struct err *err)
{
    return keeper_start(t->keeper, err) && front_start(t->front, err);
}

bool
translator_apply(struct translator *t, const struct conf *c, struct err *err)
{
    struct keeper_cfg sizes = conf_keeper(c);

    t->env->deadline_ms = c->task_deadline * 1000;
    return keeper_apply(t->keeper, &sizes, err);
}

bool
translator_stop(struct translator *t)
{
    int64_t deadline = clock_mono_ms() + TRANSLATOR_DRAIN_MS;
    struct timespec pause = {0, DRAIN_LOOK_MS * 1000000L};
    bool stopped;

    if (t->front) {
        front_close_entry(t->front);
        while (front_in_flight(t->front) > 0 && clock_mono_ms() < deadline)
            nanosleep(&pause, NULL);
    }
    /* Workers first: they submit to engines.  Engines next: their callbacks
     * push into the outbox.  The front last: it empties the outbox. */
    keeper_free(t->keeper);
    t->keeper = NULL;
    stopped =
        (!t->normal || pool_stop(t->normal)) & (!t->any || pool_stop(t->any));
    if (t->translate && stopped)
        translate_stop(t->translate);
    if (t->offer && stopped)
        offer_freeze(t->offer);
    if (t->router && stopped) {
        router_free(t->router);
        t->router = NULL;
    }
    front_free(t->front);
    t->front = NULL;
    return stopped;
}

void
translator_free(struct translator *t)
{
    if (!t)
        return;
    if (!translator_stop(t)) {
        log_error("a worker hangs: ending without it");
        return;
    }
    pool_free(t->normal);
    pool_free(t->any);
    translate_free(t->translate);
    outbox_free(t->outbox);
    free(t->env);
    free(t->node);
    free(t->session);
    offer_free(t->offer);
    current_close(t->memory);
    trace_stop(t->trace);
    free(t);
}
