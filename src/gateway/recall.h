/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_RECALL_H
#define GATEWAY_RECALL_H

#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

/*
 * recall - translations that this gateway saw lately, so that what was just
 * translated is not translated again.  A translation is found by its text and
 * languages and the version of all else that it depends on.  What was looked
 * for least recently leaves when the bytes run out.  Texts are kept as hashes
 * that nobody can make two of; their translations as they are.
 *
 * Pure memory, one owner.
 */
struct recall;

enum { RECALL_KEY_BYTES = 16 };

/* A text in its language. */
struct recall_key {
    unsigned char hash[RECALL_KEY_BYTES];
};
struct recall_key recall_key(struct span text, struct span language);

/* Spans are borrowed until the next call. */
struct recalled {
    struct span text, source, model;
    struct span doubt; /* absent: it is sure */
    double confidence;
};

struct recall *recall_new(size_t bytes_max);
void recall_free(struct recall *r); /* NULL is fine */

/* False when it is not here. */
bool recall_get(struct recall *r, const struct recall_key *key,
    struct span target, uint64_t version, struct recalled *ret);
/* The message is the one whose text it is a translation of. */
void recall_put(struct recall *r, const struct recall_key *key,
    struct span target, uint64_t version, struct span message_id,
    const struct recalled *t);
/* What came from this message's text. */
void recall_forget(struct recall *r, struct span message_id);

size_t recall_bytes(const struct recall *r);

#endif
