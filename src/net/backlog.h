/* SPDX-License-Identifier: ISC */
#ifndef NET_BACKLOG_H
#define NET_BACKLOG_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/queue.h>

/*
 * backlog - what has been said and not been read, of all clients together.  When
 * it is more than the memory set aside for it, whoever is furthest behind is cut
 * off, so that one who reads is not.  Loop thread only.
 *
 * How far a client is behind counts every frame in its queue; what is held in
 * memory counts a frame once, however many queues it is in.
 */
struct backlog;

struct backlog_entry {
    LIST_ENTRY(backlog_entry) link;
    size_t bytes; /* behind; 0: not in the list */
    size_t own; /* of these, held for this one alone */
    void (*cut)(struct backlog_entry *e); /* it has left the list */
};

/* bytes_max 0: no limit. */
struct backlog *backlog_new(size_t bytes_max);
void backlog_free(struct backlog *b); /* when all have left; NULL is fine */

/* It is now so far behind; 0: it has read all, or is gone. */
void backlog_note(
    struct backlog *b, struct backlog_entry *e, size_t bytes, size_t own);

/* Held for all of them, with what they share. */
size_t backlog_bytes(const struct backlog *b);
/* Cut off as many as it takes, and return how many. */
unsigned backlog_shed(struct backlog *b);

#endif
