/* SPDX-License-Identifier: ISC */
#ifndef NN_SHORTLIST_H
#define NN_SHORTLIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/*
 * shortlist - for each source piece, the target pieces that it may become, so
 * that the output layer computes some hundreds of columns instead of all.
 *
 * The file is mapped.  Immutable once open; any thread.
 */
struct shortlist;

struct span32 {
    const uint32_t *p;
    size_t len;
};

/* Its checksum and every number in it are checked; ids are below vocab_trg,
 * which is at most SHORTLIST_VOCAB_MAX. */
enum { SHORTLIST_VOCAB_MAX = 1 << 20 };
struct shortlist *shortlist_open(
    const char *path, uint32_t vocab_trg, struct err *err);

/* The same for bytes in memory: aligned to 8, borrowed until it is closed. */
struct shortlist *shortlist_open_bytes(
    const void *p, size_t n, uint32_t vocab_trg, struct err *err);
void shortlist_close(struct shortlist *s); /* NULL is fine */

/* Of the n bytes that follow the checksum in a file. */
uint64_t shortlist_checksum(const void *p, size_t n);

/* Target ids 0 .. first-1 are candidates of everything. */
uint32_t shortlist_first(const struct shortlist *s);

/* The list of a source piece, usually ascending; empty for an unknown one. */
struct span32 shortlist_of(const struct shortlist *s, uint32_t src_id);

size_t shortlist_bytes(const struct shortlist *s);

/*
 * shortlist_set - scratch that makes sets of candidates: {0 .. first-1}, the
 * lists of all source pieces, with one joint vocabulary the source pieces
 * themselves (so that names and numbers can be copied), then ids from first
 * upward until the number is a multiple of multiple.  Sorted, without
 * repetition.  Nothing is allocated while making one.  One owner thread.
 */
struct shortlist_set;

struct shortlist_set *shortlist_set_new(uint32_t vocab_trg);
void shortlist_set_free(struct shortlist_set *set);

/* Room that the candidates of n_src pieces need, in ids. */
size_t shortlist_room(const struct shortlist *s, const uint32_t *src,
    size_t n_src, uint32_t multiple);

/* Write the candidates to ids (at least shortlist_room, at most vocab_trg are
 * ever needed) and return how many.  multiple is 1 or more; when the whole
 * vocabulary is not enough, all of it is returned. */
size_t shortlist_candidates(const struct shortlist *s,
    struct shortlist_set *set, const uint32_t *src, size_t n_src, bool joint,
    uint32_t multiple, uint32_t *ids);

#endif
