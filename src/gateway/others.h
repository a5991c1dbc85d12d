/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_OTHERS_H
#define GATEWAY_OTHERS_H

#include "base/err.h"
#include "base/span.h"
#include "gateway/hub.h"
#include "gateway/notice.h"

/*
 * others - the other gateways of the same database.  They are told by the relay
 * that a stream goes further (notice.h), and what it says they read from the log.
 * So nothing that the relay loses is lost: a later notice, a number that is
 * missing, a new connection, or the slow round over all that is in memory brings
 * it to light.
 *
 * An event of this gateway's own is applied and shown at once if it is the next
 * of its stream; if some of another gateway come before it, all are read.  So
 * everybody sees a stream in its order, wherever they are.
 *
 * Loop thread only.  All functions but others_start take NULL: there is no other
 * gateway.
 */
struct gateway;
struct op;
struct others;

enum {
    OTHERS_PEERS_MAX = 64, /* gateways; of more, one reads the log only */
    OTHERS_LOOKS_MAX = 16, /* reads of the log under way */
    OTHERS_LOOK_ROWS = 200, /* of a stream at a time */
    OTHERS_TICK_MS = 500,
    OTHERS_ROUND_STREAMS = 25, /* of the slow round, each tick */
    OTHERS_HELLO_MS =
        2000, /* a gateway says at least so often that it is there */
    OTHERS_SHOWN_MAX = 4096, /* translations that are known to be shown */
    OTHERS_AWAY_MS = 8000, /* without a word: what it said counts no more */
};

/* *ret NULL: it is alone by its settings. */
bool others_start(struct gateway *g, struct others **ret, struct err *err);
/* Say what waits and end. */
void others_stop(struct others *m);

/* An event that was committed here: the others will hear of it. */
void others_tell(struct others *m, const struct store_event *e);
/* Is it the next of the stream that is known up to offset, and may be applied
 * and shown now?  Else it will be read, or was; until then the operation is held,
 * if there is one. */
bool others_is_next(struct others *m, const struct store_event *e,
    struct room *r, struct op *op);
bool others_is_own_next(struct others *m, const struct store_event *e,
    struct user *u, struct op *op);

/* What is there of a person's stream now is read, if there are others; then
 * `then` is called once, at once or later.  Who did something at another gateway
 * finds it done here. */
void others_catch_up(
    struct others *m, struct user *u, void (*then)(void *ctx), void *ctx);
/* The gateway ends: nobody waits for what is still to be read. */
void others_let_go(struct others *m);

/* Was this translation shown already?  What is read of a message has those that
 * are ready, whose own events come later. */
bool others_was_shown(struct others *m, const struct store_translation *t);

/* Typing and such, to those present at other gateways. */
void others_signal(struct others *m, struct span room_id, const char *event,
    struct span payload);
/* Sessions of a person have ended: the one of this hash, or all but one. */
void others_session_ended(
    struct others *m, struct span user_id, const unsigned char *hash);
void others_sessions_ended(
    struct others *m, struct span user_id, const unsigned char *except_hash);
/* Somebody took so much of a rate limit (cmd_rate.h). */
void others_spent(
    struct others *m, struct span limit, struct span who, int64_t milli);
/* What is read anew: "policy", "barred". */
void others_anew(struct others *m, const char *what);

/* Languages that people at other gateways read in the public room: those that
 * are not among the n of out yet are added; returns how many there are then. */
size_t others_readers(const struct others *m, struct span but, struct span *out,
    size_t n, size_t max);

/* What this turn of the loop has to say goes out. */
void others_end_turn(struct others *m);

struct others_stats {
    bool up;
    size_t peers; /* other gateways that said something lately */
    uint64_t said, heard, lost; /* frames */
    uint64_t gaps; /* frames of others that never came */
    uint64_t looks; /* reads of the log */
    double lag_s; /* of the last frame heard, by both clocks */
};
struct others_stats others_stats(const struct others *m);

#endif
