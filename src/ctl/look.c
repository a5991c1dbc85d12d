/* SPDX-License-Identifier: ISC */
#include "ctl/look.h"

#include <stdio.h>

#include "base/clock.h"

/* True with both bodies; a program without statistics is not up either. */
static bool
get_both(struct client *c, struct span base, struct buf *health,
    struct buf *stats, struct err *err)
{
    struct client_call call = {.method = "GET", .base = base};

    call.path = "/health";
    if (!client_do(c, &call, health, err))
        return false;
    call.path = "/stats";
    return client_do(c, &call, stats, err);
}

void
look_translator(
    struct client *c, struct span base, struct sample_translator *ret)
{
    struct buf health = {0}, stats = {0};
    struct err err;

    *ret = (struct sample_translator){0};
    snprintf(ret->name, sizeof(ret->name), "%.*s", SPAN_ARG(base));
    if (get_both(c, base, &health, &stats, &err))
        sample_translator_read(ret, buf_span(&health), buf_span(&stats));
    else
        snprintf(ret->why, sizeof(ret->why), "%s", err.text);
    buf_free(&health);
    buf_free(&stats);
}

static void
look_gateway(struct client *c, const struct opts *o, struct sample_gateway *ret)
{
    struct buf health = {0}, stats = {0};
    struct err err;

    *ret = (struct sample_gateway){0};
    if (get_both(c, span_of(o->gateway), &health, &stats, &err))
        sample_gateway_read(ret, buf_span(&health), buf_span(&stats));
    else
        snprintf(ret->why, sizeof(ret->why), "%s", err.text);
    buf_free(&health);
    buf_free(&stats);
}

void
look_all(struct client *c, const struct opts *o, struct sample *ret)
{
    struct span rest = span_of(o->translators);

    *ret = (struct sample){.mono_us = clock_mono_us()};
    look_gateway(c, o, &ret->gateway);
    while (rest.p && ret->n_translators < SAMPLE_TRANSLATORS_MAX) {
        struct span base = span_trim(span_cut(&rest, ','));
        if (base.len > 0)
            look_translator(c, base, &ret->translators[ret->n_translators++]);
    }
}
