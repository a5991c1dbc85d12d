/* SPDX-License-Identifier: ISC */
#ifndef MEMORY_CURRENT_H
#define MEMORY_CURRENT_H

#include "base/err.h"
#include "memory/memory.h"

/*
 * current - the memory of some folders as it is now: a thread of its own looks
 * every two seconds whether a file has changed, and reads them anew.
 *
 * Any thread.
 */
struct current;

enum { CURRENT_LOOK_MS = 2000 };

/* Reads the folders "DIR:DIR", of which none need be there.  NULL with err
 * filled when the thread does not start. */
struct current *current_open(const char *folders, struct err *err);
void current_close(struct current *c); /* NULL is fine */

/* The caller's reference. */
struct memory *current_get(struct current *c);

/* Look at once. */
void current_look(struct current *c);

#endif
