/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_LEDGER_IMPL_H
#define GATEWAY_LEDGER_IMPL_H

#include <ev.h>

#include "gateway/gateway.h"
#include "gateway/ledger.h"

/* What ledger*.c share. */
struct ledger {
    struct gateway *g;
    ev_timer tick;
    int64_t scan_cursor, scan_at_ms;
    bool scanning;
    bool scan_more; /* the last one stopped for want of room */
    struct looks *turn; /* texts to look up, gathered in this turn; or NULL */
    size_t n_looking; /* texts on their way */
    bool shared; /* with other gateways */
    bool holding; /* the lease is taken: rows may be read */
    bool leasing; /* an operation about it is under way */
    int64_t lease_at_ms;
};

/* ledger_scan.c: have unfinished rows taken up, a page at a time. */
void ledger_scan(struct ledger *l);

/* ledger_look.c: look a task's text up in the database. */
enum dispatch_sent ledger_look(struct ledger *l, const struct task *t);

/* ledger_lease.c: say, when it is time, that this gateway is there, and take
 * over from those that are not. */
void ledger_lease_tick(struct ledger *l);
/* Let others take over at once. */
void ledger_let_go(struct ledger *l);

#endif
