/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_TREND_H
#define GATEWAY_TREND_H

#include <stdint.h>

#include "base/buf.h"

/*
 * trend - the last hour in samples, so that whoever opens the dashboard sees
 * where things come from.  Counters are as they were, since the start: rates
 * are the reader's.  Loop thread only.
 */
struct gateway;
struct trend;

enum { TREND_EVERY_MS = 10 * 1000, TREND_SAMPLES = 360 };

/* Takes samples of g from now on. */
struct trend *trend_new(struct gateway *g);
void trend_free(struct trend *t); /* NULL is fine */

/* "trend":{"columns":[...],"rows":[[at,...],...]}: the samples after since_ms,
 * which is a wall clock's as at is, oldest first. */
void trend_put(struct buf *b, const struct trend *t, int64_t since_ms);

#endif
