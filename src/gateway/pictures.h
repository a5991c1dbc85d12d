/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_PICTURES_H
#define GATEWAY_PICTURES_H

#include "base/err.h"
#include "gateway/files.h"
#include "picture/picture.h"

/*
 * pictures - small copies of pictures, made by meeshy-thumbnail: a program that is
 * started before anything else, has a process for each picture, and in it nothing
 * but the picture (picture/cage.h).  What it says is looked at as what a stranger
 * says.  Threads of ours wait for it.
 */
struct pictures;

enum {
    PICTURES_JOBS_MAX = 64, /* that wait */
    PICTURES_THREADS = 2, /* so many at a time */
};

struct picture_job {
    struct loop_msg msg;
    void (*done)(struct picture_job *job); /* on the loop; takes it */
    char from[FILES_PATH_BYTES]; /* the picture */
    char to[FILES_PATH_BYTES]; /* where the copy goes; synced */
    enum picture_shape shape;
    /* Of the picture, upright; 0: it is none, or there is no copy of it. */
    int width, height;
    /* Of the copy. */
    int64_t bytes;
    char sha256[STORE_SHA256_LEN + 1];
};

/* Start the program: before there are threads, sockets and a database, and never
 * again.  Where it cannot be started, or ends, there are no copies. */
struct pictures *pictures_start(struct loop *l);
/* What waits is done without a copy.  NULL is fine. */
void pictures_stop(struct pictures *p);
void pictures_free(struct pictures *p); /* NULL is fine */

/* Is there a copy of such a file at all? */
bool pictures_can(const struct pictures *p, struct span type, int64_t bytes);
/* False when too much waits. */
bool pictures_submit(struct pictures *p, struct picture_job *job);

struct pictures_stats {
    uint64_t made, failed;
};
struct pictures_stats pictures_stats(const struct pictures *p);

#endif
