/* SPDX-License-Identifier: ISC */
#ifndef TRANSLATOR_RETRY_H
#define TRANSLATOR_RETRY_H

#include "translator/tasks/pool.h"

/*
 * retry - what becomes of a job whose worker hangs: another worker gets what is
 * unanswered of it, once; when that one hangs as well, it fails with a reason.
 *
 * The hung function of a pool: job is a struct job, env a struct work_env.
 */
void retry_hung(struct pool *p, void *job, void *env);

#endif
