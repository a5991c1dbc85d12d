/* SPDX-License-Identifier: ISC */
#ifndef STORE_COPY_H
#define STORE_COPY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "store/store.h"

/*
 * copy - all that is in one database, into another of any kind: all of it or
 * nothing, in bounded memory.
 *
 * Not copied is what the other one makes for itself: its epoch, so that readers
 * read anew, and the index of words, which a gateway fills again while it runs.
 */
enum { STORE_SHA256_BYTES = 2 * 32 + 1 };

struct store_copied {
    const char *table;
    int64_t rows;
    char sha256[STORE_SHA256_BYTES]; /* of all rows, in the order of their keys;
                                        the same on both sides */
};

/* Into one that nobody has used yet.  Every row is read back from both sides
 * and compared before anything is committed; told hears of each table then.
 *
 * The source is open for reading.  FAIL_BUSY: a gateway works with one of the
 * two; of a file only claim_take tells, which the caller has to hold.
 * FAIL_CONFLICT: there is something in the target.  FAIL_BAD_INPUT: the target
 * cannot hold what the source has. */
bool store_copy(struct store *from, struct store *to,
    void (*told)(const struct store_copied *c, void *ctx), void *ctx,
    struct err *err);

#endif
