/* SPDX-License-Identifier: ISC */
#include "translator/engines.h"

#include <string.h>

#include "base/log.h"
#include "engine/apertium.h"
#include "engine/echo.h"
#include "engine/neural.h"
#include "engine/router.h"

enum {
    IN_FLIGHT_MAX = 64, /* requests inside one pipeline */
    /* Waiting for one pair: what all the workers there can ever be may have. */
    QUEUE_MAX = 2 * POOL_WORKERS_MAX * ROUTER_LINES_IN_FLIGHT,
    IDLE_MS = 10 * 60 * 1000,
    KEEP_MS = 10 * 1000, /* while all hold more than APERTIUM_MEMORY_MB */
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
        .bytes_max = (long long)c->apertium_memory_mb << 20,
        .keep_ms = KEEP_MS,
        .request_timeout_ms = SILENT_MS};

    return apertium_open(&cfg, err);
}

/* What models compute with, and a line where that is not what was asked. */
static enum precision
choose_precision(const struct conf *c)
{
    enum precision p = precision_here(c->precision);

    if (p != c->precision)
        log_warn("this processor does not multiply bfloat16:"
                 " neural models compute with %s asked=%s",
            precision_name(p), c->quantization_level);
    else if (strcmp(c->quantization_level, precision_name(p)) != 0)
        log_info("neural models compute with %s asked=%s", precision_name(p),
            c->quantization_level);
    return p;
}

static struct engine *
open_neural(const struct conf *c, struct err *err)
{
    struct neural_cfg cfg = {.folders = c->neural_models,
        .bytes_max = (size_t)c->neural_memory_mb << 20,
        .precision = choose_precision(c),
        .batcher = {.threads = c->neural_threads,
            .rows = c->neural_batch_rows,
            .fill_when_empty = !c->neural_continuous,
            .device = c->device},
        .beam = c->neural_beam,
        .waiting_max = QUEUE_MAX};

    return neural_open(&cfg, err);
}

size_t
engines_open(const struct conf *c, struct engine *ret[ENGINES_MAX])
{
    struct err err = {0};
    size_t n = 0;

    if (!c->wants_apertium && !c->wants_neural)
        ret[n++] = open_echo();
    if (c->wants_neural && (ret[n] = open_neural(c, &err)))
        n++;
    else if (c->wants_neural)
        log_error("no neural models reason=\"%s\"", err.text);
    if (c->wants_apertium && (ret[n] = open_apertium(c, &err)))
        n++;
    else if (c->wants_apertium)
        log_error("no language pairs of Apertium reason=\"%s\"", err.text);
    return n;
}
