/* SPDX-License-Identifier: ISC */
#include "translator/tasks/job.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"

/* For at most n languages, none of which it has yet. */
static struct job *
job_alloc(struct task *t, int n)
{
    struct job *j =
        xcalloc(1, sizeof(*j) + (size_t)n * sizeof(j->languages[0]));

    j->task = t;
    j->refs = 1;
    sem_init(&j->all_claimed, 0, 0);
    return j;
}

static void
add_language(struct job *j, const char *target)
{
    j->languages[j->n_languages].job = j;
    j->languages[j->n_languages++].target = target;
}

struct job *
job_new(struct task *t)
{
    struct job *j = job_alloc(t, t->n_targets);

    assert(t->n_targets > 0);
    j->queued_us = clock_mono_us();
    for (int i = 0; i < t->n_targets; i++)
        add_language(j, t->targets[i]);
    j->n_unclaimed = j->n_unanswered = j->n_languages;
    return j;
}

struct job *
job_retry(struct job *j)
{
    struct job *again = job_alloc(j->task, j->n_languages);

    again->origin = job_origin(j);
    job_ref(again->origin);
    again->any_pool = j->any_pool;
    again->queued_us = j->queued_us;
    for (int i = 0; i < j->n_languages; i++)
        if (job_claim(&j->languages[i]))
            add_language(again, j->languages[i].target);
    again->n_unclaimed = again->n_languages;
    if (again->n_languages > 0)
        return again;
    job_unref(again);
    return NULL;
}

struct job *
job_origin(struct job *j)
{
    return j->origin ? j->origin : j;
}

void
job_ref(struct job *j)
{
    j->refs++;
}

void
job_unref(struct job *j)
{
    if (--j->refs > 0)
        return;
    sem_destroy(&j->all_claimed);
    if (j->origin)
        job_unref(j->origin);
    else
        task_free(j->task);
    free(j);
}

bool
job_claim(struct job_language *l)
{
    if (atomic_exchange(&l->claimed, true))
        return false;
    if (--l->job->n_unclaimed == 0)
        sem_post(&l->job->all_claimed);
    return true;
}

bool
job_wait(struct job *j, int wait_ms)
{
    struct timespec deadline = clock_after(wait_ms);
    int rc;

    do
        rc = sem_clockwait(&j->all_claimed, CLOCK_MONOTONIC, &deadline);
    while (rc < 0 && errno == EINTR);
    return rc == 0;
}
