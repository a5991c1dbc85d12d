/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_COURIER_H
#define GATEWAY_COURIER_H

#include <stdint.h>

#include "base/err.h"

/*
 * courier - tells outgoing webhooks what happened (store/outhook.h), on threads of
 * its own.  It takes one that is due, reads what its conversation's stream has
 * behind its place, posts that, signed, and moves the place.  So what is told is
 * told in order and at least once; what fails waits twice as long as the time
 * before, and is given up after some times.  Several gateways share them: who
 * takes one has it for a minute.
 */
struct courier;
struct gateway;

enum {
    COURIERS = 4, /* threads; who does not answer keeps one for 10 s */
    COURIER_ROWS = 50, /* of a stream, told at once */
    COURIER_LEASE_MS = 60 * 1000,
    COURIER_LOOK_MS = 500,
    COURIER_WAIT_MS_MAX = 3600 * 1000,
};

struct courier_stats {
    uint64_t told, failed, given_up;
};

struct courier *courier_start(struct gateway *g, struct err *err);
/* Ends what is under way; it is told again at the next start. */
void courier_stop(struct courier *c); /* NULL is fine */
void courier_free(struct courier *c); /* after that; NULL is fine */
struct courier_stats courier_stats(const struct courier *c);

#endif
