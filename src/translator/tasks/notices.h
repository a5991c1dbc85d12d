/* SPDX-License-Identifier: ISC */
#ifndef TRANSLATOR_NOTICES_H
#define TRANSLATOR_NOTICES_H

#include "translator/tasks/job.h"

/*
 * notices - jobs of which the gateway has yet to hear that they are accepted,
 * or refused.  It waits a second for that, and for a translation it waits
 * every moment: so notices go in slices, conversations in turn, and when a
 * room sends thousands of tasks at once, what is worth something to another
 * finds the way to the gateway free.
 *
 * No clock: times are monotonic and never go back.  One owner thread.
 */
struct notices;

enum {
    NOTICES_MAX = 20000,
    NOTICES_SLICE_US = 1000,
    NOTICES_PER_SLICE = 32, /* or ... */
    NOTICES_SLICES = 200, /* ... this part of those that wait */
};

struct notices *notices_new(void);
void notices_free(struct notices *n); /* an empty one; or NULL */

/* Takes a reference of its own.  False when full. */
bool notices_push(struct notices *n, struct job *j, int64_t now_us);

/* The next one that is due at now_us and not told yet, or NULL.  The reference
 * is the caller's, as of the next function. */
struct job *notices_pop(struct notices *n, int64_t now_us);

/* The oldest one whatever the time, or NULL. */
struct job *notices_take(struct notices *n);

size_t notices_len(const struct notices *n);

#endif
