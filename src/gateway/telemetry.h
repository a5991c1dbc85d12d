/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_TELEMETRY_H
#define GATEWAY_TELEMETRY_H

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

/*
 * telemetry - how long things take as people feel them, and what goes wrong:
 * for each command from its arrival to its answer, with refusals by kind; for
 * each pair of languages and quality from a message's task to the translation
 * that readers get, or to the end of trying; since the start, and in the last
 * minute, hour and day.  Loop thread only.
 */
struct cmd;
struct telemetry;

enum { TELEMETRY_PAIRS_MAX = 256 }; /* more are counted as "other" */

enum telemetry_outcome { TELEMETRY_SURE, TELEMETRY_ROUGH, TELEMETRY_FAILED };

struct telemetry *telemetry_new(void);
void telemetry_free(struct telemetry *t); /* NULL is fine */

/* A call ended; err NULL: well. */
void telemetry_command(struct telemetry *t, const struct cmd *cmd, int64_t us,
    const struct err *err);

/* A translation is committed and goes to its readers, or there will be none. */
void telemetry_translation(struct telemetry *t, struct span source,
    struct span target, enum telemetry_outcome outcome, int64_t us);

/* The text format of Prometheus. */
void telemetry_put(const struct telemetry *t, struct buf *b);
/* "pairs":[...],"commands":[...], for the dashboard. */
void telemetry_put_json(const struct telemetry *t, struct buf *b);
/* Of all translations of the last minute, in milliseconds; 0: there is none. */
double telemetry_minute_ms(const struct telemetry *t, double quantile);

#endif
