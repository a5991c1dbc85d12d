/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_ARRIVAL_H
#define GATEWAY_ARRIVAL_H

#include <sodium.h>

#include "gateway/files.h"
#include "net/http.h"
#include "wire/filetype.h"

/*
 * arrival - the body of a request on its way to the disk, where it lies as
 * files_path_new says:
 *
 *     pieces of the body ─▶ thread of files: write, hash ─▶ sync ─▶ whole
 *
 * So many bytes wait for the disk at most; then the client waits.  A part of what
 * its command keeps, whose functions are called on the loop.
 */
struct arrival {
    struct file_job job; /* the last one */
    struct files *files;
    struct http_req *req; /* NULL: its body is over */
    /* It is on the disk and synced, under its id. */
    void (*whole)(struct arrival *a);
    /* It will not be: what is there is deleted, nothing more is called but
     * gone. */
    void (*failed)(struct arrival *a, const struct err *err);
    /* Nobody here refers to it any more: free it. */
    void (*gone)(struct arrival *a);
    char id[ID_BYTES];
    size_t waiting; /* for the disk, and in how many pieces */
    int n_pieces;
    bool over; /* it has failed */
    bool keep; /* the last job is to keep it */
    bool last; /* the last job is submitted */
    /* Of the thread of files; of the loop when nothing waits. */
    int fd;
    crypto_hash_sha256_state hash;
    int64_t bytes;
    char head[FILETYPE_HEAD_BYTES];
    size_t head_len;
    struct err err; /* what went wrong on the disk */
    char sha256[STORE_SHA256_LEN + 1];
    const char *type;
};

/* Take the body of the request, as a call's own; files_begin was asked. */
void arrival_begin(struct arrival *a, struct files *f, struct http_req *req);

#endif
