/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_RETENTION_H
#define GATEWAY_RETENTION_H

/*
 * retention - old messages are erased, RETENTION_DAYS after they were said or as
 * soon as their room says: a few at a time, so that nobody waits for it.  Clients
 * hear of each as of one that was deleted.  Loop thread only.
 */
struct gateway;
struct retention;

enum {
    RETENTION_LOOK_S = 60, /* over all rooms */
    RETENTION_AT_ONCE = 50, /* messages in a transaction */
};

struct retention *retention_new(struct gateway *g);
void retention_free(struct retention *r); /* NULL is fine */
void retention_start(struct retention *r);
/* A room has another rule now. */
void retention_soon(struct retention *r);

#endif
