/* SPDX-License-Identifier: ISC */
#ifndef TRANSLATOR_WORK_H
#define TRANSLATOR_WORK_H

#include "translator/tasks/job.h"
#include "translator/tasks/outbox.h"
#include "translator/tasks/pool.h"
#include "translator/tasks/stats.h"
#include "translator/translate/translate.h"

/*
 * work - what a worker does with a job: submit all its languages at
 * once, then wait until each is answered or time is up.  The requests'
 * callbacks answer, so a ready language never waits for a slow one, and a
 * worker is no more than a bound on what is under way.
 */
struct work_env {
    struct translate *translate;
    struct outbox *outbox;
    struct stats *stats;
    struct trace *trace; /* NULL: no traces */
    const char *node, *session; /* named in every result */
    atomic_int deadline_ms; /* may change while we run */
};

/* Functions of a pool: item is a struct job and ctx a const struct work_env,
 * which lives until no request is under way. */
void work_run(void *job, const struct pool_worker *w, void *env);
void work_drop(void *job);

/* Fail every language that nobody has claimed. */
void work_fail(const struct work_env *env, struct job *j, const char *reason);

#endif
