/* SPDX-License-Identifier: ISC */
#ifndef TRANSLATOR_OFFER_H
#define TRANSLATOR_OFFER_H

#include "engine/router.h"
#include "wire/pairs.h"

/*
 * offer - what can be translated now, for everybody who tells it to others: a
 * list that is made anew when the router's pairs have changed.
 *
 * Any thread.  A list is constant and counted.
 */
struct offer;

struct offer_list {
    size_t n_pairs;
    struct engine_pair *pairs; /* ordered by source and target */
    size_t n_sources;
    char (*sources)[ENGINE_LANG_BYTES]; /* that we can read, each once */
    char *languages; /* that we can write, each once: "ca,en,es" */
    char *pairs_told; /* all, as in wire/pairs.h */
    uint64_t version; /* the router's */
    size_t refs; /* offer's */
};

/* How good a pair of the list is, by what its way costs. */
enum pair_class offer_class(const struct engine_pair *pair);

struct offer *offer_new(const struct router *r); /* borrows the router */
void offer_free(struct offer *o); /* NULL is fine */

/* The list as it is now, the caller's until it is released. */
const struct offer_list *offer_hold(struct offer *o);
void offer_release(struct offer *o, const struct offer_list *list);

size_t offer_pairs(struct offer *o); /* how many */

/* The router goes: from now on the list stays as it is. */
void offer_freeze(struct offer *o);

#endif
