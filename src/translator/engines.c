/* SPDX-License-Identifier: ISC */
#include "translator/engines.h"

#include <string.h>

#include "engine/apertium.h"
#include "engine/echo.h"
#include "engine/router.h"

enum {
    IN_FLIGHT_MAX = 64, /* requests inside one pipeline */
    IDLE_MS = 10 * 60 * 1000,
    SILENT_MS = 10 * 1000, /* then a pipeline's programs are killed */
};

/* Every worker may have this many requests waiting for one pair. */
static int
queue_max(const struct conf *c)
{
    return (c->normal_workers + c->any_workers) * ROUTER_LINES_IN_FLIGHT;
}

static struct engine *
open_echo(const struct conf *c)
{
    static const struct engine_pair pairs[] = {
        {"en", "es", 1}, {"es", "en", 1}, {"fr", "es", 1}, {"es", "ca", 1}};
    struct echo_cfg cfg = {.pairs = pairs,
        .n_pairs = sizeof(pairs) / sizeof(pairs[0]),
        .queue_max = (size_t)queue_max(c)};

    return echo_open(&cfg);
}

static struct engine *
open_apertium(const struct conf *c, struct err *err)
{
    struct apertium_cfg cfg = {.modes_dir = c->apertium_modes,
        .in_flight_max = IN_FLIGHT_MAX,
        .queue_max = queue_max(c),
        .idle_ms = IDLE_MS,
        .request_timeout_ms = SILENT_MS};

    return apertium_open(&cfg, err);
}

struct engine *
engines_open(const struct conf *c, struct err *err)
{
    if (strcmp(c->engine, "echo") == 0)
        return open_echo(c);
    return open_apertium(c, err);
}
