/* SPDX-License-Identifier: ISC */
#ifndef BASE_PROM_H
#define BASE_PROM_H

#include "base/buf.h"
#include "base/hist.h"

/*
 * prom - the text format of Prometheus, which OpenMetrics readers take too.
 * Labels are written as they come: names of ours, never what a peer made up.
 */

/* # HELP and # TYPE of a family. */
void prom_head(
    struct buf *b, const char *name, const char *type, const char *help);

/* The samples of a histogram of microseconds, in seconds.  labels is "" or as
 * in "route=\"/translate\"". */
void prom_hist(
    struct buf *b, const char *name, const char *labels, const struct hist *h);

/* process_*: under the names that every client library uses. */
void prom_process(struct buf *b);

/* PROGRAM_build_info{version="..."} 1 */
void prom_build_info(struct buf *b, const char *program);

/* Resident memory of this process in bytes. */
double prom_resident_bytes(void);

#endif
