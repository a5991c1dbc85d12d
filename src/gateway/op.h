/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_OP_H
#define GATEWAY_OP_H

#include "gateway/bus.h"
#include "net/share.h"
#include "store/writer.h"

/*
 * op - one trip to a store thread and back.  The loop makes it, job.run works
 * on the store thread, finish runs on the loop again, exactly once, and frees.
 * Embed it as the first member.  Between submit and finish the loop does not
 * touch it.
 */
struct op {
    struct store_job job; /* job.ok and job.err say how it went */
    struct loop_msg msg;
    const struct bus *bus;
    int holds;
    struct shares *shares; /* see op_charge */
    struct share *share;
    bool from_log; /* its events were read: other gateways wrote them */
    void (*finish)(struct op *op);
};

/* Make op ready for a trip: its next one, when it has been on others. */
void op_set(struct op *op,
    bool (*run)(struct store *s, struct store_job *job, struct err *err),
    void (*finish)(struct op *op));

/* What the loop does at its end, the answer and what others are told, is done for
 * this address and takes of its share (net/share.h). */
void op_charge(struct op *op, struct shares *shares, const char *address);

/* Called by the bus's apply, where memory cannot follow an event at once: the
 * operation is finished, and its events are shown, when it has. */
void op_hold(struct op *op);
void op_release(struct op *op);

/* Hand finished jobs to the loop, one wake-up for the batch.  The writer's
 * on_batch; ctx is the struct bus. */
void op_on_batch(
    struct store_job *first, struct store_job *last, int n, void *ctx);

/* Submit; when the queue is full, or w is NULL because the gateway stops,
 * finish is called at once with FAIL_BUSY. */
void op_write(struct writer *w, struct op *op);
void op_read(struct writer *w, struct op *op);

#endif
