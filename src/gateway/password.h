/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_PASSWORD_H
#define GATEWAY_PASSWORD_H

#include <stdbool.h>

#include "base/err.h"
#include "base/span.h"
#include "chat/chat.h"
#include "net/loop.h"

/*
 * password - argon2id (libsodium) on a thread of its own, because one hash
 * takes tens of milliseconds and 64 MiB.  The queue is bounded: full is busy.
 */
enum {
    PASSWORD_LEN_MAX = CHAT_PASSWORD_LEN_MAX, /* bytes */
    PASSWORD_HASH_BYTES = 128,
    PASSWORD_QUEUE_MAX = 64,
};

struct password;

struct password *password_start(struct loop *l);
void password_stop(struct password *p); /* finishes what it accepted */

/* Hash text into hash (verify false), or compare text with hash (verify true).
 * Embed it; done() runs on the loop thread with ok set.  The text is wiped
 * before. */
struct password_job {
    struct loop_msg msg;
    bool verify, ok;
    size_t len;
    char text[PASSWORD_LEN_MAX + 1];
    char hash[PASSWORD_HASH_BYTES];
    void (*done)(struct password_job *job);
};

/* Takes the job on true; FAIL_BUSY otherwise, also when p is NULL because the
 * gateway stops. */
bool password_submit(
    struct password *p, struct password_job *job, struct err *err);

#endif
