/* SPDX-License-Identifier: ISC */
#include "translator/tasks/retry.h"

#include <string.h>

#include "base/tap.h"
#include "translator/tasks/work.h"

/* A pool without workers, whose items go where the test can see them. */
static struct job *put_back;

static void catch (void *item)
{
    put_back = item;
}

static void
no_work(void *item, const struct pool_worker *w, void *ctx)
{
    (void)item;
    (void)w;
    (void)ctx;
}

static struct task *
make_task(void)
{
    struct span frame = SPAN("{\"taskId\":\"t1\",\"messageId\":\"m1\","
                             "\"conversationId\":\"c\",\"text\":\"hello\","
                             "\"sourceLanguage\":\"en\","
                             "\"targetLanguages\":[\"es\",\"fr\"]}");
    enum task_frame kind;
    struct task *t;

    CHECK(task_parse(frame, &kind, &t, NULL));
    return t;
}

struct scene {
    struct stats stats;
    struct outbox *outbox;
    struct work_env env;
    struct pool *pool;
    struct job *job;
};

static void
open_scene(struct scene *s)
{
    struct pool_cfg cfg = {
        .name = "normal", .queue_max = 1, .work = no_work, .drop = catch};

    stats_init(&s->stats);
    s->outbox = outbox_new(NULL);
    s->env = (struct work_env){.outbox = s->outbox, .stats = &s->stats};
    s->pool = pool_new(&cfg);
    s->job = job_new(make_task());
    put_back = NULL;
}

static void
close_scene(struct scene *s)
{
    pool_free(s->pool);
    outbox_free(s->outbox);
    job_unref(s->job);
}

/* Whether a failure of this language with these words in it comes next. */
static bool
fails(struct scene *s, const char *target, const char *words)
{
    struct answer *a;
    bool ok = CHECK(outbox_pop(s->outbox, &a, 1) == 1);

    if (!ok)
        return false;
    ok = a->type == EVENT_ERROR && a->job == s->job &&
         strcmp(a->target, target) == 0 &&
         memmem(a->frame, a->len, words, strlen(words));
    answer_free(a);
    return ok;
}

static bool
silent(struct scene *s)
{
    struct answer *a;

    return outbox_pop(s->outbox, &a, 1) == 0;
}

static void
what_is_unanswered_is_tried_once_more_then_fails(void)
{
    struct scene s;

    open_scene(&s);
    CHECK(job_claim(&s.job->languages[0])); /* es was answered */
    retry_hung(s.pool, s.job, &s.env);
    CHECK(pool_len(s.pool) == 1 && s.stats.tasks_retried == 1 && silent(&s));
    CHECK(!job_claim(&s.job->languages[1])); /* it comes too late now */

    pool_stop(s.pool);
    CHECK(put_back && put_back->n_languages == 1 && put_back != s.job);
    CHECK(strcmp(put_back->languages[0].target, "fr") == 0);
    CHECK(job_origin(put_back) == s.job && put_back->task == s.job->task);
    retry_hung(s.pool, put_back, &s.env);
    CHECK(fails(&s, "fr", "hung twice") && silent(&s));
    CHECK(s.stats.tasks_retried == 1);
    job_unref(put_back);
    close_scene(&s);
}

static void
a_job_that_was_answered_is_left_alone(void)
{
    struct scene s;

    open_scene(&s);
    for (int i = 0; i < 2; i++)
        CHECK(job_claim(&s.job->languages[i]));
    retry_hung(s.pool, s.job, &s.env);
    CHECK(pool_len(s.pool) == 0 && s.stats.tasks_retried == 0 && silent(&s));
    close_scene(&s);
}

static void
without_room_for_a_second_attempt_it_fails_at_once(void)
{
    struct job *other = job_new(make_task());
    struct scene s;

    open_scene(&s);
    CHECK(pool_push(s.pool, SPAN("c"), other));
    retry_hung(s.pool, s.job, &s.env);
    CHECK(fails(&s, "es", "pool is full") && fails(&s, "fr", "pool is full"));
    CHECK(silent(&s));
    close_scene(&s);
    job_unref(other);
}

int
main(void)
{
    RUN(what_is_unanswered_is_tried_once_more_then_fails);
    RUN(a_job_that_was_answered_is_left_alone);
    RUN(without_room_for_a_second_attempt_it_fails_at_once);
    return tap_end();
}
