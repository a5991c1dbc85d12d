/* SPDX-License-Identifier: ISC */
#include "translator/job.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"

struct job *
job_new(struct task *t)
{
    struct job *j;
    int n = t->n_targets;

    assert(n > 0);
    j = xcalloc(1, sizeof(*j) + (size_t)n * sizeof(j->languages[0]));
    j->task = t;
    j->queued_us = clock_mono_us();
    j->refs = 1;
    j->n_unclaimed = j->n_unanswered = j->n_languages = n;
    sem_init(&j->all_claimed, 0, 0);
    for (int i = 0; i < n; i++) {
        j->languages[i].job = j;
        j->languages[i].target = t->targets[i];
    }
    return j;
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
