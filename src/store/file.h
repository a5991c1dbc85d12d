/* SPDX-License-Identifier: ISC */
#ifndef STORE_FILE_H
#define STORE_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"

/*
 * The part of store.h about files that people send; what is said there holds
 * here.  A row is what somebody has sent, under a name; its bytes are elsewhere,
 * called by their SHA-256, once however many rows have them.  Who sent it hangs
 * it on messages of theirs (struct store_message), and it goes with the last
 * message that has it.
 */
struct store;

enum {
    STORE_FILES_MAX = 10, /* at one message */
    STORE_FILE_NAME_CHARS_MAX = 200,
    STORE_FILE_TYPE_BYTES_MAX = 64,
    STORE_SHA256_LEN = 64, /* in hexadecimal digits */
};

struct store_file {
    struct span id, sha256;
    struct span name, type; /* without control characters */
    int64_t bytes;
    int64_t duration_ms; /* of sound and film; 0: unknown */
    int width, height; /* of a picture; 0: unknown */
    /* Its small copy, a content as its own is; 0 bytes: there is none.
     * store_file_next says no name. */
    struct span thumb_sha256;
    int64_t thumb_bytes;
};

/* Take the next off a message's files; false at the end. */
bool store_file_next(struct span *files, struct store_file *ret);

/* A person has sent a file, on no message yet.  place, when it is not NULL, is
 * called in the transaction, and has its contents found under their names when it
 * returns true: nobody takes them away meanwhile.  FAIL_TOO_LARGE when the
 * person would have more than bytes_max. */
bool store_file_add(struct store *s, const struct store_file *f,
    struct span owner_id, int64_t bytes_max, int64_t now_ms,
    bool (*place)(void *ctx, struct err *err), void *ctx, struct err *err);

/* Bytes that a person has sent; of everybody, each content once, with an absent
 * id (reads every row: for slow timers). */
bool store_files_bytes(
    struct store *s, struct span owner_id, int64_t *ret, struct err *err);

/* A file of a message; FAIL_NOT_FOUND when it has none of that id or is
 * deleted.  Calls row once. */
bool store_file_get(struct store *s, struct span message_id,
    struct span file_id, void (*row)(const struct store_file *f, void *ctx),
    void *ctx, struct err *err);

/* Forget at most limit files that are on no message and were sent before
 * before_ms, or were on one that is gone; then at most limit contents that
 * nothing names any more: gone deletes each, in the transaction.  *ret_more:
 * there are others left. */
bool store_files_sweep(struct store *s, int64_t before_ms, int limit,
    void (*gone)(struct span sha256, void *ctx), void *ctx, bool *ret_more,
    struct err *err);

/* Bytes were found under this name: the next sweep deletes them if nothing
 * names them. */
bool store_file_found(struct store *s, struct span sha256, struct err *err);

#endif
