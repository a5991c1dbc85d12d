/* SPDX-License-Identifier: ISC */
#ifndef TRANSLATOR_SCALE_H
#define TRANSLATOR_SCALE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * scale - how many workers a pool should have.  A pure function: keeper.h asks
 * it and obeys.
 *
 * SCALE_SEEDS is the rule of the original project: up when more than
 * SCALE_WAITING_HIGH tasks wait and more than SCALE_BUSY_HIGH percent of the
 * workers are busy, down when fewer than SCALE_WAITING_LOW and
 * SCALE_BUSY_LOW.  SCALE_AGE looks at how long the oldest task has waited, so
 * that it can be asked often: up at SCALE_AGE_MS, with the workers busy; down
 * when the pool was calm, by the numbers above, for SCALE_CALM_MS.
 */
enum scale_policy { SCALE_SEEDS, SCALE_AGE };

enum {
    SCALE_WAITING_HIGH = 100,
    SCALE_WAITING_LOW = 10,
    SCALE_BUSY_HIGH = 80, /* percent */
    SCALE_BUSY_LOW = 30,
    SCALE_AGE_MS = 300,
    SCALE_CALM_MS = 10 * 1000,
    SCALE_REASON_BYTES = 96,
};

struct scale_in {
    enum scale_policy policy;
    int workers;
    int busy; /* for SCALE_SEEDS also those that a waiting task could have */
    int min, max; /* of workers; min <= max */
    int step_up, step_down;
    size_t waiting;
    int64_t oldest_ms; /* age of the task that waits longest */
    int64_t calm_ms; /* how long scale_is_calm, 0 when it is not */
};

/* Within min and max. */
int scale_want(const struct scale_in *in);

bool scale_is_calm(const struct scale_in *in);

/* Why scale_want says what it says: "waiting 153 > 100, busy 100 % > 80 %". */
void scale_reason(
    const struct scale_in *in, int want, char ret[SCALE_REASON_BYTES]);

#endif
