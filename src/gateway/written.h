/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_WRITTEN_H
#define GATEWAY_WRITTEN_H

#include "base/span.h"

/*
 * written - which language somebody wrote a text in: what the text looks like,
 * beside what its writer wrote before and reads, and what the room reads.  A
 * text that says too little is in the language its writer wrote last, or
 * reads.  Loop thread only.
 */
struct lang;
struct room;
struct user;

/* What u chose to write, or NULL. */
const struct lang *written_by_choice(const struct user *u);

/* Also remembers what u wrote, if it was clear.  NULL when u's own language is
 * one that we do not know. */
const struct lang *written_in(
    struct user *u, const struct room *r, struct span text);

#endif
