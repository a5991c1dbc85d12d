/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_DISPATCH_IMPL_H
#define GATEWAY_DISPATCH_IMPL_H

#include "gateway/dispatch.h"

#include "base/fair.h"
#include "base/id.h"
#include "base/map.h"
#include "gateway/cluster.h"
#include "gateway/recall.h"
#include "store/store.h"

/*
 * What dispatch*.c and dtask.c share: the tasks in memory.  A task waits for its conversation's
 * turn or is in exactly one list, and in the map by message id, from its making
 * until every target is done.
 */
enum target_state {
    TARGET_ASKED, /* the translator owes an answer, or will when sent */
    TARGET_LATER, /* of the next round: this one's translator has not the pair,
                     or the round had begun */
    TARGET_FAILED, /* it answered with an error: ask again */
    TARGET_SETTLING, /* the outcome is on its way to the database */
    TARGET_DONE,
};

struct target {
    char language[STORE_LANG_BYTES];
    enum target_state state;
    int failures;
};

struct tasks {
    struct dtask *head, *tail;
    size_t n;
};

/* The two pools of the translator, so that a flood of the public room does not
 * fill the window of all others. */
enum lane { LANE_NORMAL, LANE_ANY, LANES };

struct dtask {
    struct fair_entry *waits; /* else NULL, and it is in a list */
    struct dtask *prev, *next;
    struct tasks *in;
    enum lane lane;
    struct room *room; /* a reference: its words */
    int translator; /* while sent or accepted: who has it */
    uint64_t version; /* the translator's, when it was sent; 0: unknown */
    char task_id[TASK_ID_LEN_MAX + 1];
    char *message_id, *conversation_id, *sender_id, *content;
    char *turn; /* of conversation and sender together */
    char source[STORE_LANG_BYTES];
    int revision;
    int64_t born_us; /* clock_mono_us */
    int sends; /* without an answer since: doubles the wait */
    int64_t due_ms; /* sent: resend; accepted: timeout; delayed: try again */
    int asks; /* since it was accepted */
    int64_t ask_ms; /* accepted: ask what became of it */
    struct target *targets;
    size_t n_targets;
};

struct dispatch {
    struct dispatch_cfg cfg;
    struct map *tasks; /* by message id */
    struct fair *waiting[LANES]; /* by turn */
    struct tasks sent[LANES], accepted[LANES], delayed;
    struct tasks looking; /* in the database */
    struct recall *recall;
    struct cluster cluster;
    struct dispatch_stats stats;
    uint64_t pool_full_told; /* of stats.pool_full: what the log says */
    int64_t tell_pool_full_ms; /* not before */
    struct map *ended; /* tasks while somebody watches; else NULL */
};

static inline int64_t
dispatch_now_us(const struct dispatch *d)
{
    return d->cfg.ops->now_us(d->cfg.ctx);
}

static inline int64_t
dispatch_now_ms(const struct dispatch *d)
{
    return dispatch_now_us(d) / 1000;
}

/* dtask.c: where tasks are, and what a task owes.  A new task waits; moving
 * it keeps count of what its translator has outstanding. */
struct dtask *dtask_new(struct dispatch *d, const struct dispatch_request *r);
void dtask_end(struct dispatch *d, struct dtask *t);
void dtask_move(struct dispatch *d, struct dtask *t, struct tasks *to);
/* Wait behind all of its conversation. */
void dtask_wait(struct dispatch *d, struct dtask *t);
/* The waiting task whose turn it is, or NULL; and to let it have its turn. */
struct dtask *dtask_next(const struct dispatch *d, enum lane lane);
void dtask_start(struct dispatch *d, struct dtask *t, int translator);
/* What a translator had waits again, before all that came later. */
void dtask_requeue(struct dispatch *d, int translator);
struct dtask *dtask_find(const struct dispatch *d, struct span message_id);
struct target *dtask_target(struct dtask *t, struct span language);
void dtask_add_target(struct dtask *t, struct span language);
/* Does some target need a translator, now or again? */
bool dtask_is_owed(const struct dtask *t);

/* dispatch.c */
/* Look at what the targets say: go on, ask again later, or end the task. */
void dtask_review(struct dispatch *d, struct dtask *t);
bool dispatch_has_room(const struct dispatch *d);

/* The words that a task is translated with; NULL: none. */
const struct glossary *dispatch_words(
    const struct dispatch *d, const struct dtask *t);

/* dispatch_recall.c: settle what is known of a new task; what the database may
 * know is looked up there first. */
void dispatch_recall(struct dispatch *d, struct dtask *t);
/* A result came that is to be known from now on.  Fills what the row is found
 * by. */
void dispatch_remember(
    struct dispatch *d, const struct dtask *t, struct store_translation *row);
/* What a result that names this run of a translator depended on; 0: unknown. */
uint64_t dispatch_version_made(
    const struct dispatch *d, const struct dtask *t, const char *session);

/* Have an outcome written: READY, FAILED or SKIPPED. */
void dispatch_settle(struct dispatch *d, struct dtask *t, struct target *target,
    enum store_state state, const struct event *e);

/* A task as it goes out, with the targets that are owed. */
void dispatch_wire(
    const struct dispatch *d, const struct dtask *t, struct task *ret);

/* dispatch_event.c uses this: send what waits, as far as there is room. */
void dispatch_pump(struct dispatch *d);
/* 1 s, 2 s, 4 s ..., not all at the same time. */
int64_t dispatch_backoff_ms(int tries);

#endif
