/* SPDX-License-Identifier: ISC */
#ifndef TRANSLATOR_REDIS_H
#define TRANSLATOR_REDIS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"
#include "translator/translate/cache.h"

/*
 * redis - translations in a Redis server: shared between translators, and
 * still there after a restart.  Second level behind cache.h.
 *
 * A thread of its own talks to the server.  Redis being slow, gone or never
 * there is no error: a question is then answered "not found", at the latest
 * after REDIS_DELAY_MS_MAX, and while there is no connection it is not even
 * taken.  Under load it pipelines what waits.
 *
 * Stored is the whole key beside the translation, and compared, so that
 * neither a collision nor somebody else's data becomes a translation.
 *
 * Life cycle: redis_new, redis_get and redis_put from any thread, redis_stop,
 * redis_free.
 */
struct redis;

enum {
    REDIS_QUEUE_MAX = 1024, /* questions and translations waiting; more: no */
    REDIS_ANSWER_MS = 50, /* then the server counts as gone */
    /* A question waits for a batch under way and for its own, each of which
     * may see one last read begin when its time is nearly up. */
    REDIS_DELAY_MS_MAX = 4 * REDIS_ANSWER_MS,
    REDIS_CONNECT_MS = 1000,
    REDIS_RETRY_MS_MIN = 250, /* between attempts to connect, doubling */
    REDIS_RETRY_MS_MAX = 30 * 1000,
};

struct redis_cfg {
    const char *url; /* redis://[user:password@]host[:port][/db], unix:path */
    int ttl_s; /* Redis forgets a translation after so long */
};

/* NULL with err filled when the URL is none. */
struct redis *redis_new(const struct redis_cfg *cfg, struct err *err);

/* A question; the caller owns it and keeps it and its key until done(). */
struct redis_get {
    struct span key; /* valid UTF-8 */
    void (*done)(struct redis_get *g); /* once, on redis's thread */
    void *user;
    struct cached *value; /* in done(): the caller's reference, or NULL */
    int64_t asked_ms; /* redis's */
};

/* False, and no done(), when there is no connection or too much to do. */
bool redis_get(struct redis *r, struct redis_get *g);

/* Store, or not: nobody hears of it.  The key is copied. */
void redis_put(struct redis *r, struct span key, struct cached *v);

/* Is there a connection?  A hint. */
bool redis_up(const struct redis *r);

/* Answer the questions that wait "not found" and end the thread. */
void redis_stop(struct redis *r);
void redis_free(struct redis *r); /* stopped; NULL is fine */

#endif
