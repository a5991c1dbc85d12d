/* SPDX-License-Identifier: ISC */
#ifndef LOAD_RUN_H
#define LOAD_RUN_H

#include "base/err.h"
#include "load/opts.h"
#include "load/stats.h"

/*
 * run - one run: connect all users, rest, send for the warm-up and the
 * measured window, wait for the last acknowledgements.  One thread, one epoll.
 * Every phase has a deadline, so a run ends whatever the server does.
 *
 * Closed loop (default): each sender keeps opts->in_flight messages
 * un-acknowledged.  Open loop (opts->rate): messages are sent when due and
 * their age counts from then, so that a stalled server cannot hide its stall.
 */
/* Fill *ret.  False when the run could not begin: a file that cannot be read,
 * or no connection that became ready. */
bool run(const struct opts *opts, struct stats *ret, uint64_t *ret_bytes_in,
    struct err *err);

#endif
