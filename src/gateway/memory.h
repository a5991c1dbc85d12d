/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_MEMORY_H
#define GATEWAY_MEMORY_H

#include <ev.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * memory - how much of it there is for clients.
 */

/* Bytes that may have arrived half, of all clients together. */
size_t memory_held_max(void);
/* Bytes that may have been said to clients and not read. */
size_t memory_unread_max(void);

/* As many connections as wanted, or as there is memory for; with TLS each needs
 * more. */
int memory_connections_max(int wanted, bool tls);

/* Give back, now and then, what malloc keeps after a flood.  The caller stops
 * the timer. */
void memory_trim_start(struct ev_loop *ev, ev_timer *timer);

#endif
