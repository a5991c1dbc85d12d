/* SPDX-License-Identifier: ISC */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "base/span.h"

/* Durations and deadlines: monotonic, unaffected by clock changes. */
int64_t clock_mono_us(void);
int64_t clock_mono_ms(void);

/* Time stamps that people and other programs see: UTC. */
int64_t clock_wall_ms(void);

/* The CLOCK_MONOTONIC deadline wait_ms from now; negative is never. */
struct timespec clock_after(int wait_ms);
/* A condition whose pthread_cond_timedwait takes such deadlines. */
void clock_cond_init(pthread_cond_t *cond);

/* ISO 8601 with milliseconds and Z: "2026-01-31T12:00:00.000Z". */
enum { CLOCK_ISO_BYTES = 32 };
void clock_iso(int64_t wall_ms, char out[CLOCK_ISO_BYTES]);
/* Read such a stamp, whose milliseconds, seconds or whole time of day may be
 * missing: "2026-01-31T12:00Z", "2026-01-31". */
bool clock_parse(struct span s, int64_t *ret_ms);

#endif
