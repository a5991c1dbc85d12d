/* SPDX-License-Identifier: ISC */
#ifndef STORE_SEARCH_H
#define STORE_SEARCH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"
#include "store/message.h"

/*
 * The part of store.h about finding messages by their words; what is said there
 * holds here.
 *
 * Originals are looked in, and translations into what the reader reads, of
 * rooms that they are in, as they are now: what was edited or deleted is not
 * found by what it said.  All words have to be there, in any order; each of
 * three letters may go on ("meet" finds "meeting"), capitals and accents do not count, and scripts
 * without spaces are looked in character by character.
 */
enum {
    STORE_SEARCH_CHARS_MAX = 200, /* of a query */
    STORE_SEARCH_WORDS_MAX = 12,
};

struct store_query {
    const struct store_reader *reader;
    struct span text; /* the words; may be absent if something else is asked */
    struct span conversation_id; /* {NULL,0}: in all rooms */
    struct span sender_id; /* {NULL,0}: of anybody */
    int64_t from_ms, to_ms; /* sent from then on and before then; 0: any time */
    bool link; /* those with a link */
    bool file; /* those with a file */
    struct span before_id; /* older than this message; {NULL,0}: the newest */
    int limit;
};

/* Messages that match, newest first; one more than limit says that there are
 * more.  FAIL_NOT_FOUND for a conversation that the reader is not in,
 * FAIL_BAD_INPUT when nothing is asked for. */
bool store_search(struct store *s, const struct store_query *q,
    void (*row)(const struct store_message *m, void *ctx), void *ctx,
    struct err *err);

/* What was said last may not be found yet: new texts are made findable when
 * there is time (store_tend), or by this, at most limit of them.  *ret_more:
 * there are others left. */
bool store_search_catch_up(
    struct store *s, int limit, bool *ret_more, struct err *err);

#endif
