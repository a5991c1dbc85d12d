/* SPDX-License-Identifier: ISC */
#ifndef ENGINE_PIPELINE_H
#define ENGINE_PIPELINE_H

#include <poll.h>
#include <stdatomic.h>
#include <stdint.h>

#include "base/buf.h"
#include "engine/apertium_mode.h"
#include "engine/engine.h"

/*
 * pipeline - the running programs of one mode and the requests inside them.
 *
 * Requests enter and leave in order.  When the programs die, or are silent for
 * too long, what was inside goes back to the front of the line and they are
 * started anew; the request whose turn it was is then sent alone, and fails if
 * it is again the one: a text that kills the programs takes nobody with it.
 * Programs that cannot be started fail every request until retry time.  After
 * renew_after answers new ones take their place without a pause.
 *
 * Sans-thread: one owner thread polls the descriptors and calls step().
 * Requests are done() from within step() and close().
 */
struct pipeline;

struct pipeline_cfg {
    const char *name; /* "en-es", for log lines and errors; borrowed */
    const char *mode_path; /* borrowed; read at each start */
    double confidence; /* what every translation is said to be worth */
    int in_flight_max;
    int background_max; /* of these, in the background; 0: all */
    int idle_ms;
    int request_timeout_ms;
    int renew_after; /* answers; then new programs take over */
};

/* A request on its way.  The text is formatted by whoever submits, so that the
 * owner thread need not. */
struct pipeline_job {
    struct engine_request *request;
    struct buf text; /* in stream format, NUL included */
    uint64_t id; /* the frame's; > 0, unique in the pipeline */
    int crashes; /* how often it was at the head when the programs died */
    size_t lane; /* the engine's: which pipeline it is for */
    atomic_int *load; /* borrowed; one less when the job is freed.  Or NULL */
    struct pipeline_job *next;
};

struct pipeline_job *pipeline_job_new(
    struct engine_request *r, uint64_t id, atomic_int *load);
void pipeline_job_free(struct pipeline_job *job);

struct pipeline *pipeline_new(const struct pipeline_cfg *cfg);

/* Take a job.  The caller bounds how many wait. */
void pipeline_push(struct pipeline *p, struct pipeline_job *job);

/* Do whatever can be done without waiting; start the programs if need be, and
 * if may_start. */
void pipeline_step(struct pipeline *p, int64_t now_ms, bool may_start);

/* Whether its programs run, and whether it would start them. */
bool pipeline_is_running(const struct pipeline *p);
bool pipeline_wants_start(const struct pipeline *p, int64_t now_ms);

/* Stop the programs when they have answered what is inside: at once if that is
 * nothing.  Jobs that wait go on waiting. */
void pipeline_rest(struct pipeline *p);
bool pipeline_is_resting(const struct pipeline *p);

/* Since when programs of it run, renewed or not, and when they last had
 * something to do. */
int64_t pipeline_started_ms(const struct pipeline *p);
int64_t pipeline_used_ms(const struct pipeline *p);

/* What its programs hold of memory now.  Takes microseconds for each. */
int64_t pipeline_bytes(const struct pipeline *p);

/* What to wait for before the next step: writes 0 to 3 entries, and when to
 * call it whatever happens (INT64_MAX: never; one that wants to start and may
 * not has nothing to wait for either). */
enum { PIPELINE_FDS_MAX = 3 };
size_t pipeline_fds(const struct pipeline *p, struct pollfd *ret);
int64_t pipeline_deadline(const struct pipeline *p);

/* Jobs waiting and inside. */
size_t pipeline_len(const struct pipeline *p);

/* Fail every job, kill the programs, free.  NULL is fine. */
void pipeline_close(struct pipeline *p);

#endif
