/* SPDX-License-Identifier: ISC */
#ifndef TRANSLATOR_JOB_H
#define TRANSLATOR_JOB_H

#include <semaphore.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "translator/translate/translate.h"
#include "wire/task.h"

/*
 * job - an accepted task on its way: front, pool, worker, engines, front.
 *
 * Counted references, because it is in several hands at once: the front's
 * table until all languages are answered, a worker until all are or time is
 * up, and each request until it is done, however late.
 *
 * Each language is answered exactly once, by whoever claims it first: the
 * request's callback, the worker when time is up, or nobody when the
 * translator stops.
 */
struct job;

struct job_language {
    struct job *job;
    const char *target; /* as the task names it */
    struct translate_request request;
    atomic_bool claimed;
};

enum { JOB_WORKER_BYTES = 32 };

struct job {
    struct task *task; /* owned; const from job_new on */
    bool any_pool;
    int door; /* the front's, by which it came */
    struct job *origin; /* of a retry, referenced: it owns the task */
    int64_t queued_us; /* monotonic: accepted */
    const void *env; /* the worker's surroundings, for the callbacks */

    /* Written by the worker before anything is submitted. */
    int64_t started_us;
    char worker[JOB_WORKER_BYTES];

    atomic_int refs;
    atomic_int n_unclaimed;
    sem_t all_claimed; /* posted once */

    /* The front's. */
    int n_unanswered;
    bool failed;
    bool refused; /* its pool was full */
    bool told; /* the gateway, that it is accepted or refused */
    bool outdated; /* a newer revision of the message came */
    struct job *next_of_message; /* in flight, see flight.h */

    int n_languages;
    struct job_language languages[];
};

/* Takes the task, which has a target.  One reference is the caller's. */
struct job *job_new(struct task *t);

/* A second attempt at the languages that nobody has claimed, which it claims:
 * whoever still works on them works in vain.  NULL when there is none. */
struct job *job_retry(struct job *j);

/* The job that the front knows: j itself, or what it is a retry of.  Answers
 * name this one. */
struct job *job_origin(struct job *j);

void job_ref(struct job *j);
void job_unref(struct job *j);

/* True for the first caller only, who then answers for the language. */
bool job_claim(struct job_language *l);

/* Wait until every language is claimed; false when wait_ms passed before. */
bool job_wait(struct job *j, int wait_ms);

#endif
