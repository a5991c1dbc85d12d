/* SPDX-License-Identifier: ISC */
#include "gateway/liken.h"

#include <stdlib.h>

#include "base/log.h"
#include "base/mem.h"
#include "gateway/likeness.h"
#include "gateway/op.h"

struct liken {
    struct op op;
    const struct likeness *likeness;
};

static void
liken_user(struct span username, struct span display_name,
    int64_t ret[STORE_LIKENESSES_MAX], void *ctx)
{
    likeness_of(ctx, username, ret);
    likeness_of(ctx, display_name, ret + LIKENESSES);
}

static bool
liken_run(struct store *s, struct store_job *job, struct err *err)
{
    struct liken *l = (struct liken *)job;

    return store_users_liken(s, liken_user, (void *)l->likeness, err);
}

static void
liken_finish(struct op *op)
{
    if (!op->job.ok)
        log_warn("names are not compared with all: %s", op->job.err.text);
    free(op);
}

void
liken_start(struct gateway *g)
{
    struct liken *l = xcalloc(1, sizeof(*l));

    l->op.job.run = liken_run;
    l->op.finish = liken_finish;
    l->likeness = g->likeness;
    op_write(g->writer, &l->op);
}
