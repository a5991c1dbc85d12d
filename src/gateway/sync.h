/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_SYNC_H
#define GATEWAY_SYNC_H

#include "gateway/gateway.h"

/*
 * sync - what a client does not know yet.  It says how far it knows the log of
 * each room and its own (see store.h), and gets what changed since, as it is
 * now, in pages: apply(sync(cursors), what was shown) is what a fresh load
 * shows.  Where the log does not reach back that far, or is of another epoch,
 * the answer says "anew" and never nothing.  Loop thread only.
 */
enum {
    SYNC_ROOMS_MAX = 200, /* in one call */
    SYNC_ROWS_DEFAULT = 200, /* of the log, in each room */
    SYNC_ROWS_MAX = 1000,
};

struct sync_cursor {
    struct span conversation_id;
    int64_t offset; /* -1: nothing is known */
};

/* Borrowed during sync_start. */
struct sync_query {
    struct user *user;
    struct span epoch; /* that the offsets count in; {NULL,0}: none */
    struct span language; /* of the translations; {NULL,0}: of all */
    int64_t own; /* offset in the person's own stream; -1: nothing is known */
    bool wants_own;
    int rows; /* at most so many rows of each stream */
    const struct sync_cursor *rooms;
    size_t n_rooms; /* at most SYNC_ROOMS_MAX */
    /* Called exactly once: data is JSON, or err says why not. */
    void (*done)(struct span data, const struct err *err, void *ctx);
    void *ctx;
};
void sync_start(struct gateway *g, const struct sync_query *q);

#endif
