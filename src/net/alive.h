/* SPDX-License-Identifier: ISC */
#ifndef NET_ALIVE_H
#define NET_ALIVE_H

#include "net/loop.h"

/*
 * alive - tells systemd (base/notify.h) that a program is ready, that its loop
 * still turns, and that it stops.  Embed it; the loop's thread.
 */
struct alive {
    ev_timer timer; /* must be first */
};

/* We are ready.  Where systemd waits for signs of life, they come with the
 * loop's turns from now on. */
void alive_start(struct alive *a, struct loop *l);
/* We stop, which may take a while. */
void alive_stop(struct alive *a, struct loop *l);

#endif
