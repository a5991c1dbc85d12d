/* SPDX-License-Identifier: ISC */
#ifndef CTL_SCREEN_H
#define CTL_SCREEN_H

#include "base/buf.h"
#include "ctl/sample.h"

/*
 * screen - two samples as text for a person: rates from their differences,
 * the rest as the later one says.  Pure: no I/O.
 */
struct screen {
    bool colour; /* ANSI colours for what is wrong or busy */
    int columns; /* longer lines are cut; 0: never */
    const char *gateway; /* whose numbers these are */
};

/* Append the lines, each with its "\n".  before is an earlier sample; one of
 * the same moment gives no rates. */
void screen_draw(struct buf *b, const struct screen *s,
    const struct sample *before, const struct sample *now);

/* One pool table, as `meeshyctl pools` shows it. */
void screen_pools(
    struct buf *b, const struct screen *s, const struct sample_translator *t);

#endif
