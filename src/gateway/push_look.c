/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/mem.h"
#include "gateway/gateway.h"
#include "gateway/op.h"
#include "gateway/push.h"
#include "store/push.h"

/* Who has the page before their eyes: they are told nothing. */

struct glance {
    struct op op;
    bool looks;
    char user_id[ID_BYTES];
};

static bool
glance_run(struct store *s, struct store_job *job, struct err *err)
{
    struct glance *l = (struct glance *)job;

    return store_look_set(s, span_of(l->user_id), l->looks, err);
}

static void
glance_finish(struct op *op)
{
    if (!op->job.ok)
        log_debug("who looks is not known: %s", op->job.err.text);
    free(op);
}

/* Whether any of their pages is before their eyes is what counts. */
void
push_look(struct gateway *g, struct client *c, bool looks)
{
    struct glance *l;

    if (c->looks == looks || !c->user)
        return;
    c->looks = looks;
    for (const struct client *x = c->user->clients; x; x = x->next)
        if (x != c && x->looks)
            return;
    if (!g->push)
        return;
    l = xcalloc(1, sizeof(*l));
    l->looks = looks;
    snprintf(l->user_id, sizeof(l->user_id), "%s", c->user->id);
    op_set(&l->op, glance_run, glance_finish);
    op_write(g->writer, &l->op);
}
