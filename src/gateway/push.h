/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_PUSH_H
#define GATEWAY_PUSH_H

#include <stdint.h>

#include "base/err.h"
#include "base/span.h"

/*
 * push - tells browsers of people who do not look what was said (store/push.h): by
 * the push service that each browser named, which cannot read it
 * (webpush/webpush.h).  It takes one that is due, writes it in the reader's language,
 * or in the original's where there is no translation in time, posts it and settles
 * it.  What fails waits twice as long as the time before, or as long as the service
 * says, a day at most; what a service does not know any more is removed.  Several
 * gateways share them: who takes one has its device for a minute.
 */
struct client;
struct gateway;
struct push;

enum {
    PUSHERS = 4, /* threads; who does not answer keeps one for 10 s */
    PUSH_LEASE_MS = 60 * 1000,
    PUSH_LOOK_MS = 500,
    PUSH_WAIT_MS_MAX = 3600 * 1000,
    PUSH_TTL_S = 24 * 60 * 60, /* the service keeps it so long */
    PUSH_TEXT_BYTES = 1200, /* of what was said */
    PUSH_TOKEN_S = 12 * 60 * 60, /* who we are, at most 24 hours */
};

struct push_stats {
    uint64_t told, failed, gone;
};

/* *ret is NULL where the server sends none. */
bool push_start(struct gateway *g, struct push **ret, struct err *err);
void push_stop(struct push *p); /* NULL is fine */
void push_free(struct push *p); /* after that; NULL is fine */
struct push_stats push_stats(const struct push *p);

/* The key that browsers want to know; absent: not read yet. */
struct span push_public_key(const struct push *p);

/* Can such an address be told anything? */
bool push_check_endpoint(
    const struct gateway *g, struct span endpoint, struct err *err);

/* The client's page is before somebody's eyes, or is no longer. */
void push_look(struct gateway *g, struct client *c, bool looks);

/* Is the subject one that push services take? */
bool push_check_contact(const char *contact, struct err *err);

#endif
