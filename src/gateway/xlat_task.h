/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_XLAT_TASK_H
#define GATEWAY_XLAT_TASK_H

#include "gateway/xlat.h"

#include <ev.h>

#include "base/fair.h"
#include "base/id.h"
#include "base/map.h"
#include "gateway/cluster.h"
#include "store/store.h"

/*
 * What xlat*.c share: the tasks in memory.  A task waits for its conversation's
 * turn or is in exactly one list, and in the map by message id, from its making
 * until every target is done.
 */
enum target_state {
    TARGET_ASKED, /* the translator owes an answer, or will when sent */
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
    struct xtask *head, *tail;
    size_t n;
};

/* The two pools of the translator, so that a flood of the public room does not
 * fill the window of all others. */
enum lane { LANE_NORMAL, LANE_ANY, LANES };

struct xtask {
    struct fair_entry *waits; /* else NULL, and it is in a list */
    struct xtask *prev, *next;
    struct tasks *in;
    enum lane lane;
    int translator; /* while sent or accepted: who has it */
    char task_id[ID_BYTES];
    char *message_id, *conversation_id, *content;
    char source[STORE_LANG_BYTES];
    int revision;
    int sends; /* without an answer since: doubles the wait */
    int64_t due_ms; /* sent: resend; accepted: timeout; delayed: try again */
    int asks; /* since it was accepted */
    int64_t ask_ms; /* accepted: ask what became of it */
    struct target *targets;
    size_t n_targets;
};

struct xlat {
    struct gateway *g;
    struct map *tasks; /* by message id */
    struct fair *waiting[LANES]; /* by conversation */
    struct tasks sent[LANES], accepted[LANES], delayed;
    struct cluster cluster;
    struct xlat_stats stats;
    ev_timer tick;

    /* xlat_scan.c */
    int64_t scan_cursor, scan_at_ms;
    bool scanning;
    struct map *ended; /* tasks while it reads: what it found may be old */
    bool scan_more; /* the last one stopped for want of room */
};

/* xlat_task.c: where tasks are, and what a task owes.  A new task waits; moving
 * it keeps count of what its translator has outstanding. */
struct xtask *xtask_new(struct xlat *x, const struct xlat_request *r);
void xtask_end(struct xlat *x, struct xtask *t);
void xtask_move(struct xlat *x, struct xtask *t, struct tasks *to);
/* Wait behind all of its conversation. */
void xtask_wait(struct xlat *x, struct xtask *t);
/* The waiting task whose turn it is, or NULL; and to let it have its turn. */
struct xtask *xtask_next(const struct xlat *x, enum lane lane);
void xtask_start(struct xlat *x, struct xtask *t, int translator);
/* What a translator had waits again, before all that came later. */
void xtask_requeue(struct xlat *x, int translator);
struct xtask *xtask_find(const struct xlat *x, struct span message_id);
struct target *xtask_target(struct xtask *t, struct span language);
void xtask_add_target(struct xtask *t, struct span language);
/* Does some target need a translator, now or again? */
bool xtask_is_owed(const struct xtask *t);

/* xlat.c */
/* Look at what the targets say: go on, ask again later, or end the task. */
void xtask_review(struct xlat *x, struct xtask *t);
bool xlat_has_room(const struct xlat *x);

/* xlat_settle.c: write an outcome and tell the readers once it is committed.
 * state READY, FAILED or SKIPPED. */
void xlat_settle(struct xlat *x, struct xtask *t, struct target *target,
    enum store_state state, const struct event *e);

/* xlat_scan.c: take up unfinished rows from disk, a page at a time. */
void xlat_scan(struct xlat *x);

#endif
