/* SPDX-License-Identifier: ISC */
#ifndef TRANSLATOR_DESK_H
#define TRANSLATOR_DESK_H

#include <ev.h>
#include <stdatomic.h>
#include <sys/queue.h>

#include "net/dl.h"
#include "net/loop.h"
#include "translator/translate/translate.h"

/*
 * desk - serves the translations that come over HTTP, beside the tasks of the
 * pools and never at their cost: only so many texts are under way at once, the
 * rest wait, orders take turns text by text, and too many are refused.
 *
 * Loop thread only.  Life cycle: desk_new, desk_take..., desk_close, the end
 * of everything that translates, loop_drain, desk_free.
 */
struct desk;
struct desk_order;

struct desk_cfg {
    struct translate *translate; /* borrowed until nothing is under way */
    struct loop *loop; /* borrowed */
    size_t in_flight_max; /* texts that are being translated */
    size_t waiting_max; /* texts that wait for that */
    int deadline_ms; /* of an order */
};

/* A text of an order.  The taker fills request but for done, user and
 * deadline_ms; what it borrows lives until drop(). */
struct desk_item {
    struct translate_request request;
    bool optional; /* nobody shall be late for it */
    int64_t took_us; /* when it is done */

    /* The desk's. */
    struct loop_msg msg;
    struct desk_order *order;
    atomic_int state;
    bool back;
};

/* Part of a larger struct of its owner, who calls desk_order_init. */
struct desk_order {
    struct desk_item *items; /* [n], n > 0 */
    size_t n;

    /* Once: all items are done, well or not, or it is too late (then err is
     * filled and some are not back). */
    void (*done)(struct desk_order *o, const struct err *err);
    /* Once, after done(), maybe much later: the desk lets go of it. */
    void (*drop)(struct desk_order *o);

    /* The desk's. */
    TAILQ_ENTRY(desk_order) link;
    struct desk *desk;
    struct dl_node deadline;
    size_t n_sent, n_back;
    bool queued, over;
};

struct desk *desk_new(const struct desk_cfg *cfg);

/* Take an order.  False with err filled, and neither done() nor drop() called:
 * FAIL_BUSY when too much waits, FAIL_TOO_LARGE when it never could. */
bool desk_take(struct desk *d, struct desk_order *o, struct err *err);

struct desk_stats {
    size_t orders, in_flight, waiting; /* gauges; texts but for orders */
    size_t in_flight_max, waiting_max;
    unsigned long long late, refused; /* orders, since the start */
};
struct desk_stats desk_stats(const struct desk *d);

/* Take nothing more and finish all orders with FAIL_BUSY. */
void desk_close(struct desk *d);

/* False, and nothing is freed, when texts are still under way.  NULL is
 * fine. */
bool desk_free(struct desk *d);

#endif
