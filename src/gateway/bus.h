/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_BUS_H
#define GATEWAY_BUS_H

#include "net/loop.h"
#include "store/store.h"

/*
 * bus - committed events (store.h, the log) on their way from the thread that
 * wrote them to the loop.  This one is local: a batch's rows travel with its
 * operations (op.h), so nothing is read again and nothing waits.  Around each
 * operation: apply its events, finish it (which answers who asked), show its
 * events.  So what is asked for is answered before anybody hears of it, and
 * whoever answers sees the memory as it is after the change.
 *
 * What other gateways commit comes the same way, in operations that read it from
 * the log (others.h); then an event of our own waits for those before it.
 */
struct op;

struct bus {
    struct loop *loop;
    /* Memory follows what the database says; op_hold is for what takes it
     * longer.  False: it is not to be shown now. */
    bool (*apply)(const struct store_event *e, struct op *op, void *ctx);
    /* Everybody concerned is told. */
    void (*show)(const struct store_event *e, void *ctx);
    void *ctx;
};

#endif
