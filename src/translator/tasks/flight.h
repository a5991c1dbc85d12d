/* SPDX-License-Identifier: ISC */
#ifndef TRANSLATOR_FLIGHT_H
#define TRANSLATOR_FLIGHT_H

#include "translator/tasks/job.h"

/*
 * flight - the jobs in flight, found by task and by message.  One owner thread.
 * Its size is bounded by that of the pools and the number of their workers.
 */
struct flight;

struct flight *flight_new(void);
/* Gives back all references.  NULL is fine. */
void flight_free(struct flight *f);

/* Whether a task of this id is in flight. */
bool flight_has(const struct flight *f, const char *task_id);

/* The jobs of t's message, linked by next_of_message; or NULL. */
struct job *flight_of_message(
    const struct flight *f, int door, const struct task *t);

/* Whose task is not in flight.  Takes a reference of its own. */
void flight_add(struct flight *f, struct job *j);
/* Gives the reference back. */
void flight_remove(struct flight *f, struct job *j);

size_t flight_len(const struct flight *f);

#endif
