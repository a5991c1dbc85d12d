/* SPDX-License-Identifier: ISC */
#ifndef LOAD_STATS_H
#define LOAD_STATS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/hist.h"
#include "load/opts.h"
#include "load/proc.h"

/* stats - what one run of the load generator saw.  Latencies are in us. */
enum { STATS_CLOSE_CODES = 5000 };

struct stats {
    /* Over the whole run. */
    uint64_t sent, acked_all, delivered_all, other_events;
    uint64_t connect_failed, handshake_failed, closed, stalled_closed;
    uint64_t refused, ack_unknown, unacked, overrun, protocol;
    uint32_t close_codes[STATS_CLOSE_CODES];
    int ready;
    double connect_s;
    struct hist connect_us;

    /* Within the measured window. */
    double window_s, own_cpu_s;
    uint64_t acked, delivered, translated, untranslated;
    struct hist ack_us, delivery_us, translation_us;

    /* The server: before, with all connections idle, at the window's ends. */
    struct proc_use empty, connected, begin, end;
    long tcp_kb;
};

void stats_close_code(struct stats *s, int code);

/* One line of JSON. */
void stats_print(
    const struct stats *s, const struct opts *o, uint64_t bytes_in, FILE *to);

#endif
