/* SPDX-License-Identifier: ISC */
#ifndef ENGINE_APERTIUM_H
#define ENGINE_APERTIUM_H

#include "engine/engine.h"

/*
 * apertium - rule-based translation by the installed Apertium modes.
 *
 * A mode file is a pipe of programs.  Per pair one pipeline of those programs
 * is kept running in null-flush mode with many requests in flight, in order.
 * It is started by the first request, restarted when one of its processes dies
 * (the requests that were in it are sent again; one that was the next to be
 * answered in two crashes fails), and stopped after idle_ms without work.
 *
 * Every submit() must have returned before close() is called.
 */
struct apertium_cfg {
    const char *modes_dir; /* "/usr/share/apertium/modes" */
    int in_flight_max; /* requests inside one pipeline */
    int queue_max; /* requests waiting per pair; full is FAIL_BUSY */
    int idle_ms; /* stop a pipeline after this long without work */
    int request_timeout_ms; /* a pipeline silent for this long is killed */

    /* Pipelines that run at the same time, each 80 to 650 MB.  When more are
     * wanted, idle ones make room, else busy ones in turn.  0: one for every
     * 512 MB of the machine's memory, at least 4. */
    int pipelines_max;

    /* What the programs may hold of memory.  While it is more, pipelines that
     * had nothing to do for keep_ms end, the one idle for longest first; what
     * is in use stays.  0: no limit. */
    long long bytes_max;
    int keep_ms;

    /* Answers after which a pipeline's programs are replaced by new ones: some
     * lose memory at each.  0: 50,000. */
    int renew_after;
};

/* NULL with err filled when the directory cannot be read or has no mode. */
struct engine *apertium_open(const struct apertium_cfg *cfg, struct err *err);

#endif
