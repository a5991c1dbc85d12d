/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_DISPATCH_H
#define GATEWAY_DISPATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"
#include "gateway/cluster.h"
#include "wire/task.h"

/*
 * dispatch - takes every queued row of the ledger to a translator and back until
 * it is ready, failed or skipped.  A state machine: it is told what happens and
 * what time it is, and says what to send and what to write.
 *
 * In memory a task is waiting, sent, accepted or delayed; on disk its rows are
 * queued until they are settled, so a crash forgets nothing.  A task that was
 * not accepted is sent again after RESEND_MS, doubling (to a translator that
 * never says so, as the original project's, after the timeout); an accepted one
 * after the configured timeout, and to our own translators after ASK_MS, doubling,
 * in case a result was lost; always with the same task id and only the missing
 * languages.  The id is the message's with its revision, so that a gateway that
 * was started again asks for the same task.  Each task is at one translator,
 * chosen by cluster.h; what a dead one had goes to another at once.  When none
 * answers, or the window is full, tasks wait: in order for each sender in a
 * conversation, with a fair turn between these.  What does not fit into memory
 * stays on disk and is taken up when there is room (ledger.h).
 *
 * A text that was translated before is not translated again, as long as all that
 * its translation depends on is the same: first this gateway's own memory is
 * looked into (recall.h), then the database, which is asked as if it were a
 * translator.
 *
 * Loop thread only; no I/O in here.
 */
struct dispatch;
struct glossary;
struct hub;
struct store_translation;

enum {
    DISPATCH_TASKS_MAX = 20000, /* in memory */
    DISPATCH_ATTEMPTS_MAX = 5, /* of a language that fails, not of a pool
                                 that is full or a translator that is away */
    DISPATCH_RESEND_MS = 1000,
    DISPATCH_ASK_MS = 2000, /* and doubling, as long as the timeout allows */
    DISPATCH_BACKOFF_MAX_MS = 30000,
    DISPATCH_TELL_MS = 1000, /* between two lines about full pools */
    DISPATCH_RECALL_BYTES = 8 << 20, /* of translations seen lately */
    DISPATCH_DATABASE = -1, /* the "translator" that has what is known */
};

enum dispatch_sent {
    DISPATCH_SENT,
    DISPATCH_FULL, /* no room just now */
    DISPATCH_TOO_LARGE, /* no translator takes a task of this size, ever */
};

/* What it needs of the world. */
struct dispatch_ops {
    int64_t (*now_us)(void *ctx); /* a clock that never goes back */
    /* A task to a translator; its time stamp is missing.  For
     * DISPATCH_DATABASE, dispatch_looked_up is called once, later. */
    enum dispatch_sent (*send)(int translator, const struct task *t, void *ctx);
    /* Write an outcome (its time is missing) of a task made at born_us, and
     * call dispatch_settled when that is done or has failed. */
    void (*settle)(
        const struct store_translation *row, int64_t born_us, void *ctx);
};

struct dispatch_cfg {
    const struct dispatch_ops *ops;
    void *ctx;
    struct hub *hub;
    const struct glossary *words; /* of the workspace */
    const char *balance;
    int64_t timeout_ms; /* of an accepted task */
    size_t window; /* tasks at one translator */
};

/* NULL with err filled when a setting is wrong. */
struct dispatch *dispatch_new(const struct dispatch_cfg *cfg, struct err *err);
void dispatch_free(struct dispatch *d); /* NULL is fine */

/* Several times a second: what is due is sent again. */
void dispatch_tick(struct dispatch *d);
/* Send nothing any more; what comes in is still settled. */
void dispatch_stop(struct dispatch *d);

/* Translate a message whose ledger rows are committed and whose room is in the
 * hub.  An older revision of
 * the same message is dropped; the same revision gets the targets added. */
struct dispatch_request {
    struct span message_id, conversation_id, content, source;
    struct span sender_id; /* whose turn it is; {NULL,0}: nobody's own */
    int revision;
    const struct span *targets;
    size_t n_targets;
};
void dispatch_add(struct dispatch *d, const struct dispatch_request *r);

/* The database was asked for a task's text: that is known, and may have another
 * version than is wanted. */
void dispatch_looked_up(struct dispatch *d, struct span message_id,
    int revision, const struct store_translation *rows, size_t n);

/* What was held is perhaps another gateway's by now: forget all tasks. */
void dispatch_lost(struct dispatch *d);

/* The message was deleted, or its text is another one. */
void dispatch_drop(struct dispatch *d, struct span message_id);

/* The same of a row that was read since dispatch_watch: unless its task is here,
 * or has ended meanwhile, so that the row may be old. */
void dispatch_watch(struct dispatch *d);
void dispatch_take_up(struct dispatch *d, const struct dispatch_request *r);
void dispatch_watched(struct dispatch *d);
size_t dispatch_len(const struct dispatch *d); /* tasks in memory */

/* An outcome was written, or was not: then it is asked for again. */
void dispatch_settled(
    struct dispatch *d, const struct store_translation *row, bool ok);

/* From the link. */
void dispatch_on_event(struct dispatch *d, const struct event *e);
void dispatch_on_peer(struct dispatch *d, const struct link_peer *p);

struct dispatch_stats {
    uint64_t requests_sent, resent, results, duplicates, failed, skipped,
        pool_full;
    uint64_t recalled; /* translations that needed no translator */
    double processing_s_total;
    size_t waiting, in_flight;
    bool alive;
};
struct dispatch_stats dispatch_stats(const struct dispatch *d);

/* The translators, borrowed. */
const struct cluster *dispatch_cluster(const struct dispatch *d);

#endif
