/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_REMOTE_H
#define GATEWAY_REMOTE_H

#include "base/buf.h"
#include "base/err.h"
#include "gateway/config.h"
#include "net/loop.h"

/*
 * remote - what translators say of themselves, and do for admins, over their
 * HTTP: TRANSLATOR_URLS, with TRANSLATOR_TOKEN.  On a thread of its own, since
 * a translator may take its time.  The queue is bounded: full is busy.
 */
struct remote;

enum {
    REMOTE_TRANSLATORS_MAX = 16,
    REMOTE_QUEUE_MAX = 16,
    REMOTE_TIMEOUT_MS = 3000, /* of one translator */
    REMOTE_PATH_BYTES = 160,
};

struct remote *remote_start(
    struct loop *l, const struct config *cfg, struct err *err);
void remote_stop(struct remote *r); /* finishes what it accepted */

/* Embed it.  done runs on the loop thread, with the answer, which is JSON, or
 * with why there is none. */
struct remote_job {
    struct loop_msg msg;
    int translator; /* its place in TRANSLATOR_URLS; REMOTE_EACH: see below */
    const char *method;
    char path[REMOTE_PATH_BYTES];
    struct buf body; /* empty: none */
    bool ok;
    struct err err;
    struct buf answer;
    void (*done)(struct remote_job *job);
};

/* GET of each one: a list of {"url","data"}, or {"url","error"} of who does not
 * answer well. */
enum { REMOTE_EACH = -1 };

/* Takes the job on true, but for its memory, which is the caller's until done
 * and then again.  FAIL_NOT_FOUND for a place where none is; FAIL_BUSY, also
 * when r is NULL because the gateway stops. */
bool remote_submit(struct remote *r, struct remote_job *job, struct err *err);

#endif
