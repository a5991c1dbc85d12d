/* SPDX-License-Identifier: ISC */
#include "gateway/targets.h"

#include "gateway/budget.h"
#include "gateway/others.h"

size_t
targets_find(struct gateway *g, const struct targets_of *of, struct span *out,
    size_t max)
{
    const struct cluster *c = dispatch_cluster(g->dispatch);
    size_t n = hub_targets(of->room, of->language, out, max), kept = 0;

    if (of->room->public) /* who is present, also elsewhere */
        n = others_readers(g->others, of->language, out, n, max);
    for (size_t i = 0; i < n; i++)
        if (cluster_may(c, of->language, out[i]))
            out[kept++] = out[i];
    if (budget_take(
            g->budget, of->user_id, of->address, of->bytes, kept, of->share))
        return kept;
    g->count.over_budget++;
    return 0;
}
