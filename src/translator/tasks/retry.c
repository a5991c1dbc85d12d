/* SPDX-License-Identifier: ISC */
#include "translator/tasks/retry.h"

#include "translator/tasks/work.h"

void
retry_hung(struct pool *p, void *item, void *ctx)
{
    const struct work_env *env = ctx;
    struct job *j = item, *again;

    if (j->origin) {
        work_fail(env, j, "translation hung twice");
        return;
    }
    again = job_retry(j);
    if (!again)
        return; /* it hangs after everything was answered */
    again->env = env;
    env->stats->tasks_retried++;
    if (!pool_push(p, span_of(j->task->turn), again)) {
        work_fail(env, again, "translation hung, and its pool is full");
        job_unref(again);
    }
}
