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
#include "engine/apertium_mode.h"
#include "engine/apertium_scan.h"
#include "engine/pipeline.h"

enum {
    INBOX_BATCH = 64,
    PIPELINES_MIN = 4, /* a path of three hops, and one for somebody else */
    PIPELINE_BYTES = 512 * 1024 * 1024,
    BACKGROUND_MIN = 4, /* inside of a pipeline, of those that nobody */
    BACKGROUND_PER_CPU = 2, /* waits for */
    RENEW_ANSWERS = 50 * 1000, /* lrx-proc loses 640 bytes at each: 32 MB */
    MEASURE_MS = 2000, /* between two looks at the memory that they hold */
    PATIENCE_MS = 1000, /* how long a pair waits before a busy one makes room */
};

/* What runs for a pair; pairs with the same mode share the first one's. */
struct lane {
    struct pipeline *pipeline; /* the thread's; NULL: another pair's serves */
    atomic_int load; /* requests accepted and not yet done */
    bool may_start; /* this turn; the rest is the thread's too */
    int64_t
        wanted_ms; /* since when it would start and may not; 0: it is not so */
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
    size_t running_max; /* pipelines */
    struct bq *inbox; /* of struct pipeline_job */
    int wake_fd; /* an eventfd; readable: look into the inbox */
    atomic_bool awake; /* wake_fd has been written and not yet read */
    atomic_uint_fast64_t last_id;
    bool resting; /* the thread's: some pipeline makes room */
    long long bytes_max;
    int keep_ms;
    int64_t measure_ms; /* the thread's: when it looks next */
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

static uint64_t
version(const struct engine *e)
{
    const struct apertium *a = (const struct apertium *)e;
    uint64_t sum = 0; /* the order of the modes does not matter */
    struct apertium_mode mode;
    struct err err;

    for (size_t i = 0; i < a->n; i++) {
        if (a->found[i].same_as != i ||
            !apertium_mode_load(a->found[i].path, &mode, &err))
            continue;
        sum += apertium_mode_version(&mode);
        apertium_mode_free(&mode);
    }
    return sum;
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

/* The running pipeline that has been without work for longest. */
static struct pipeline *
find_idle(const struct apertium *a)
{
    struct pipeline *idle = NULL;

    for (size_t i = 0; i < a->n; i++) {
        struct pipeline *p = a->lanes[i].pipeline;

        if (p && pipeline_is_running(p) && pipeline_len(p) == 0 &&
            (!idle || pipeline_used_ms(p) < pipeline_used_ms(idle)))
            idle = p;
    }
    return idle;
}

/* Let the pipeline that has run longest make room, but only one at a time. */
static void
rest_one(struct apertium *a, int64_t now)
{
    struct pipeline *oldest = NULL;

    for (size_t i = 0; i < a->n && !a->resting; i++) {
        struct pipeline *p = a->lanes[i].pipeline;

        if (p && pipeline_is_running(p) &&
            now - pipeline_started_ms(p) >= PATIENCE_MS &&
            (!oldest || pipeline_started_ms(p) < pipeline_started_ms(oldest)))
            oldest = p;
    }
    if (oldest) {
        pipeline_rest(oldest);
        a->resting = true;
    }
}

/* Let the pair that has waited longest start, if there is room or some can be
 * made at once; false when there is no such pair. */
static bool
grant_one(struct apertium *a, size_t *running, int64_t now)
{
    struct lane *next = NULL;
    struct pipeline *idle;

    for (size_t i = 0; i < a->n; i++) {
        struct lane *l = &a->lanes[i];

        if (l->wanted_ms && !l->may_start &&
            (!next || l->wanted_ms < next->wanted_ms))
            next = l;
    }
    if (!next)
        return false;
    if (*running >= a->running_max) {
        idle = find_idle(a);
        if (!idle) {
            if (now - next->wanted_ms >= PATIENCE_MS)
                rest_one(a, now);
            return false;
        }
        pipeline_rest(idle);
        (*running)--;
    }
    next->may_start = true;
    (*running)++;
    return true;
}

/* End what is idle while all hold too much.  One at a time: its memory is gone
 * at the next look. */
static void
save_memory(struct apertium *a, int64_t now)
{
    struct pipeline *idle;
    int64_t bytes = 0;

    if (!a->bytes_max || now < a->measure_ms)
        return;
    a->measure_ms = now + MEASURE_MS;
    idle = find_idle(a);
    if (!idle || now - pipeline_used_ms(idle) < a->keep_ms)
        return;
    for (size_t i = 0; i < a->n; i++)
        if (a->lanes[i].pipeline && pipeline_is_running(a->lanes[i].pipeline))
            bytes += pipeline_bytes(a->lanes[i].pipeline);
    if (bytes > a->bytes_max) {
        pipeline_rest(idle);
        a->measure_ms = now; /* perhaps it is not enough */
    }
}

/* Decide who may start in this turn. */
static void
schedule(struct apertium *a, int64_t now)
{
    size_t running = 0;

    a->resting = false;
    for (size_t i = 0; i < a->n; i++) {
        struct lane *l = &a->lanes[i];

        l->may_start = false;
        if (!l->pipeline)
            continue;
        running += pipeline_is_running(l->pipeline);
        a->resting = a->resting || pipeline_is_resting(l->pipeline);
        if (!pipeline_wants_start(l->pipeline, now))
            l->wanted_ms = 0;
        else if (l->wanted_ms == 0)
            l->wanted_ms = now;
    }
    while (grant_one(a, &running, now))
        continue;
}

/* When a lane needs its next turn.  One that waits for room is woken by the
 * answers of those that run, and looks around now and then. */
static int64_t
lane_deadline(const struct lane *l, int64_t now)
{
    if (l->wanted_ms && !l->may_start)
        return now + PATIENCE_MS / 4;
    return pipeline_deadline(l->pipeline);
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
        at = lane_deadline(&a->lanes[i], now);
        n += pipeline_fds(p, fds + n);
        if (at < deadline)
            deadline = at;
    }
    if (n > 1 && a->bytes_max && a->measure_ms < deadline)
        deadline = a->measure_ms; /* only what runs holds any */
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

        save_memory(a, now);
        schedule(a, now);
        for (size_t i = 0; i < a->n; i++) {
            struct lane *l = &a->lanes[i];
            if (l->pipeline)
                pipeline_step(l->pipeline, now, l->may_start);
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
    .version = version,
    .close = close_engine,
};

static size_t
running_max(int configured)
{
    long long bytes =
        (long long)sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE);
    long long n = configured ? configured : bytes / PIPELINE_BYTES;

    return configured || n > PIPELINES_MIN ? (size_t)n : PIPELINES_MIN;
}

/* As many as keep the processors busy. */
static int
background_max(void)
{
    int n = BACKGROUND_PER_CPU * (int)sysconf(_SC_NPROCESSORS_ONLN);

    return n > BACKGROUND_MIN ? n : BACKGROUND_MIN;
}

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
            .background_max = background_max(),
            .idle_ms = cfg->idle_ms,
            .request_timeout_ms = cfg->request_timeout_ms,
            .renew_after = cfg->renew_after ? cfg->renew_after : RENEW_ANSWERS,
        });
    }
}

struct engine *
apertium_open(const struct apertium_cfg *cfg, struct err *err)
{
    struct apertium *a = xcalloc(1, sizeof(*a));
    int rc;

    assert(cfg->queue_max >= 0 && cfg->in_flight_max > 0 &&
           cfg->pipelines_max >= 0);
    a->engine.ops = &ops;
    a->load_max = cfg->queue_max + cfg->in_flight_max;
    a->running_max = running_max(cfg->pipelines_max);
    a->bytes_max = cfg->bytes_max;
    a->keep_ms = cfg->keep_ms;
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
