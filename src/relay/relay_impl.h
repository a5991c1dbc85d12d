/* SPDX-License-Identifier: ISC */
#ifndef RELAY_RELAY_IMPL_H
#define RELAY_RELAY_IMPL_H

#include "relay/relay.h"

/*
 * What a kind of server does for relay.c, on its thread.  A call that fails ends
 * the connection.
 */
struct relay_line; /* an open connection */

struct relay_ops {
    bool (*is_url)(const char *url, struct err *err);
    /* Connect and listen to the channel. */
    struct relay_line *(*open)(
        const char *url, const char *channel, struct err *err);
    void (*close)(struct relay_line *l);
    int (*fd)(const struct relay_line *l); /* to be watched for input */
    /* Say frames in one go. */
    bool (*say)(struct relay_line *l, const struct span *frames, size_t n,
        struct err *err);
    /* Hand over what has come, without waiting. */
    bool (*hear)(struct relay_line *l,
        void (*heard)(struct span frame, void *ctx), void *ctx,
        struct err *err);
    bool (*ping)(struct relay_line *l, struct err *err);
};

extern const struct relay_ops relay_redis_ops, relay_pg_ops;

#endif
