/* SPDX-License-Identifier: ISC */
#include "engine/pipeline.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/proc.h"
#include "engine/apertium_format.h"
#include "engine/chain.h"
#include "engine/heir.h"

enum {
    READ_BYTES = 64 * 1024, /* at a time: what a pipe holds */
    ANSWER_BYTES_MAX = 1024 * 1024, /* more is a program running wild */
    CRASHES_MAX = 2, /* at the head; then the text is to blame */
    STARTS_FAILED_MAX = 2, /* in a row; then nothing is accepted ... */
    RESTART_DELAY_MS = 1000, /* ... for so long */
    BACKGROUND_TURN = 8, /* one of these goes first after so many others */
    START_MS_MAX = 30 * 1000, /* to load dictionaries from a slow disk */
};

struct fifo {
    struct pipeline_job *head, **tail;
    size_t len;
};

/* The life of the programs: stopped, started (a probe is on its way, so that
 * programs which never work can be told from a text that kills them), probed,
 * and by the first failure of any kind stopped again. */
struct pipeline {
    struct pipeline_cfg cfg;
    struct chain chain; /* n > 0: started */
    bool probed;
    bool resting; /* nothing more may enter; stop when inside is empty */
    bool deaf; /* the first program is gone: read what the others still have */
    int answered; /* by these programs; at renew_after an heir is started */
    struct heir heir;
    bool retiring; /* the heir is ready: it serves when inside is empty */
    struct fifo waiting; /* not yet written */
    struct fifo behind; /* in the background, not yet written */
    int ahead; /* others since one of these went */
    size_t background_inside;
    struct fifo inside; /* written or being written, in order */
    struct buf out; /* bytes for the first program, from out_sent on */
    size_t out_sent;
    struct buf in; /* bytes from the last program, no whole answer */
    struct buf text; /* of the answer being taken apart */
    int64_t started_ms;
    int64_t alive_ms; /* when it last said something or had nothing to say */
    int starts_failed;
    int64_t retry_ms; /* nothing starts before */
    struct err start_err; /* why not */
};

static void
fifo_init(struct fifo *f)
{
    *f = (struct fifo){.tail = &f->head};
}

static void
fifo_push(struct fifo *f, struct pipeline_job *job)
{
    job->next = NULL;
    *f->tail = job;
    f->tail = &job->next;
    f->len++;
}

static struct pipeline_job *
fifo_pop(struct fifo *f)
{
    struct pipeline_job *job = f->head;

    if (job) {
        f->head = job->next;
        if (!f->head)
            f->tail = &f->head;
        f->len--;
    }
    return job;
}

/* Move all of front before all of f. */
static void
fifo_prepend(struct fifo *f, struct fifo *front)
{
    if (front->len == 0)
        return;
    *front->tail = f->head;
    if (f->len == 0)
        f->tail = front->tail;
    f->head = front->head;
    f->len += front->len;
    fifo_init(front);
}

struct pipeline_job *
pipeline_job_new(struct engine_request *r, uint64_t id, atomic_int *load)
{
    struct pipeline_job *job = xcalloc(1, sizeof(*job));

    assert(id != HEIR_PROBE_ID);
    job->request = r;
    job->id = id;
    job->load = load;
    apertium_format(r->text, id, &job->text);
    buf_addc(&job->text, '\0');
    return job;
}

void
pipeline_job_free(struct pipeline_job *job)
{
    if (!job)
        return;
    if (job->load)
        atomic_fetch_sub(job->load, 1);
    buf_free(&job->text);
    free(job);
}

static void
job_fail(struct pipeline_job *job, const struct err *err)
{
    struct engine_request *r = job->request;

    r->ok = false;
    r->translation = NULL;
    r->err = *err;
    pipeline_job_free(job);
    r->done(r);
}

static void
job_succeed(struct pipeline_job *job, struct span text, double confidence)
{
    struct engine_request *r = job->request;

    r->ok = true;
    r->translation = span_dup(text);
    r->confidence = confidence;
    pipeline_job_free(job);
    r->done(r);
}

/* Only the jobs that are here now: done() may bring new ones. */
static void
fail_all(struct fifo *f, const struct err *err)
{
    struct fifo failed;
    struct pipeline_job *job;

    fifo_init(&failed);
    fifo_prepend(&failed, f);
    while ((job = fifo_pop(&failed)))
        job_fail(job, err);
}

struct pipeline *
pipeline_new(const struct pipeline_cfg *cfg)
{
    struct pipeline *p = xcalloc(1, sizeof(*p));

    assert(cfg->in_flight_max > 0 && cfg->request_timeout_ms > 0);
    p->cfg = *cfg;
    fifo_init(&p->waiting);
    fifo_init(&p->behind);
    fifo_init(&p->inside);
    return p;
}

void
pipeline_push(struct pipeline *p, struct pipeline_job *job)
{
    fifo_push(job->request->background ? &p->behind : &p->waiting, job);
}

static size_t
n_waiting(const struct pipeline *p)
{
    return p->waiting.len + p->behind.len;
}

static void
stop(struct pipeline *p)
{
    chain_kill(&p->chain);
    heir_kill(&p->heir);
    buf_free(&p->out);
    buf_free(&p->in);
    p->out_sent = 0;
    p->answered = 0;
    p->probed = p->deaf = p->resting = p->retiring = false;
}

static void
fail_waiting(struct pipeline *p, const struct err *err)
{
    fail_all(&p->waiting, err);
    fail_all(&p->behind, err);
}

static void
give_up_starting(struct pipeline *p, int64_t now_ms)
{
    p->retry_ms = now_ms + RESTART_DELAY_MS;
    p->starts_failed = 0;
    log_error(
        "apertium pair=%s does not start: %s", p->cfg.name, p->start_err.text);
    fail_waiting(p, &p->start_err);
}

/* The programs are of no use any more; why says it for the log. */
static void
crash(struct pipeline *p, const char *why, int64_t now_ms)
{
    struct pipeline_job *head = p->inside.head;
    bool started = p->probed;

    log_warn("apertium pair=%s restarts: %s inside=%zu", p->cfg.name, why,
        p->inside.len);
    stop(p);
    fifo_prepend(&p->waiting, &p->inside);
    p->background_inside = 0;
    if (!started) {
        err_set(&p->start_err, FAIL_SYSTEM,
            "the programs of %s do not start: %s", p->cfg.name, why);
        if (++p->starts_failed == STARTS_FAILED_MAX)
            give_up_starting(p, now_ms);
    } else if (head && ++head->crashes == CRASHES_MAX) {
        struct err err;

        err_set(
            &err, FAIL_SYSTEM, "%s fails on this text: %s", p->cfg.name, why);
        job_fail(fifo_pop(&p->waiting), &err);
    }
}

static void
start(struct pipeline *p, int64_t now_ms)
{
    if (!chain_start_mode(&p->chain, p->cfg.mode_path, &p->start_err)) {
        give_up_starting(p, now_ms);
        return;
    }
    log_debug("apertium pair=%s started", p->cfg.name);
    p->started_ms = p->alive_ms = now_ms;
    heir_probe(&p->out);
}

/* Whose turn it is.  What is in the background fills only a part of what may be
 * inside, so that whoever comes next has little before them. */
static struct fifo *
next_line(const struct pipeline *p)
{
    bool may = p->behind.len > 0 &&
               (!p->cfg.background_max ||
                   p->background_inside < (size_t)p->cfg.background_max);
    bool due = p->waiting.len == 0 || p->ahead >= BACKGROUND_TURN;

    return (struct fifo *)(may && due ? &p->behind : &p->waiting);
}

/* Whether the next waiting job may enter now.  One that was at the head of a
 * crash goes through alone. */
static bool
may_enter(const struct pipeline *p)
{
    const struct pipeline_job *next = next_line(p)->head,
                              *head = p->inside.head;

    if (!next || p->deaf || p->resting || p->retiring ||
        p->inside.len >= (size_t)p->cfg.in_flight_max)
        return false;
    return !head || (next->crashes == 0 && head->crashes == 0);
}

static void
feed(struct pipeline *p, int64_t now_ms)
{
    if (p->inside.len == 0 && p->probed && may_enter(p))
        p->alive_ms = now_ms; /* its silence so far was no fault */
    while (may_enter(p)) {
        struct fifo *line = next_line(p);
        struct pipeline_job *job = fifo_pop(line);

        p->ahead = line == &p->behind ? 0 : p->ahead + 1;
        p->background_inside += job->request->background;
        buf_adds(&p->out, buf_span(&job->text));
        fifo_push(&p->inside, job);
    }
}

static void
send_out(struct pipeline *p)
{
    while (!p->deaf && p->out_sent < p->out.len) {
        ssize_t n = write(
            p->chain.in, p->out.p + p->out_sent, p->out.len - p->out_sent);

        if (n > 0) {
            p->out_sent += (size_t)n;
        } else if (n < 0 && errno == EAGAIN) {
            return;
        } else if (errno != EINTR) {
            p->deaf = true;
        }
    }
    buf_reset(&p->out);
    p->out_sent = 0;
}

/* Take one whole answer; false with *why when it is not the expected one. */
static bool
take_answer(struct pipeline *p, struct span answer, const char **why)
{
    struct pipeline_job *head = p->inside.head;
    uint64_t id = !p->probed || !head ? HEIR_PROBE_ID : head->id;

    *why = "an answer to nothing";
    if (p->probed && !head)
        return false;
    buf_reset(&p->text);
    *why = p->probed ? "an answer out of turn" : "they give no sign of life";
    if (!apertium_unformat(answer, id, &p->text))
        return false;
    *why = "an answer that is not UTF-8";
    if (!utf8_valid(buf_span(&p->text)))
        return false;

    if (!p->probed) {
        p->probed = true;
        p->starts_failed = 0;
        return true;
    }
    p->answered++;
    p->background_inside -= p->inside.head->request->background;
    job_succeed(fifo_pop(&p->inside), buf_span(&p->text), p->cfg.confidence);
    return true;
}

static bool
take_answers(struct pipeline *p, const char **why)
{
    size_t pos = 0;
    char *end;

    while ((end = memchr(p->in.p + pos, '\0', p->in.len - pos))) {
        struct span answer = {p->in.p + pos, (size_t)(end - p->in.p) - pos};

        if (!take_answer(p, answer, why))
            return false;
        pos += answer.len + 1;
    }
    memmove(p->in.p, p->in.p + pos, p->in.len - pos);
    p->in.len -= pos;
    *why = "an answer without an end";
    return p->in.len <= ANSWER_BYTES_MAX;
}

static void
receive(struct pipeline *p, int64_t now_ms)
{
    const char *why = "a program died";

    while (p->chain.n > 0) {
        ssize_t n =
            read(p->chain.out, buf_reserve(&p->in, READ_BYTES), READ_BYTES);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EAGAIN)
            return;
        if (n > 0) {
            p->in.len += (size_t)n;
            p->alive_ms = now_ms;
            if (!take_answers(p, &why))
                crash(p, why, now_ms);
        } else if (p->probed && p->inside.len == 0) {
            log_warn("apertium pair=%s died idle", p->cfg.name);
            stop(p);
        } else {
            crash(p, why, now_ms);
        }
    }
}

/* Programs that have answered much get an heir, because some of Apertium's
 * lose memory with every sentence.  What is inside is answered by the old ones,
 * what waits by the new ones, and nobody waits for dictionaries to load. */
static void
renew(struct pipeline *p, int64_t now_ms)
{
    struct err err;

    if (p->heir.chain.n == 0) {
        if (p->answered < p->cfg.renew_after || p->resting)
            return;
        p->answered = 0;
        if (!heir_start(&p->heir, p->cfg.mode_path, now_ms, &err))
            log_warn(
                "apertium pair=%s is not renewed: %s", p->cfg.name, err.text);
    } else if (!p->retiring) {
        enum heir_state state = heir_look(&p->heir, now_ms);

        p->retiring = state == HEIR_READY;
        if (state == HEIR_FAILED) {
            log_warn("apertium pair=%s is not renewed: the new programs fail",
                p->cfg.name);
            heir_kill(&p->heir);
        }
    }
    if (p->retiring && p->inside.len == 0) {
        struct chain chain = heir_take(&p->heir);

        stop(p);
        p->chain = chain;
        p->probed = true;
        p->alive_ms = now_ms;
        log_debug("apertium pair=%s renewed", p->cfg.name);
    }
}

/* Whether it owes us something, so that silence is a failure. */
static bool
is_owing(const struct pipeline *p)
{
    return p->chain.n > 0 && (!p->probed || p->deaf || p->inside.len > 0);
}

/* How long it may be silent now. */
static int
silence_ms_max(const struct pipeline *p)
{
    if (!p->probed && p->cfg.request_timeout_ms < START_MS_MAX)
        return START_MS_MAX;
    return is_owing(p) ? p->cfg.request_timeout_ms : p->cfg.idle_ms;
}

bool
pipeline_is_running(const struct pipeline *p)
{
    return p->chain.n > 0;
}

bool
pipeline_wants_start(const struct pipeline *p, int64_t now_ms)
{
    return p->chain.n == 0 && n_waiting(p) > 0 && now_ms >= p->retry_ms;
}

void
pipeline_rest(struct pipeline *p)
{
    p->resting = true;
    p->retiring = false;
    heir_kill(&p->heir);
    if (p->inside.len == 0)
        stop(p);
}

bool
pipeline_is_resting(const struct pipeline *p)
{
    return p->resting;
}

int64_t
pipeline_started_ms(const struct pipeline *p)
{
    return p->started_ms;
}

int64_t
pipeline_used_ms(const struct pipeline *p)
{
    return p->alive_ms;
}

static int64_t
bytes_of(const struct chain *c)
{
    struct proc_use use;
    int64_t sum = 0;

    for (size_t i = 0; i < c->n; i++)
        if (proc_use(c->pids[i], &use))
            sum += use.bytes;
    return sum;
}

int64_t
pipeline_bytes(const struct pipeline *p)
{
    return bytes_of(&p->chain) + bytes_of(&p->heir.chain);
}

void
pipeline_step(struct pipeline *p, int64_t now_ms, bool may_start)
{
    receive(p, now_ms);
    if (is_owing(p) && now_ms - p->alive_ms >= silence_ms_max(p))
        crash(p, "no answer in time", now_ms);

    if (may_start && pipeline_wants_start(p, now_ms))
        start(p, now_ms);
    else if (p->chain.n == 0 && now_ms < p->retry_ms)
        fail_waiting(p, &p->start_err);
    if (p->chain.n > 0) {
        renew(p, now_ms);
        feed(p, now_ms);
        send_out(p);
    }
    if (p->chain.n > 0 && p->resting && p->inside.len == 0) {
        stop(p);
    } else if (p->chain.n > 0 && !is_owing(p) && n_waiting(p) == 0 &&
               now_ms - p->alive_ms >= silence_ms_max(p)) {
        log_debug("apertium pair=%s stopped: idle", p->cfg.name);
        stop(p);
    }
}

size_t
pipeline_fds(const struct pipeline *p, struct pollfd *ret)
{
    size_t n = 0;

    if (p->chain.n == 0)
        return 0;
    ret[n++] = (struct pollfd){.fd = p->chain.out, .events = POLLIN};
    if (!p->deaf && p->out_sent < p->out.len)
        ret[n++] = (struct pollfd){.fd = p->chain.in, .events = POLLOUT};
    if (p->heir.chain.n > 0 && !p->retiring)
        ret[n++] = (struct pollfd){.fd = p->heir.chain.out, .events = POLLIN};
    return n;
}

int64_t
pipeline_deadline(const struct pipeline *p)
{
    if (p->chain.n > 0) {
        int64_t silence = p->alive_ms + silence_ms_max(p);
        int64_t heir = p->heir.started_ms + HEIR_LOAD_MS_MAX;

        return p->heir.chain.n > 0 && heir < silence ? heir : silence;
    }
    return n_waiting(p) > 0 ? 0 : INT64_MAX;
}

size_t
pipeline_len(const struct pipeline *p)
{
    return n_waiting(p) + p->inside.len;
}

void
pipeline_close(struct pipeline *p)
{
    struct err err;

    if (!p)
        return;
    stop(p);
    err_set(&err, FAIL_BUSY, "the engine is closing");
    fifo_prepend(&p->waiting, &p->inside);
    fail_waiting(p, &err);
    buf_free(&p->text);
    free(p);
}
