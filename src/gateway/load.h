/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_LOAD_H
#define GATEWAY_LOAD_H

#include "gateway/hub.h"

/*
 * load - from the database into the hub, when somebody or something is needed
 * that is not there.  What is there is handed over at once.  Reading never
 * holds up the loop, nor, since few reads are under way at a time, others who
 * read.
 *
 * What is read is as of an offset of its stream (store.h, the log).  Later
 * events are applied to it; if one came while it was read (load_note), it is
 * read again.  So what the hub has is what the database has.
 *
 * Loop thread only.
 */
struct gateway;
struct load;

enum { LOADS_MAX = 32 }; /* reads under way */

struct load *load_new(struct gateway *g);
void load_free(
    struct load *l); /* NULL is fine; nothing is under way any more */

/* The public room, which stays: before anything else, on this thread. */
bool load_public(struct load *l, struct err *err);

/* A person with all of their rooms, or a room.  then is called once, at once or
 * later, with NULL and err when there is none or it could not be read.  What it
 * is given is borrowed until it returns. */
void load_person(struct load *l, struct span id,
    void (*then)(struct user *u, const struct err *err, void *ctx), void *ctx);
void load_room(struct load *l, struct span id,
    void (*then)(struct room *r, const struct err *err, void *ctx), void *ctx);

/* An event that changes a person or a room: what is being read may be from
 * before it. */
void load_note(struct load *l, const struct store_event *e);
/* The same of another gateway's. */
void load_note_at(struct load *l, bool person, struct span id, int64_t offset);

#endif
