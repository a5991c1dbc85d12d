/* SPDX-License-Identifier: ISC */
#include "nn/guard.h"

#include <string.h>

/* How far the last piece continues what was said p pieces before, for all p. */
static void
runs_push(uint32_t *run, const uint32_t *ids, uint32_t n)
{
    uint32_t most = n - 1 < GUARD_PERIOD_MAX ? n - 1 : GUARD_PERIOD_MAX;

    for (uint32_t p = 1; p <= most; p++)
        run[p] = ids[n - 1] == ids[n - 1 - p] ? run[p] + 1 : 0;
}

void
guard_init(struct guard *g, const uint32_t *src, uint32_t n_src)
{
    uint32_t longest = 0;

    memset(g, 0, sizeof(*g));
    for (uint32_t n = 1; n <= n_src; n++) {
        runs_push(g->run, src, n);
        for (uint32_t p = 1; p <= GUARD_PERIOD_MAX; p++)
            if (g->run[p] > longest)
                longest = g->run[p];
    }
    memset(g->run, 0, sizeof(g->run));
    /* Another language may need more pieces for the same laugh. */
    g->allowed = longest * 2;
}

uint32_t
guard_push(struct guard *g, const uint32_t *out, uint32_t n)
{
    runs_push(g->run, out, n);
    for (uint32_t p = 1; p <= GUARD_PERIOD_MAX; p++) {
        uint32_t said = g->run[p] + p;

        if (g->run[p] > 0 && said >= GUARD_TIMES * p + g->allowed &&
            said >= GUARD_PIECES + g->allowed)
            return p;
    }
    return 0;
}
