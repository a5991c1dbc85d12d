/* SPDX-License-Identifier: ISC */
#ifndef STORE_READ_H
#define STORE_READ_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"

/*
 * The part of store.h about what people have read; what is said there holds
 * here.  A person's mark in a room is a sequence number: everything up to it
 * is read.  Whoever comes to a room has read what is there.
 */
struct store;

#define STORE_READ_HIDDEN (-1) /* a seq: nobody sees the mark any more */

enum {
    STORE_READERS_MAX = 100, /* larger rooms show nobody's mark */
    STORE_UNREAD_BACK_MAX = 10000, /* messages that a mark moves back at once */
};

/* A person's mark, and what is behind it that others wrote and did not
 * delete. */
struct store_unread {
    int64_t seq, unread;
    int64_t mentions; /* messages among them that mention the person or all */
};

/* Move the mark forward to seq, or with back to any place; a seq beyond the
 * last message is the last.  *ret is how it is then; *ret_moved is false when
 * it was there, or further, before.  FAIL_NOT_FOUND for who is no member,
 * FAIL_BAD_INPUT beyond STORE_UNREAD_BACK_MAX. */
bool store_read_set(struct store *s, struct span conversation_id,
    struct span user_id, int64_t seq, bool back, int64_t now_ms,
    struct store_unread *ret, bool *ret_moved, struct err *err);
bool store_read_get(struct store *s, struct span conversation_id,
    struct span user_id, struct store_unread *ret, struct err *err);

/* The marks of a room's members, but for those who hide theirs; none at all in
 * a room of more than STORE_READERS_MAX. */
struct store_read {
    struct span user_id, name; /* name: display name */
    int64_t seq, at_ms; /* at_ms 0: since they came */
};
bool store_readers(struct store *s, struct span conversation_id,
    void (*row)(const struct store_read *r, void *ctx), void *ctx,
    struct err *err);

/* Hide one's marks from others, or show them again. */
bool store_reads_hide(struct store *s, struct span user_id, bool hide,
    int64_t now_ms, struct err *err);
bool store_reads_hidden(
    struct store *s, struct span user_id, bool *ret, struct err *err);

#endif
