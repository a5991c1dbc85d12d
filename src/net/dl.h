/* SPDX-License-Identifier: ISC */
#ifndef NET_DL_H
#define NET_DL_H

#include <stdint.h>

/*
 * dl - deadlines of many objects that share one duration: a list in the order
 * of falling due, so that starting, stopping and expiring each take constant
 * time.  Times are clock_mono_ms.  A zeroed node is not running.
 */
struct dl_node {
    struct dl_node *prev, *next;
    int64_t due_ms;
};

struct dl {
    struct dl_node ring; /* its next is the node due first */
    int64_t after_ms;
};

void dl_init(struct dl *l, int64_t after_ms);

/* (Re)start n: due after_ms from now.  n may be running in any list. */
void dl_start(struct dl *l, struct dl_node *n, int64_t now_ms);

/* The same with a given time, which may not precede one already in l. */
void dl_start_at(struct dl *l, struct dl_node *n, int64_t due_ms);

void dl_stop(struct dl_node *n);

/* Stop and return the first node that is due, or NULL. */
struct dl_node *dl_expire(struct dl *l, int64_t now_ms);

/* When the first node falls due; INT64_MAX when there is none. */
int64_t dl_next(const struct dl *l);

#endif
