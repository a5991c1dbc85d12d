/* SPDX-License-Identifier: ISC */
#include "translator/tasks/work.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "trace/trace.h"

enum {
    /* How soon a waiting worker notices that the translator stops. */
    WAIT_SLICE_MS = 100,
};

/* 0.3 and below reads as a failure to gateways of the original project, whose
 * translator publishes its failures so. */
static const double confidence_min = 0.35;

/* What every event about the language has. */
static void
name(struct event *e, const struct job_language *l)
{
    const struct job *j = l->job;

    e->task_id = j->task->task_id;
    e->message_id = j->task->message_id;
    e->conversation_id = j->task->conversation_id;
    if (!e->source)
        e->source = j->task->source;
    e->target = (char *)l->target;
    e->revision = j->task->revision;
    e->any_pool = j->any_pool;
    e->timestamp_s = (double)clock_wall_ms() / 1e3;
}

/* And what a result has, ready or failed. */
static void
name_result(const struct work_env *env, struct event *e, const struct job *j)
{
    int64_t took_us = clock_mono_us() - j->started_us;

    e->worker = (char *)j->worker;
    e->node = (char *)env->node;
    e->session = (char *)env->session;
    e->processing_s = (double)took_us / 1e6;
    e->queue_s = (double)(j->started_us - j->queued_us) / 1e6;
    e->memory_mb = stats_memory_mb(env->stats);
    e->cpu_percent = env->stats->cpu_permille / 10.0;
}

static char *
format(const struct event *e, size_t *len)
{
    struct buf b = {0};

    event_format(&b, e);
    *len = b.len;
    return buf_take(&b);
}

static struct answer *
answer_new(const struct job_language *l, struct event *e)
{
    struct answer *a = xcalloc(1, sizeof(*a));

    name(e, l);
    a->job = job_origin(l->job);
    a->type = e->type;
    a->target = l->target;
    a->frame = format(e, &a->len);
    return a;
}

/* There is nothing to translate. */
static void
push_skipped(const struct work_env *env, const struct job_language *l,
    const char *reason)
{
    struct event e = {.type = EVENT_SKIPPED, .error = (char *)reason};

    env->stats->translations_skipped++;
    outbox_push(env->outbox, answer_new(l, &e));
}

/* It failed: an error, and a result that has it. */
static void
push_failed(const struct work_env *env, const struct job_language *l,
    const char *reason)
{
    struct event e = {.type = EVENT_ERROR, .error = (char *)reason};
    struct answer *a = answer_new(l, &e);

    env->stats->translations_failed++;
    e.type = EVENT_COMPLETED;
    e.model = (char *)EVENT_NO_MODEL;
    name_result(env, &e, l->job);
    a->result = format(&e, &a->result_len);
    outbox_push(env->outbox, a);
}

static bool
is_auto(const struct task *t)
{
    return strcmp(t->source, "auto") == 0;
}

static void
push_completed(const struct work_env *env, const struct job_language *l)
{
    const struct translate_request *r = &l->request;
    const struct job *j = l->job;
    struct event e = {.type = EVENT_COMPLETED,
        .text = r->translation,
        .source = is_auto(j->task) ? (char *)r->source_code : NULL,
        .model = (char *)r->model,
        .cached = r->from_cache,
        .quality = r->trust.quality,
        .doubt = r->trust.doubt[0] ? (char *)r->trust.doubt : NULL,
        .confidence = fmax(r->trust.confidence, confidence_min)};

    name_result(env, &e, j);
    env->stats->translations_completed++;
    env->stats->processing_us += (uint64_t)(e.processing_s * 1e6);
    outbox_push(env->outbox, answer_new(l, &e));
}

/* The work on a language, and the whole of it with waiting, as parts of what
 * the gateway began. */
static void
note_pieces(const struct work_env *env, const struct job_language *l)
{
    const struct translate_request *r = &l->request;
    const struct task *t = l->job->task;
    struct trace_span task = {.name = "translator.task",
        .start_us = l->job->queued_us,
        .end_us = clock_mono_us(),
        .failed = r->outcome == TRANSLATE_FAILED};
    struct trace_span work = {.name = "translator.engine",
        .start_us = r->started_us,
        .end_us = task.end_us,
        .failed = task.failed};

    if (!trace_begin(env->trace, span_of(t->message_id), task.trace))
        return;
    trace_translation_id(
        task.trace, t->revision, span_of(l->target), task.parent);
    trace_piece_id(task.id);
    trace_attribute(
        &task, "meeshy.pool", l->job->any_pool ? SPAN("any") : SPAN("normal"));
    trace_attribute(&task, "meeshy.target", span_of(l->target));
    trace_attribute(&task, "meeshy.worker", span_of(l->job->worker));
    memcpy(work.trace, task.trace, sizeof(work.trace));
    memcpy(work.parent, task.id, sizeof(work.parent));
    trace_piece_id(work.id);
    trace_attribute(&work, "meeshy.source", span_of(r->source_code));
    trace_attribute(&work, "meeshy.engine", span_of(r->model));
    trace_attribute(
        &work, "meeshy.cached", r->from_cache ? SPAN("yes") : SPAN("no"));
    trace_add(env->trace, &work);
    trace_add(env->trace, &task);
}

/* On any thread. */
static void
on_done(struct translate_request *request)
{
    struct job_language *l = request->user;
    const struct work_env *env = l->job->env;

    if (job_claim(l)) {
        note_pieces(env, l);
        switch (request->outcome) {
        case TRANSLATE_OK:
            push_completed(env, l);
            break;
        case TRANSLATE_SKIPPED:
            push_skipped(env, l, request->err.text);
            break;
        case TRANSLATE_FAILED:
            push_failed(env, l, request->err.text);
            break;
        }
    }
    free(request->translation);
    job_unref(l->job);
}

static void
fail(const struct work_env *env, struct job_language *l, const char *reason)
{
    if (job_claim(l))
        push_failed(env, l, reason);
}

static void
start_language(const struct work_env *env, struct job_language *l)
{
    const struct task *t = l->job->task;

    if (l->claimed)
        return; /* outdated while it waited */
    job_ref(l->job);
    l->request = (struct translate_request){.text = span_of(t->text),
        .source = span_of(t->source),
        .target = span_of(l->target),
        .glossary = t->glossary,
        /* A second attempt shall not wait for the first one. */
        .no_cache = l->job->origin != NULL,
        .deadline_ms = env->deadline_ms,
        .done = on_done,
        .user = l};
    translate_submit(env->translate, &l->request);
}

void
work_run(void *item, const struct pool_worker *w, void *ctx)
{
    const struct work_env *env = ctx;
    struct job *j = item;
    int64_t deadline = clock_mono_ms() + env->deadline_ms;
    bool done = false;

    j->env = env;
    j->started_us = clock_mono_us();
    snprintf(j->worker, sizeof(j->worker), "%s", w->name);
    for (int i = 0; i < j->n_languages; i++)
        start_language(env, &j->languages[i]);

    while (!done && !*w->stopping) {
        int64_t left_ms = deadline - clock_mono_ms();
        if (left_ms <= 0)
            break;
        done =
            job_wait(j, left_ms < WAIT_SLICE_MS ? (int)left_ms : WAIT_SLICE_MS);
    }
    for (int i = 0; i < j->n_languages; i++) {
        /* When the translator stops, nobody answers: the gateway's ledger
         * asks the next one. */
        if (*w->stopping)
            job_claim(&j->languages[i]);
        else if (!done)
            fail(env, &j->languages[i], "translation timed out");
    }
}

void
work_drop(void *item)
{
    job_unref(item);
}

void
work_fail(const struct work_env *env, struct job *j, const char *reason)
{
    for (int i = 0; i < j->n_languages; i++)
        fail(env, &j->languages[i], reason);
}
