/* SPDX-License-Identifier: ISC */
#include "store/writer.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/bq.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "store/checker.h"

/*
 * DESIGN.  The writer takes whatever has queued while it was committing, runs
 * it in one transaction and commits: the group forms by itself, under load it
 * is large, and a lone job waits for nobody.  Jobs of a batch are answered
 * after its commit, in the order of their submission.
 *
 * Were each job of a busy loop turn handed over by itself, an idle writer would
 * commit the first alone and make the others wait for its fsync: by_turn hands
 * over the turn as one, which costs a lone job nothing.
 *
 * A batch of jobs that name their rooms has a scope: on a database that others
 * write to as well it then runs beside theirs.  If it meets one of them after
 * all, it is run once more, alone.
 *
 * A failed commit fails its jobs and nothing else: the next batch tries again,
 * so a full disk heals when there is space.  After an I/O error the handle is
 * opened anew first, at most once per RETRY_MS; until that succeeds every job
 * fails at once.
 *
 * Without work the writer looks once a second whether its file is still there,
 * so that whoever asks for the health hears of it.  While the database is known
 * to be damaged nothing is saved: it would be on top of that.
 *
 * What the database wants done beside (store_tend) is done by this thread,
 * after the jobs of a batch were answered.
 */
enum {
    IDLE_MS = 250, /* without work: time for housekeeping */
    LOOK_MS = 1000,
    RETRY_MS = 1000,
};

struct writer {
    struct writer_cfg cfg;
    struct store *store, *reading; /* reading is NULL for ":memory:" */
    struct checker *checker; /* NULL unless the database is a file of ours */
    struct bq *writes, *reads;
    pthread_t writer, reader;
    int64_t retry_ms; /* writer thread: no reopening before this moment */
    int64_t reader_retry_ms; /* the reader's */
    bool lost; /* writer thread: degraded by a look, not by a batch */
    struct store_job *batch[WRITER_BATCH_MAX]; /* writer thread */
    const char *rooms[WRITER_BATCH_MAX], *people[WRITER_BATCH_MAX]; /* of it */
    struct store_job *turn[WRITER_BATCH_MAX]; /* submitting thread, by_turn */
    size_t n_turn;
    _Atomic uint64_t batches, jobs, jobs_failed, commit_us, commit_us_max;
    atomic_bool degraded;
};

/* ---- running jobs ---- */

static void
drop_events(struct store_job *job)
{
    store_events_free(job->events);
    job->events = NULL;
}

static void
run(struct store *s, struct store_job *job)
{
    job->err = (struct err){0};
    job->next = NULL;
    job->ok = job->run(s, job, &job->err);
    job->events = store_take_events(s);
    if (!job->ok)
        drop_events(job);
    assert(job->ok || job->err.kind != FAIL_NONE);
}

/* Hand n jobs back; they may be gone afterwards. */
static void
answer(struct writer *w, struct store_job **jobs, size_t n)
{
    uint64_t failed = 0;

    for (size_t i = 0; i < n; i++)
        failed += !jobs[i]->ok;
    atomic_fetch_add(&w->jobs, n);
    atomic_fetch_add(&w->jobs_failed, failed);
    if (w->cfg.on_batch) {
        for (size_t i = 0; i + 1 < n; i++)
            jobs[i]->next = jobs[i + 1];
        w->cfg.on_batch(jobs[0], jobs[n - 1], (int)n, w->cfg.ctx);
        return;
    }
    for (size_t i = 0; i < n; i++)
        jobs[i]->done(jobs[i]);
}

static void
fail_all(struct store_job **jobs, size_t n, const struct err *why)
{
    for (size_t i = 0; i < n; i++) {
        drop_events(jobs[i]);
        if (!jobs[i]->ok && jobs[i]->err.kind != FAIL_NONE)
            continue; /* has its own reason */
        jobs[i]->ok = false;
        jobs[i]->err = *why;
    }
}

static bool
commit(struct writer *w, struct err *err)
{
    int64_t began = clock_mono_us();
    bool ok = store_commit(w->store, err);
    uint64_t us = (uint64_t)(clock_mono_us() - began);

    atomic_fetch_add(&w->commit_us, us);
    if (us > atomic_load(&w->commit_us_max))
        atomic_store(&w->commit_us_max, us);
    return ok;
}

/* A usable handle, after an I/O error a new one. */
static bool
heal(struct writer *w, struct err *err)
{
    int64_t now = clock_mono_ms();
    bool here;

    if (w->checker && checker_damaged(w->checker))
        return err_set(err, FAIL_SYSTEM, "the database is damaged");
    here = store_look(w->store, err);
    if (!store_broken(w->store))
        return here;
    if (now < w->retry_ms)
        return err_set(err, FAIL_SYSTEM, "the database is out of order");
    w->retry_ms = now + RETRY_MS;
    if (!store_reopen(w->store, err))
        return false;
    log_warn("database opened anew, all that was saved is there");
    return true;
}

static void
set_degraded(struct writer *w, bool degraded, const struct err *why)
{
    if (atomic_exchange(&w->degraded, degraded) == degraded)
        return;
    if (degraded)
        log_error("database writes fail reason=\"%s\"", why->text);
    else
        log_info("database writes work again");
}

/* The scope of all these jobs; false: one of them has none. */
static bool
find_scope(struct writer *w, struct store_job **jobs, size_t n,
    struct store_scope *ret)
{
    *ret = (struct store_scope){.rooms = w->rooms, .people = w->people};
    for (size_t i = 0; i < n; i++) {
        if (!jobs[i]->room)
            return false;
        w->rooms[ret->n_rooms++] = jobs[i]->room;
        if (jobs[i]->person)
            w->people[ret->n_people++] = jobs[i]->person;
    }
    return true;
}

static void
begin_jobs(struct store_job **jobs, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        jobs[i]->ok = false;
        jobs[i]->err = (struct err){0};
        jobs[i]->next = NULL;
        jobs[i]->events = NULL;
    }
}

/* One transaction with all of them; scope NULL: alone. */
static bool
run_together(struct writer *w, struct store_job **jobs, size_t n,
    const struct store_scope *scope, struct err *err)
{
    if (!store_begin_in(w->store, scope, err))
        return false;
    for (size_t i = 0; i < n; i++)
        run(w->store, jobs[i]);
    return commit(w, err);
}

static void
run_batch(struct writer *w, struct store_job **jobs, size_t n)
{
    struct store_scope scope;
    struct err err = {0};
    bool scoped = find_scope(w, jobs, n, &scope);
    bool here = heal(w, &err), ok;

    begin_jobs(jobs, n);
    ok = here && run_together(w, jobs, n, scoped ? &scope : NULL, &err);
    if (!ok && here && scoped && store_again(w->store)) {
        for (size_t i = 0; i < n; i++)
            drop_events(jobs[i]);
        begin_jobs(jobs, n);
        ok = run_together(w, jobs, n, NULL, &err);
    }
    if (!ok)
        fail_all(jobs, n, &err);
    atomic_fetch_add(&w->batches, 1);
    w->lost = !here;
    set_degraded(w, !ok, &err);
    answer(w, jobs, n);
}

/* Nothing to do: is the database still there? */
static void
look(struct writer *w)
{
    struct err err = {0};
    bool lost = !heal(w, &err);

    if (lost || w->lost)
        set_degraded(w, lost, &err);
    w->lost = lost;
}

/* A reader that met damage says so, and starts anew. */
static void
heal_reader(struct writer *w)
{
    int64_t now = clock_mono_ms();

    if (!store_broken(w->reading) || now < w->reader_retry_ms)
        return;
    if (w->checker)
        checker_suspect(w->checker);
    w->reader_retry_ms = now + RETRY_MS;
    store_reopen(w->reading, NULL);
}

/* ---- threads ---- */

static void *
write_loop(void *arg)
{
    struct writer *w = arg;
    bool worked = false, more = false;
    enum bq_rc rc;
    size_t n;

    for (;;) {
        n = bq_pop_many(w->writes, (void **)w->batch, WRITER_BATCH_MAX,
            more     ? BQ_NOWAIT
            : worked ? IDLE_MS
                     : LOOK_MS,
            &rc);
        if (rc == BQ_CLOSED)
            return NULL;
        worked = n > 0;
        if (worked)
            run_batch(w, w->batch, n);
        else if (!more)
            look(w);
        more = store_tend(w->store, !worked);
    }
}

static void *
read_loop(void *arg)
{
    struct writer *w = arg;
    void *job;

    while (bq_pop(w->reads, &job, BQ_FOREVER) == BQ_OK) {
        struct store_job *one = job;
        run(w->reading, one);
        heal_reader(w);
        answer(w, &one, 1);
    }
    return NULL;
}

/* ---- life cycle ---- */

static void
free_writer(struct writer *w)
{
    checker_stop(w->checker);
    /* The writer's handle last: it may move the log, the other may not. */
    store_close(w->reading);
    store_close(w->store);
    bq_free(w->reads);
    bq_free(w->writes);
    free(w);
}

static bool
start_thread(
    pthread_t *ret, void *(*loop)(void *), struct writer *w, struct err *err)
{
    int rc = pthread_create(ret, NULL, loop, w);

    return rc == 0 ||
           err_set(err, FAIL_SYSTEM, "cannot start a thread: %s", strerror(rc));
}

static void
stop_writing(struct writer *w)
{
    bq_close(w->writes);
    pthread_join(w->writer, NULL);
}

struct writer *
writer_start(const struct writer_cfg *cfg, struct err *err)
{
    struct store_options write = {.cache_mb = cfg->cache_mb,
        .no_migrate = cfg->no_migrate,
        .forget_edits = cfg->forget_edits,
        .holder = cfg->holder};
    struct store_options read = {.read_only = true, .holder = cfg->holder};
    bool memory = strcmp(cfg->url, "sqlite::memory:") == 0;
    struct writer *w = xcalloc(1, sizeof(*w));
    bool checked;

    w->cfg = *cfg;
    w->cfg.url = w->cfg.holder = NULL; /* borrowed until here */
    w->writes = bq_new(WRITER_QUEUE_MAX);
    w->reads = bq_new(WRITER_QUEUE_MAX);
    w->store = store_open(cfg->url, &write, err);
    if (w->store && !memory)
        w->reading = store_open(cfg->url, &read, err);
    checked = w->reading && !store_remote(w->store);
    if (checked)
        w->checker = checker_start(cfg->url, err);
    if (!w->store || (!memory && !w->reading) || (checked && !w->checker) ||
        !start_thread(&w->writer, write_loop, w, err)) {
        free_writer(w);
        return NULL;
    }
    if (w->reading && !start_thread(&w->reader, read_loop, w, err)) {
        stop_writing(w);
        free_writer(w);
        return NULL;
    }
    return w;
}

static bool
submit(struct bq *q, struct store_job *job, struct err *err)
{
    assert(job->run);
    if (bq_push(q, job, BQ_NOWAIT) == BQ_OK)
        return true;
    return err_set(err, FAIL_BUSY, "the database is busy");
}

bool
writer_write(struct writer *w, struct store_job *job, struct err *err)
{
    if (!w->cfg.by_turn)
        return submit(w->writes, job, err);
    assert(job->run);
    if (w->n_turn == WRITER_BATCH_MAX)
        writer_end_turn(w);
    w->turn[w->n_turn++] = job;
    return true;
}

void
writer_end_turn(struct writer *w)
{
    size_t n = w->n_turn, taken;
    struct err busy;

    if (n == 0)
        return;
    w->n_turn = 0;
    taken = bq_push_many(w->writes, (void *const *)w->turn, n);
    if (taken == n)
        return;
    err_set(&busy, FAIL_BUSY, "the database is busy");
    for (size_t i = taken; i < n; i++) {
        w->turn[i]->ok = false;
        w->turn[i]->err = busy;
        w->turn[i]->next = NULL;
        w->turn[i]->events = NULL;
    }
    answer(w, w->turn + taken, n - taken);
}

bool
writer_read(struct writer *w, struct store_job *job, struct err *err)
{
    /* A database in memory has one handle: the writer answers. */
    return submit(w->reading ? w->reads : w->writes, job, err);
}

void
writer_stop(struct writer *w)
{
    if (!w)
        return;
    writer_end_turn(w);
    bq_close(w->reads);
    if (w->reading)
        pthread_join(w->reader, NULL);
    stop_writing(w);
    store_tend(w->store, true);
    free_writer(w);
}

struct writer_stats
writer_stats(const struct writer *w)
{
    return (struct writer_stats){
        .batches = atomic_load(&w->batches),
        .jobs = atomic_load(&w->jobs),
        .jobs_failed = atomic_load(&w->jobs_failed),
        .commit_us_total = atomic_load(&w->commit_us),
        .commit_us_max = atomic_load(&w->commit_us_max),
        .waiting = bq_len(w->writes),
        .checks = w->checker ? checker_looks(w->checker) : 0,
        .degraded = atomic_load(&w->degraded) ||
                    (w->checker && checker_damaged(w->checker)),
    };
}
