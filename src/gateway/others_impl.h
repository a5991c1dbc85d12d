/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_OTHERS_IMPL_H
#define GATEWAY_OTHERS_IMPL_H

#include <ev.h>
#include <sys/queue.h>

#include "gateway/gateway.h"
#include "gateway/op.h"
#include "gateway/others.h"
#include "relay/relay.h"

/* What others*.c share. */

struct peer {
    char id[ID_BYTES];
    int64_t number; /* of its last frame */
    int64_t heard_ms; /* monotonic */
    char *readers; /* "en,fr" */
};

/* A stream to be read: queued once, however often it is asked for.  Of a room or
 * of a person, a reference. */
struct behind {
    STAILQ_ENTRY(behind) next;
    struct room *room;
    struct user *user;
};

struct others {
    struct gateway *g;
    struct relay *relay;
    char id[ID_BYTES];
    int64_t number; /* of the last frame said */
    struct buf out; /* notices of this turn, but those of streams */
    struct map *rooms, *persons; /* offsets to be told, as pointers to slots */
    struct slot *slots;
    size_t n_slots, cap_slots;
    STAILQ_HEAD(, behind) queue;
    int looking; /* under way */
    bool ends; /* nobody waits any more */
    struct map *shown, *shown_before; /* translations */
    size_t round_room, round_person; /* where the slow round is */
    struct peer peers[OTHERS_PEERS_MAX];
    size_t n_peers;
    char *readers_said;
    size_t n_readers; /* of them */
    int64_t hello_ms; /* when to say that it is there */
    ev_timer tick;
    uint64_t gaps, looks;
    double lag_s;
};

/* others_look.c */
/* Have a stream read soon. */
void others_behind_room(struct others *m, struct room *r);
void others_behind_person(struct others *m, struct user *u);
/* Everything that is in memory and shown to somebody. */
void others_look_around(struct others *m);
/* The next streams of the slow round. */
void others_round(struct others *m);

/* others_wait.c: who waits until a stream is read up to an offset, or as far as
 * a look tells that has not begun yet. */
enum { OTHERS_NEXT_LOOK = -1 };
void others_wait_put(struct others_wait **list, int64_t offset,
    void (*then)(void *ctx), void *ctx);
/* A look begins, and one has ended. */
void others_wait_begun(struct others_wait *list);
void others_wait_over(struct others_wait **list, int64_t offset);
/* It will not be read. */
void others_wait_drop(struct others_wait **list);

/* others_hear.c: a frame came, which is borrowed. */
void others_hear(struct others *m, struct span frame);
void others_forget_peers(struct others *m);
/* Something was said that did not come: all that is in memory is read anew. */
void others_missed(struct others *m);

#endif
