/* SPDX-License-Identifier: ISC */
#include "translator/engines.h"

#include <string.h>

#include "engine/apertium.h"
#include "engine/echo.h"
#include "engine/router.h"

enum {
    IN_FLIGHT_MAX = 64, /* requests inside one pipeline */
    /* Waiting for one pair: what all the workers there can ever be may have. */
    QUEUE_MAX = 2 * POOL_WORKERS_MAX * ROUTER_LINES_IN_FLIGHT,
    IDLE_MS = 10 * 60 * 1000,
    SILENT_MS = 10 * 1000, /* then a pipeline's programs are killed */
};

static struct engine *
open_echo(void)
{
    static const struct engine_pair pairs[] = {
        {"en", "es", 1}, {"es", "en", 1}, {"fr", "es", 1}, {"es", "ca", 1}};
    struct echo_cfg cfg = {.pairs = pairs,
        .n_pairs = sizeof(pairs) / sizeof(pairs[0]),
        .queue_max = QUEUE_MAX};

    return echo_open(&cfg);
}

static struct engine *
open_apertium(const struct conf *c, struct err *err)
{
    struct apertium_cfg cfg = {.modes_dir = c->apertium_modes,
        .in_flight_max = IN_FLIGHT_MAX,
        .queue_max = QUEUE_MAX,
        .idle_ms = IDLE_MS,
        .request_timeout_ms = SILENT_MS};

    return apertium_open(&cfg, err);
}

struct engine *
engines_open(const struct conf *c, struct err *err)
{
    if (strcmp(c->engine, "echo") == 0)
        return open_echo();
    return open_apertium(c, err);
}
