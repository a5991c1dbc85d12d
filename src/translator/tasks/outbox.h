/* SPDX-License-Identifier: ISC */
#ifndef TRANSLATOR_OUTBOX_H
#define TRANSLATOR_OUTBOX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "wire/event.h"

/*
 * outbox - answers on their way from workers and engines to the front, which
 * alone may touch the sockets.  Bounded; a full one makes the answering thread
 * wait, because the front always empties it.
 */
struct outbox;
struct job;

struct answer {
    struct job *job; /* referenced by the front's table */
    enum event_type type;
    const char *target; /* the job's */
    char *frame; /* owned, len bytes */
    size_t len;
    char *result; /* of a failure, owned, result_len bytes: a second frame */
    size_t result_len;
};

enum { OUTBOX_MAX = 4096 };

struct outbox *outbox_new(struct err *err);
void outbox_free(struct outbox *o); /* NULL is fine */

/* Takes a. */
void outbox_push(struct outbox *o, struct answer *a);
void answer_free(struct answer *a);

/* Make the front look at the rest of the world, too. */
void outbox_wake(struct outbox *o);

/* For the front: readable when there may be something. */
int outbox_fd(const struct outbox *o);

/* Call when the fd is readable, before outbox_pop. */
void outbox_woken(struct outbox *o);
size_t outbox_pop(struct outbox *o, struct answer **ret, size_t n);

#endif
