/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_LEDGER_H
#define GATEWAY_LEDGER_H

#include "base/err.h"

/*
 * ledger - between dispatch and the world: its clock and timer, the link to the
 * translators, the database.  At the start and every LEDGER_RESCAN_MS it reads
 * what is unfinished there, a page at a time, and has it taken up.  Of a database
 * that several gateways share that is what this one holds: it says every
 * LEDGER_RENEW_MS that it is there, and takes over from those that do not.  Makes
 * g->dispatch.  Loop thread only.
 */
struct gateway;
struct ledger;

enum {
    LEDGER_TICK_MS = 100,
    LEDGER_RESCAN_MS = 10000, /* the slow look for unfinished rows */
    LEDGER_LEASE_MS = 6000,
    LEDGER_RENEW_MS = 1500,
    LEDGER_RETRY_MS = 500, /* after the database refused */
    LEDGER_LOOKS_MAX = 64, /* texts that are looked up together */
    LEDGER_LOOKING_MAX = 2048, /* texts on their way; more go to a translator */
};

/* NULL with err filled when a setting is wrong.  Needs the hub and the words. */
struct ledger *ledger_new(struct gateway *g, struct err *err);
void ledger_free(struct ledger *l); /* NULL is fine */

/* Begin with what the last run left unfinished, and start the timer. */
void ledger_start(struct ledger *l);
/* What this turn of the loop wants looked up is asked in one piece. */
void ledger_end_turn(struct ledger *l);
/* Nothing is sent or read any more; what comes in is still settled.  Others take
 * over. */
void ledger_stop(struct ledger *l);

#endif
