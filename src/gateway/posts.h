/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_POSTS_H
#define GATEWAY_POSTS_H

#include "link/post.h"
#include "net/loop.h"

/*
 * posts - threads that post to addresses which others named (link/post.h), and
 * tell the loop.  Loop thread only, but for work.
 */
struct posts;

struct posts_job {
    struct loop_msg msg; /* first; of posts */
    struct posts *posts;
    /* On one of the threads, which may wait for an answer. */
    void (*work)(struct post *post, struct posts_job *job);
    void (*done)(struct posts_job *job); /* on the loop */
};

/* n threads, which may also post to these networks (base/proxies.h).  NULL with
 * err filled when that is no list, or libcurl does not start. */
struct posts *posts_start(
    struct loop *loop, const char *networks, int n, struct err *err);
/* False: as many are under way as there are threads, or it stops. */
bool posts_put(struct posts *p, struct posts_job *job);
bool posts_are_free(const struct posts *p);
/* Breaks off what is under way. */
void posts_stop(struct posts *p); /* NULL is fine */
bool posts_stopping(const struct posts *p);
void posts_free(struct posts *p); /* after that; NULL is fine */

#endif
