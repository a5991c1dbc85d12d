/* SPDX-License-Identifier: ISC */
#include "gateway/remote.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/bq.h"
#include "base/mem.h"
#include "link/client.h"
#include "wire/json.h"

struct remote {
    struct loop *loop;
    struct client *client;
    struct bq *queue;
    pthread_t thread;
    const char *token;
    size_t n;
    struct span urls[REMOTE_TRANSLATORS_MAX]; /* of the configuration */
};

/* ---- on the thread ---- */

/* The answer as it can stand in one of ours. */
static bool
ask(struct remote *r, const struct remote_job *job, size_t i, struct buf *ret,
    struct err *err)
{
    struct client_call call = {.method = job->method,
        .base = r->urls[i],
        .path = job->path,
        .token = r->token[0] ? r->token : NULL};
    json_t *tree;

    if (job->body.len)
        call.body = buf_span(&job->body);
    if (!client_do(r->client, &call, ret, err))
        return false;
    tree = json_read(buf_span(ret), err);
    if (!tree)
        return err_set(err, FAIL_SYSTEM, "the translator's answer is no JSON");
    json_decref(tree);
    return true;
}

static void
ask_each(struct remote *r, struct remote_job *job)
{
    struct buf one = {0};
    struct err err;

    buf_addc(&job->answer, '[');
    for (size_t i = 0; i < r->n; i++) {
        buf_addf(&job->answer, "%s{", i ? "," : "");
        json_put_field(&job->answer, "url", r->urls[i]);
        buf_addc(&job->answer, ',');
        if (ask(r, job, i, &one, &err)) {
            buf_addz(&job->answer, "\"data\":");
            buf_adds(&job->answer, buf_span(&one));
        } else {
            json_put_field(&job->answer, "error", span_of(err.text));
        }
        buf_addc(&job->answer, '}');
    }
    buf_addc(&job->answer, ']');
    buf_free(&one);
    job->ok = true;
}

static void
deliver(struct loop_msg *msg)
{
    struct remote_job *job = (struct remote_job *)msg;

    job->done(job);
}

static void *
run(void *arg)
{
    struct remote *r = arg;
    void *item;

    while (bq_pop(r->queue, &item, BQ_FOREVER) == BQ_OK) {
        struct remote_job *job = item;
        if (job->translator == REMOTE_EACH)
            ask_each(r, job);
        else
            job->ok =
                ask(r, job, (size_t)job->translator, &job->answer, &job->err);
        job->msg.run = deliver;
        loop_post(r->loop, &job->msg);
    }
    return NULL;
}

/* ---- on the loop ---- */

struct remote *
remote_start(struct loop *l, const struct config *cfg, struct err *err)
{
    struct span rest = span_of(cfg->translator_urls);
    struct client *client = client_new(REMOTE_TIMEOUT_MS, err);
    struct remote *r;

    if (!client)
        return NULL;
    r = xcalloc(1, sizeof(*r));
    r->loop = l;
    r->client = client;
    r->token = cfg->translator_token;
    while (rest.p && r->n < REMOTE_TRANSLATORS_MAX) {
        struct span url = span_trim(span_cut(&rest, ','));
        if (url.len > 0)
            r->urls[r->n++] = url;
    }
    r->queue = bq_new(REMOTE_QUEUE_MAX);
    if (pthread_create(&r->thread, NULL, run, r) != 0)
        abort(); /* no thread at start: the machine is unusable */
    return r;
}

void
remote_stop(struct remote *r)
{
    if (!r)
        return;
    bq_close(r->queue);
    pthread_join(r->thread, NULL);
    bq_free(r->queue);
    client_free(r->client);
    free(r);
}

bool
remote_submit(struct remote *r, struct remote_job *job, struct err *err)
{
    if (r && job->translator != REMOTE_EACH &&
        (job->translator < 0 || (size_t)job->translator >= r->n))
        return err_set(err, FAIL_NOT_FOUND, "no such translator");
    if (!r || bq_push(r->queue, job, BQ_NOWAIT) != BQ_OK)
        return err_set(
            err, FAIL_BUSY, "translators are being asked, try again");
    return true;
}
