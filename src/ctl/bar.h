/* SPDX-License-Identifier: ISC */
#ifndef CTL_BAR_H
#define CTL_BAR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

/*
 * bar - how far a download is: one line that changes on a terminal, a line for
 * each file elsewhere.  Zero it but for the fields said.
 */
struct bar {
    bool plain; /* set: no terminal */
    int columns; /* set: of the terminal */

    char file[64]; /* shown last */
    int64_t since_ms; /* when the first bytes were reported */
    uint64_t first; /* how many there were then */
};

/* Append what there is to show now; nothing when a plain line was shown for
 * this file already. */
void bar_put(struct bar *b, struct buf *ret, const char *file, uint64_t done,
    uint64_t total, int64_t now_ms);

/* Append what ends the line. */
void bar_end(struct bar *b, struct buf *ret);

/* "17.1 MB", "920 kB", "12 B" */
void bar_bytes(struct buf *ret, uint64_t bytes);

#endif
