/* SPDX-License-Identifier: ISC */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>
#include <time.h>

/* Durations and deadlines: monotonic, unaffected by clock changes. */
int64_t clock_mono_us(void);
int64_t clock_mono_ms(void);

/* Time stamps that people and other programs see: UTC. */
int64_t clock_wall_ms(void);

/* The CLOCK_MONOTONIC deadline wait_ms from now; negative is never. */
struct timespec clock_after(int wait_ms);

/* ISO 8601 with milliseconds and Z: "2026-01-31T12:00:00.000Z". */
enum { CLOCK_ISO_BYTES = 32 };
void clock_iso(int64_t wall_ms, char out[CLOCK_ISO_BYTES]);

#endif
