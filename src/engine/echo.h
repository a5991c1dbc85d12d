/* SPDX-License-Identifier: ISC */
#ifndef ENGINE_ECHO_H
#define ENGINE_ECHO_H

#include <stdatomic.h>

#include "engine/engine.h"

/*
 * echo - an engine without linguistics, for tests of what sits above engines.
 *
 * It translates "hello" from en into es as "[es] hello", or "HELLO" when upper
 * is set, in order, on a thread of its own, and fails or hangs on demand.
 */
struct echo_cfg {
    const char *name; /* of the engine; NULL is "echo" */
    const struct engine_pair *pairs; /* copied */
    size_t n_pairs;
    size_t queue_max; /* requests not yet done; more is FAIL_BUSY */
    bool upper; /* ASCII upper case instead of the prefix */
    int delay_ms; /* from submit to done; many requests may wait side by side */
    const char *fail_on; /* copied; texts with this in them fail.  Or NULL */
    /* While *hangs, submitting a text with "hang" in it does not return.
     * Borrowed; or NULL. */
    const atomic_bool *hangs;
};

/* Never NULL. */
struct engine *echo_open(const struct echo_cfg *cfg);

#endif
