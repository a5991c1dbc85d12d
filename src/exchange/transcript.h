/* SPDX-License-Identifier: ISC */
#ifndef EXCHANGE_TRANSCRIPT_H
#define EXCHANGE_TRANSCRIPT_H

#include <stdint.h>
#include <stdio.h>

#include "base/err.h"
#include "base/span.h"
#include "store/store.h"

/*
 * transcript - a room with all that was said in it and its translations, for
 * programs (JSON Lines: the room, then a message a line) or to read (one page of
 * HTML).  What was deleted is not in it.  Memory is bounded by a page of
 * messages; a gateway may write meanwhile.
 */
enum transcript_format { TRANSCRIPT_JSONL, TRANSCRIPT_HTML };

/* ret_n: messages.  FAIL_NOT_FOUND: no such room. */
bool transcript_write(struct store *s, struct span room,
    enum transcript_format format, FILE *to, int64_t *ret_n, struct err *err);

#endif
