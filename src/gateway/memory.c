/* SPDX-License-Identifier: ISC */
#include "gateway/memory.h"

#include <malloc.h>

#include "base/log.h"
#include "base/machine.h"

enum {
    HELD_BYTES_MAX = 64 * 1024 * 1024, /* half arrived, of all; or less where */
    HELD_MEMORY_SHARE = 8, /* that is more than this share of the memory */
    UNREAD_BYTES_MAX =
        128 * 1024 * 1024, /* said and not read, of all; or less */
    UNREAD_MEMORY_SHARE = 8, /* where that is more than this share */
    CONNECTION_BYTES = 24 * 1024, /* with what it may hold and queue */
    TLS_BYTES = 16 * 1024, /* and with TLS */
    CONNECTIONS_MEMORY_SHARE = 2,
    TRIM_S = 10, /* how often the heap is looked at */
    TRIM_BYTES = 32 * 1024 * 1024, /* free in it: given back */
};

static size_t
share_of_memory(size_t share, size_t max)
{
    size_t bytes = machine_memory() / share;

    return bytes < max ? bytes : max;
}

size_t
memory_held_max(void)
{
    return share_of_memory(HELD_MEMORY_SHARE, HELD_BYTES_MAX);
}

size_t
memory_unread_max(void)
{
    return share_of_memory(UNREAD_MEMORY_SHARE, UNREAD_BYTES_MAX);
}

int
memory_connections_max(int wanted, bool tls)
{
    size_t memory = machine_memory();
    size_t each = CONNECTION_BYTES + (tls ? TLS_BYTES : 0);
    size_t fit = memory / CONNECTIONS_MEMORY_SHARE / each;

    if (fit >= (size_t)wanted)
        return wanted;
    log_warn("connections_max lowered to=%zu memory_mb=%zu", fit, memory >> 20);
    return (int)fit;
}

/* After a flood malloc keeps what it needed. */
static void
on_trim(struct ev_loop *ev, ev_timer *timer, int events)
{
    (void)ev;
    (void)timer;
    (void)events;
    if (mallinfo2().fordblks > TRIM_BYTES)
        malloc_trim(0);
}

void
memory_trim_start(struct ev_loop *ev, ev_timer *timer)
{
    ev_timer_init(timer, on_trim, TRIM_S, TRIM_S);
    ev_timer_start(ev, timer);
}
