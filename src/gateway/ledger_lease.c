/* SPDX-License-Identifier: ISC */
#include "gateway/ledger_impl.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "gateway/op.h"

/* Hold on, and take over what nobody holds. */
struct lease {
    struct op op;
    struct ledger *ledger;
    bool shared, lost;
    int64_t n_taken;
};

static bool
lease_run(struct store *s, struct store_job *job, struct err *err)
{
    struct lease *lease = (struct lease *)job;
    int64_t ms = lease->shared ? LEDGER_LEASE_MS : INT64_MAX;

    return store_hold(s, ms, &lease->lost, err) &&
           store_take_over(s, &lease->n_taken, err);
}

static void
note(struct ledger *l, const struct lease *lease)
{
    if (lease->lost) {
        l->g->count.leases_lost++;
        dispatch_lost(l->g->dispatch);
    }
    if (lease->n_taken > 0 && l->holding)
        log_info("translations of another gateway taken over rows=%lld",
            (long long)lease->n_taken);
    if (l->holding)
        l->g->count.taken_over += (uint64_t)lease->n_taken;
    if (!l->holding || lease->lost || lease->n_taken > 0)
        l->scan_at_ms = 0; /* soon */
    l->holding = true;
}

static void
lease_finish(struct op *op)
{
    struct lease *lease = (struct lease *)op;
    struct ledger *l = lease->ledger;

    l->leasing = false;
    if (op->job.ok) {
        l->lease_at_ms =
            l->shared ? clock_mono_ms() + LEDGER_RENEW_MS : INT64_MAX;
        note(l, lease);
    } else {
        l->lease_at_ms = clock_mono_ms() + LEDGER_RETRY_MS;
        log_warn("cannot take the lease of unfinished translations: %s",
            op->job.err.text);
    }
    free(lease);
}

void
ledger_lease_tick(struct ledger *l)
{
    struct lease *lease;

    if (l->leasing || clock_mono_ms() < l->lease_at_ms)
        return;
    lease = xcalloc(1, sizeof(*lease));
    lease->op.job.run = lease_run;
    lease->op.finish = lease_finish;
    lease->ledger = l;
    lease->shared = l->shared;
    l->leasing = true;
    op_write(l->g->writer, &lease->op);
}

static bool
let_go_run(struct store *s, struct store_job *job, struct err *err)
{
    (void)job;
    return store_let_go(s, err);
}

static void
let_go_finish(struct op *op)
{
    if (!op->job.ok)
        log_warn("the lease of unfinished translations runs on for a moment: "
                 "%s",
            op->job.err.text);
    free(op);
}

void
ledger_let_go(struct ledger *l)
{
    struct op *op;

    if (!l->shared)
        return;
    op = xcalloc(1, sizeof(*op));
    op->job.run = let_go_run;
    op->finish = let_go_finish;
    op_write(l->g->writer, op);
}
