/* SPDX-License-Identifier: ISC */
#include "engine/apertium.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/bq.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "engine/apertium_scan.h"
#include "engine/pipeline.h"

enum { INBOX_BATCH = 64 };

/* What runs for a pair; pairs with the same mode share the first one's. */
struct lane {
    struct pipeline *pipeline; /* the thread's; NULL: another pair's serves */
    atomic_int load; /* requests accepted and not yet done */
};

/* One thread owns all pipelines and sleeps in one poll: what it does for a
 * request is a few microseconds, the work is done in the programs.  Requests
 * reach it through the inbox, which never refuses one that load let pass. */
struct apertium {
    struct engine engine; /* must be first */
    struct apertium_found *found;
    struct engine_pair *pairs;
    struct lane *lanes;
    size_t n;
    int load_max; /* of one pair */
    struct bq *inbox; /* of struct pipeline_job */
    int wake_fd; /* an eventfd; readable: look into the inbox */
    atomic_bool awake; /* wake_fd has been written and not yet read */
    atomic_uint_fast64_t last_id;
    pthread_t thread;
};

static struct apertium *
self(struct engine *e)
{
    return (struct apertium *)e;
}

static size_t
pairs(const struct engine *e, const struct engine_pair **ret)
{
    const struct apertium *a = (const struct apertium *)e;

    *ret = a->pairs;
    return a->n;
}

static void
wake(struct apertium *a)
{
    uint64_t one = 1;

    if (!atomic_exchange(&a->awake, true) &&
        write(a->wake_fd, &one, sizeof(one)) < 0)
        log_error("apertium eventfd: %m");
}

static bool
check_request(const struct engine_request *r, struct err *err)
{
    if (r->text.len == 0 || memchr(r->text.p, '\0', r->text.len))
        return err_set(err, FAIL_BAD_INPUT, "the text is empty or has a NUL");
    if (r->text.len > ENGINE_SEGMENT_BYTES_MAX)
        return err_set(err, FAIL_TOO_LARGE, "the line is too long");
    return true;
}

static bool
submit(struct engine *e, size_t pair, struct engine_request *r, struct err *err)
{
    struct apertium *a = self(e);
    struct pipeline_job *job;
    atomic_int *load;
    size_t lane;

    assert(pair < a->n);
    lane = a->found[pair].same_as;
    load = &a->lanes[lane].load;
    if (!check_request(r, err))
        return false;
    if (atomic_fetch_add(load, 1) >= a->load_max) {
        atomic_fetch_sub(load, 1);
        return err_set(
            err, FAIL_BUSY, "the queue of %s is full", a->found[pair].name);
    }
    job = pipeline_job_new(r, atomic_fetch_add(&a->last_id, 1) + 1, load);
    job->lane = lane;
    if (bq_push(a->inbox, job, BQ_NOWAIT) != BQ_OK) {
        pipeline_job_free(job);
        return err_set(err, FAIL_BUSY, "the engine is closing");
    }
    wake(a);
    return true;
}

/* Hand what waits in the inbox to the pipelines; false once it is closed. */
static bool
empty_inbox(struct apertium *a)
{
    void *jobs[INBOX_BATCH];
    enum bq_rc rc = BQ_OK;
    uint64_t ignored;
    size_t n;

    if (read(a->wake_fd, &ignored, sizeof(ignored)) < 0 && errno != EAGAIN)
        log_error("apertium eventfd: %m");
    atomic_store(&a->awake, false);
    do {
        n = bq_pop_many(a->inbox, jobs, INBOX_BATCH, BQ_NOWAIT, &rc);
        for (size_t i = 0; i < n; i++) {
            struct pipeline_job *job = jobs[i];
            pipeline_push(a->lanes[job->lane].pipeline, job);
        }
    } while (n > 0);
    return rc != BQ_CLOSED;
}

/* Wait for the inbox, any pipeline or the nearest deadline. */
static void
sleep_until_needed(struct apertium *a, struct pollfd *fds)
{
    int64_t deadline = INT64_MAX, now = clock_mono_ms();
    nfds_t n = 1;
    int wait_ms = -1;

    fds[0] = (struct pollfd){.fd = a->wake_fd, .events = POLLIN};
    for (size_t i = 0; i < a->n; i++) {
        const struct pipeline *p = a->lanes[i].pipeline;
        int64_t at;

        if (!p)
            continue;
        at = pipeline_deadline(p);
        n += pipeline_fds(p, fds + n);
        if (at < deadline)
            deadline = at;
    }
    if (deadline <= now)
        wait_ms = 0;
    else if (deadline - now < INT32_MAX)
        wait_ms = (int)(deadline - now);
    if (poll(fds, n, wait_ms) < 0 && errno != EINTR)
        log_error("apertium poll: %m");
}

static void *
run(void *arg)
{
    struct apertium *a = arg;
    struct pollfd *fds =
        xcalloc(1 + a->n * PIPELINE_FDS_MAX, sizeof(struct pollfd));

    sigset_t broken_pipe;

    /* A dead program is an error of write(), whatever the process thinks. */
    sigemptyset(&broken_pipe);
    sigaddset(&broken_pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &broken_pipe, NULL);
    pthread_setname_np(pthread_self(), "apertium");
    while (empty_inbox(a)) {
        int64_t now = clock_mono_ms();

        for (size_t i = 0; i < a->n; i++) {
            if (a->lanes[i].pipeline)
                pipeline_step(a->lanes[i].pipeline, now);
        }
        sleep_until_needed(a, fds);
    }
    /* On this thread, so that done() keeps to it until the end. */
    for (size_t i = 0; i < a->n; i++)
        pipeline_close(a->lanes[i].pipeline);
    free(fds);
    return NULL;
}

static void
free_all(struct apertium *a)
{
    if (a->wake_fd >= 0)
        close(a->wake_fd);
    bq_free(a->inbox);
    apertium_found_free(a->found, a->n);
    free(a->pairs);
    free(a->lanes);
    free(a);
}

static void
close_engine(struct engine *e)
{
    struct apertium *a = self(e);

    bq_close(a->inbox);
    wake(a);
    pthread_join(a->thread, NULL);
    free_all(a);
}

static const struct engine_ops ops = {
    .name = "apertium",
    .pairs = pairs,
    .submit = submit,
    .close = close_engine,
};

static void
make_pairs(struct apertium *a, const struct apertium_cfg *cfg)
{
    a->pairs = xcalloc(a->n, sizeof(*a->pairs));
    a->lanes = xcalloc(a->n, sizeof(*a->lanes));
    for (size_t i = 0; i < a->n; i++) {
        a->pairs[i] = a->found[i].pair;
        if (a->found[i].same_as != i)
            continue;
        a->lanes[i].pipeline = pipeline_new(&(struct pipeline_cfg){
            .name = a->found[i].name,
            .mode_path = a->found[i].path,
            .confidence = 1 / (1 + a->pairs[i].cost),
            .in_flight_max = cfg->in_flight_max,
            .idle_ms = cfg->idle_ms,
            .request_timeout_ms = cfg->request_timeout_ms,
        });
    }
}

struct engine *
apertium_open(const struct apertium_cfg *cfg, struct err *err)
{
    struct apertium *a = xcalloc(1, sizeof(*a));
    int rc;

    assert(cfg->queue_max >= 0 && cfg->in_flight_max > 0);
    a->engine.ops = &ops;
    a->load_max = cfg->queue_max + cfg->in_flight_max;
    a->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (a->wake_fd < 0) {
        err_set(err, FAIL_SYSTEM, "eventfd: %m");
        goto fail;
    }
    a->n = apertium_scan(cfg->modes_dir, &a->found, err);
    if (a->n == 0)
        goto fail;
    a->inbox = bq_new(a->n * (size_t)a->load_max);
    make_pairs(a, cfg);
    rc = pthread_create(&a->thread, NULL, run, a);
    if (rc == 0)
        return &a->engine;

    err_set(err, FAIL_SYSTEM, "start a thread: %s", strerror(rc));
    for (size_t i = 0; i < a->n; i++)
        pipeline_close(a->lanes[i].pipeline);
fail:
    free_all(a);
    return NULL;
}
