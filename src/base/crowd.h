/* SPDX-License-Identifier: ISC */
#ifndef BASE_CROWD_H
#define BASE_CROWD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

/*
 * crowd - how many are there of each kind: connections of a person, of an
 * address.  As large as what is there.  One owner thread.
 */
struct crowd;

/* At most max > 0 of one key. */
struct crowd *crowd_new(int max);
void crowd_free(struct crowd *c); /* NULL is fine */

/* One more; false when there are max already. */
bool crowd_enter(struct crowd *c, struct span key);
size_t crowd_count(const struct crowd *c, struct span key);
/* One that had entered is gone. */
void crowd_leave(struct crowd *c, struct span key);

#endif
