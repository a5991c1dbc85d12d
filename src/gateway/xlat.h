/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_XLAT_H
#define GATEWAY_XLAT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"
#include "gateway/cluster.h"
#include "wire/task.h"

/*
 * xlat - the translation service: takes every queued row of the ledger to a
 * translator and back until it is ready, failed or skipped.
 *
 * In memory a task is waiting, sent, accepted or delayed; on disk its rows are
 * queued until they are settled, so a crash forgets nothing.  A task that was
 * not accepted is sent again after RESEND_MS, doubling; an accepted one after
 * the configured timeout, and to our own translators after ASK_MS, doubling,
 * in case a result was lost; always with the same task id and only the missing
 * languages.  Each task is at one translator, chosen by cluster.h; what a dead
 * one had goes to another at once.  When none answers, or the window is full,
 * tasks wait: in order within a conversation, with a fair turn between these.
 * What does not fit into memory stays on disk and is taken up when there is
 * room.
 *
 * Loop thread only.
 */
struct gateway;
struct xlat;

enum {
    XLAT_TASKS_MAX = 20000, /* in memory */
    XLAT_ATTEMPTS_MAX = 5, /* of a language that fails, not of a pool
                                 that is full or a translator that is away */
    XLAT_RESEND_MS = 1000,
    XLAT_ASK_MS = 2000, /* and doubling, as long as the timeout allows */
    XLAT_BACKOFF_MAX_MS = 30000,
    XLAT_TICK_MS = 100,
    XLAT_RESCAN_MS = 10000, /* the slow look for unfinished rows */
};

/* NULL with err filled when a setting is wrong. */
struct xlat *xlat_new(struct gateway *g, struct err *err);
void xlat_free(struct xlat *x);

/* Begin with what the last run left unfinished, and start the timers. */
void xlat_start(struct xlat *x);
/* Send nothing any more; what comes in is still settled. */
void xlat_stop(struct xlat *x);

/* Translate a message whose ledger rows are committed.  An older revision of
 * the same message is dropped; the same revision gets the targets added. */
struct xlat_request {
    struct span message_id, conversation_id, content, source;
    int revision;
    const struct span *targets;
    size_t n_targets;
};
void xlat_add(struct xlat *x, const struct xlat_request *r);

/* The message was deleted. */
void xlat_drop(struct xlat *x, struct span message_id);

/* From the link, on the loop thread. */
void xlat_on_event(struct xlat *x, const struct event *e);
void xlat_on_peer(struct xlat *x, const struct link_peer *p);

struct xlat_stats {
    uint64_t requests_sent, resent, results, duplicates, failed, skipped,
        pool_full;
    double processing_s_total;
    size_t waiting, in_flight;
    bool alive;
};
struct xlat_stats xlat_stats(const struct xlat *x);

/* The translators, borrowed. */
const struct cluster *xlat_cluster(const struct xlat *x);

#endif
