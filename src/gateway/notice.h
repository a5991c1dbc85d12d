/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_NOTICE_H
#define GATEWAY_NOTICE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/id.h"
#include "base/span.h"

/*
 * notice - what gateways of one database say to each other, as text: a frame is
 * a line about its sender and one for each notice.
 *
 *     meeshy 1 GATEWAY NUMBER WALL_MS
 *     room ID OFFSET                  its stream has events up to here
 *     person ID OFFSET                theirs too
 *     signal ROOM EVENT JSON          typing and such, which is kept nowhere
 *     ended USER HASH|all EXCEPT|-    sessions: one, or all but one
 *     spent LIMIT WHO MILLI           thousandths of tokens that somebody took of
 *                                     a rate limit (cmd_rate.h)
 *     anew WHAT                       read it anew: "policy", "barred"
 *     readers LANGUAGES               that people at this gateway read in the
 *                                     public room, "en,fr"
 *
 * Nothing of a message is in it: whoever wants to know reads the database, so a
 * frame that is lost costs time and nothing else.  Frames of a gateway are
 * numbered, so that a loss is noticed.  Pure functions.
 */
enum {
    NOTICE_FRAME_BYTES_MAX = 7800, /* PostgreSQL's notifications have 8000 */
    NOTICE_PAYLOAD_BYTES_MAX = 4096, /* of a signal */
};

enum notice_kind {
    NOTICE_ROOM,
    NOTICE_PERSON,
    NOTICE_SIGNAL,
    NOTICE_ENDED,
    NOTICE_ANEW,
    NOTICE_READERS,
    NOTICE_SPENT,
};

/* Spans are borrowed from the frame. */
struct notice {
    enum notice_kind kind;
    struct span id; /* ROOM, PERSON, SIGNAL: the room; ENDED: the person; SPENT:
                       who */
    int64_t offset; /* ROOM, PERSON; SPENT: how much */
    struct span event, payload; /* SIGNAL */
    struct span hash, except; /* ENDED, in hexadecimal; {NULL,0}: all, none */
    struct span what; /* ANEW, READERS; SPENT: of which limit */
};

struct notice_head {
    struct span gateway;
    int64_t number; /* 1, 2, 3 ... of this run of the gateway */
    int64_t wall_ms; /* when it was sent, by its clock */
};

void notice_head_put(struct buf *b, const struct notice_head *h);
/* False, and nothing is appended, for what does not fit into a frame, or cannot
 * be said in one. */
bool notice_put(struct buf *b, const struct notice *n);

/* Take the head off a frame; false: it is none of ours, or of another version. */
bool notice_head_take(struct span *frame, struct notice_head *ret);
/* Take the next notice; what is not understood is passed over.  False at the
 * end. */
bool notice_take(struct span *frame, struct notice *ret);

#endif
