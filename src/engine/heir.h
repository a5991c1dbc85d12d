/* SPDX-License-Identifier: ISC */
#ifndef ENGINE_HEIR_H
#define ENGINE_HEIR_H

#include <stdint.h>

#include "base/buf.h"
#include "engine/chain.h"

/*
 * heir - the programs of a mode, started beside those that are to be replaced.
 *
 * It is asked a probe at its start and is ready when that is answered: the
 * dictionaries are loaded then, and whoever takes the chain over loses no time.
 * Zeroed memory is one that is not running.  Sans-thread.
 */
struct heir {
    struct chain chain; /* n > 0: running */
    struct buf in; /* of the probe's answer */
    int64_t started_ms;
};

enum heir_state { HEIR_LOADING, HEIR_READY, HEIR_FAILED };

enum { HEIR_PROBE_ID = 0, HEIR_LOAD_MS_MAX = 60 * 1000 };

/* Start the programs of a mode file; false with err filled, and none runs. */
bool chain_start_mode(struct chain *c, const char *mode_path, struct err *err);
/* The probe in stream format, NUL included. */
void heir_probe(struct buf *out);

/* False with err filled when it cannot be started. */
bool heir_start(
    struct heir *h, const char *mode_path, int64_t now_ms, struct err *err);
/* Read what there is.  A failed one is to be killed. */
enum heir_state heir_look(struct heir *h, int64_t now_ms);
/* Take the chain of a ready one over; it is not running then. */
struct chain heir_take(struct heir *h);
/* Fine when it is not running. */
void heir_kill(struct heir *h);

#endif
