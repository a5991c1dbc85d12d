/* SPDX-License-Identifier: ISC */
#ifndef BASE_NOTIFY_H
#define BASE_NOTIFY_H

#include <stdbool.h>

/*
 * notify - tell systemd how we are: a datagram to the socket in NOTIFY_SOCKET,
 * see sd_notify(3).  Without one, nothing happens.  Any thread.
 */

/* "READY=1", "STOPPING=1", "WATCHDOG=1"; false when nobody was told. */
bool notify_send(const char *state);

/* In what time WATCHDOG=1 must come, in milliseconds; 0: nobody waits. */
int notify_watchdog_ms(void);

#endif
