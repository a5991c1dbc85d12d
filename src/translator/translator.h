/* SPDX-License-Identifier: ISC */
#ifndef TRANSLATOR_TRANSLATOR_H
#define TRANSLATOR_TRANSLATOR_H

#include "engine/router.h"
#include "translator/conf.h"
#include "translator/tasks/front.h"
#include "translator/tasks/keeper.h"
#include "translator/tasks/pool.h"
#include "translator/tasks/stats.h"
#include "translator/translate/offer.h"
#include "translator/translate/translate.h"

/*
 * translator - everything but HTTP: router, pools, workers and the front, in
 * the order in which they must be made and unmade.
 *
 * Life cycle: translator_new, translator_start, translator_stop,
 * translator_free.  One owner thread; the parts are what api.h looks at.
 */
struct translator {
    const struct conf *conf; /* borrowed */
    struct stats stats;
    struct router *router; /* owned, as all that follows */
    struct translate *translate;
    struct pool *normal, *any;
    struct keeper *keeper;
    struct front *front;
    struct engine *neural; /* the router's; NULL: there is none */
    struct offer *offer;
    struct current *memory; /* NULL: none */
    struct trace *trace; /* NULL: no traces */

    struct outbox *outbox;
    struct work_env *env;
    char *node, *session;
};

enum { TRANSLATOR_DRAIN_MS = 1500 };

/* Bind the sockets.  Takes engine in either case; NULL is a translator without
 * languages, which still answers every task. */
struct translator *translator_new(
    const struct conf *c, struct engine *engine, struct err *err);

/* Before translator_start: take one more engine. */
void translator_add(struct translator *t, struct engine *e);

/* Start workers and front. */
bool translator_start(struct translator *t, struct err *err);

/* Change sizes, limits and deadlines while it runs to those of c, which need
 * not outlive the call.  No task is lost.  Addresses, ports and engines stay. */
bool translator_apply(
    struct translator *t, const struct conf *c, struct err *err);

/* Take no more tasks, give those in flight up to TRANSLATOR_DRAIN_MS, end all
 * threads and engines.  What is unfinished is not answered: the gateway's
 * ledger asks again.  False when a worker hangs: then nothing can be freed. */
bool translator_stop(struct translator *t);

/* Stop and free, but for what a hung worker may still touch: the process shall
 * end.  NULL is fine. */
void translator_free(struct translator *t);

#endif
