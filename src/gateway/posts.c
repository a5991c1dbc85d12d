/* SPDX-License-Identifier: ISC */
#include "gateway/posts.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/bq.h"
#include "base/mem.h"

struct poster {
    struct posts *posts;
    struct post *post;
    pthread_t thread;
};

struct posts {
    struct loop *loop;
    struct proxies *allowed;
    struct bq *queue;
    atomic_bool stop;
    int under_way; /* handed in, and not back on the loop */
    int n, n_threads;
    struct poster posters[];
};

static void
on_back(struct loop_msg *msg)
{
    struct posts_job *job = (struct posts_job *)msg;

    job->posts->under_way--;
    job->done(job);
}

static void *
run(void *arg)
{
    struct poster *self = arg;
    void *item;

    while (bq_pop(self->posts->queue, &item, BQ_FOREVER) == BQ_OK) {
        struct posts_job *job = item;
        job->work(self->post, job);
        job->msg.run = on_back;
        loop_post(self->posts->loop, &job->msg);
    }
    return NULL;
}

static bool
start_threads(struct posts *p, struct err *err)
{
    for (int i = 0; i < p->n; i++) {
        struct poster *self = &p->posters[i];
        self->posts = p;
        self->post = post_new(p->allowed, &p->stop, err);
        if (!self->post)
            return false;
        if (pthread_create(&self->thread, NULL, run, self) != 0)
            abort(); /* no thread at start: the machine is unusable */
        p->n_threads++;
    }
    return true;
}

struct posts *
posts_start(struct loop *loop, const char *networks, int n, struct err *err)
{
    struct posts *p =
        xcalloc(1, sizeof(*p) + (size_t)n * sizeof(p->posters[0]));

    p->loop = loop;
    p->n = n;
    p->queue = bq_new((size_t)n);
    p->allowed = proxies_new(networks, err);
    if (p->allowed && start_threads(p, err))
        return p;
    posts_stop(p);
    posts_free(p);
    return NULL;
}

bool
posts_are_free(const struct posts *p)
{
    return p->under_way < p->n && !atomic_load(&p->stop);
}

bool
posts_put(struct posts *p, struct posts_job *job)
{
    job->posts = p;
    if (!posts_are_free(p) || bq_push(p->queue, job, BQ_NOWAIT) != BQ_OK)
        return false;
    p->under_way++;
    return true;
}

void
posts_stop(struct posts *p)
{
    if (!p || atomic_exchange(&p->stop, true))
        return;
    bq_close(p->queue);
    for (int i = 0; i < p->n_threads; i++)
        pthread_join(p->posters[i].thread, NULL);
}

bool
posts_stopping(const struct posts *p)
{
    return atomic_load(&p->stop);
}

void
posts_free(struct posts *p)
{
    if (!p)
        return;
    for (int i = 0; i < p->n; i++)
        post_free(p->posters[i].post);
    proxies_free(p->allowed);
    bq_free(p->queue);
    free(p);
}
