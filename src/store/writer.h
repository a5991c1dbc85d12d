/* SPDX-License-Identifier: ISC */
#ifndef STORE_WRITER_H
#define STORE_WRITER_H

#include "store/store.h"

/*
 * writer - the store threads.  One writer thread commits a batch per
 * transaction: everything waiting goes into one fsync, and a lone job is never
 * delayed to fill a batch.  One reader thread with a read-only handle answers
 * queries, so that a long history never delays a save.
 *
 * A job is made and freed by its submitter; embed it as the first member.
 */
struct store_job {
    /* On a store thread, inside the batch's transaction (writer) or outside
     * any (reader).  Fills err when it returns false; only this job fails. */
    bool (*run)(struct store *s, struct store_job *job, struct err *err);
    /* Afterwards: ok is true only when run returned true and, for a write, the
     * batch was committed.  On the store thread; jobs of the writer are done
     * in submission order.  Usually posts to the loop. */
    void (*done)(struct store_job *job);
    /* The room and the person, by their ids, whose streams are all that it
     * changes (struct store_scope); NULL: it may change anything.  Borrowed.
     * Such a job may run twice, and only the second time counts. */
    const char *room, *person;
    bool ok;
    struct err err; /* when !ok */
    /* When ok: what the job changed, in the order of the log.  Whoever is
     * handed the job frees them (store_events_free). */
    struct store_event *events;
    struct store_job *next; /* links the batch handed to on_batch */
};

enum {
    WRITER_QUEUE_MAX = 65536, /* jobs waiting; then submit says busy */
    WRITER_BATCH_MAX = 1024, /* jobs in one transaction */
};

struct writer_cfg {
    const char *url;
    /* Optional: called once per finished batch instead of done() per job, on
     * the store thread, with the jobs linked by next in submission order. */
    void (*on_batch)(
        struct store_job *first, struct store_job *last, int n, void *ctx);
    void *ctx;
    int cache_mb; /* of the handle that writes; 0: the store's default */
    bool no_migrate, forget_edits; /* see struct store_options */
    const char
        *holder; /* of both handles; borrowed until writer_start is over */
    /* Writes are held back until writer_end_turn, so that what one turn of an
     * event loop brought is committed together.  Then one thread writes. */
    bool by_turn;
};

struct writer;
struct writer *writer_start(const struct writer_cfg *cfg, struct err *err);
/* FAIL_BUSY when the queue is full.  Any thread. */
bool writer_write(struct writer *w, struct store_job *job, struct err *err);
bool writer_read(struct writer *w, struct store_job *job, struct err *err);
/* With by_turn: hand over what was written since the last call, in one piece.
 * What then finds the queue full is answered FAIL_BUSY through on_batch or
 * done, on this thread. */
void writer_end_turn(struct writer *w);
/* Finish every accepted job, close the handles, free. */
void writer_stop(struct writer *w);

struct writer_stats {
    uint64_t batches, jobs, jobs_failed, commit_us_total, commit_us_max;
    size_t waiting;
    uint64_t checks; /* of the whole database; the first one at the start */
    bool degraded; /* nothing is saved: disk full, I/O error, the file is gone
                      or damaged */
};
struct writer_stats writer_stats(const struct writer *w);

#endif
