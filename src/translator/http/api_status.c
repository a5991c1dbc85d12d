/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "text/lang.h"
#include "translator/http/api_impl.h"
#include "wire/json.h"

bool
api_front_works(const struct translator *t)
{
    return clock_mono_ms() - t->stats.front_ticked_ms < API_FRONT_SILENT_MS;
}

bool
api_is_ready(const struct translator *t)
{
    return api_front_works(t) && offer_pairs(t->offer) > 0;
}

/* What every status answer begins with; the object stays open. */
static void
put_head(struct buf *b, const struct translator *t, const char *status)
{
    buf_addc(b, '{');
    json_put_field(b, "status", span_of(status));
    buf_addz(b,
        ",\"service\":\"meeshy-translator\",\"version\":\"" MEESHY_VERSION
        "\"");
    api_put_real(b, "timestamp", (double)clock_wall_ms() / 1e3);
    api_put_real(b, "uptime_seconds", stats_uptime_s(&t->stats));
}

void
api_status(struct buf *b, const struct translator *t, const char *status)
{
    put_head(b, t, status);
    buf_addc(b, '}');
}

static void
put_pool(struct buf *b, const char *name, struct pool *p)
{
    struct pool_stats s = pool_stats(p);

    buf_addf(b,
        "\"%s\":{\"queued\":%zu,\"capacity\":%zu,\"workers\":%d,\"busy\":%d}",
        name, s.waiting, s.waiting_max, s.workers, s.busy);
}

bool
api_health(struct buf *b, struct translator *t)
{
    const struct offer_list *list = offer_hold(t->offer);
    bool front = api_front_works(t), engines = list->n_pairs > 0;

    put_head(b, t, front && engines ? "healthy" : "degraded");
    buf_addf(b, ",\"components\":{\"zmq_server\":{\"status\":\"%s\"",
        front ? "healthy" : "unhealthy");
    api_put_text(b, "address", t->conf->host);
    buf_addf(b, ",\"port\":%d,\"pub_port\":%d", front_sub_port(t->front),
        front_pub_port(t->front));
    api_put_text(b, "pattern", t->conf->zmq_pattern);
    buf_addf(b, "},\"engines\":{\"status\":\"%s\"",
        engines ? "healthy" : "unhealthy");
    api_put_text(b, "engine", t->conf->engine);
    buf_addf(b, ",\"pairs\":%zu", list->n_pairs);
    api_put_text(b, "languages", list->languages);
    offer_release(t->offer, list);
    buf_addz(b, "}},\"pools\":{");
    put_pool(b, "normal", t->normal);
    buf_addc(b, ',');
    put_pool(b, "any", t->any);
    buf_addf(b, "},\"tasks_in_flight\":%zu}", front_in_flight(t->front));
    return front && engines;
}

static void
put_language(struct buf *b, struct span code)
{
    const struct lang *known = lang_find(code);

    buf_addc(b, '{');
    json_put_field(b, "code", code);
    json_add_field(b, "name", known ? span_of(known->name) : code);
}

static bool
is_source(const struct offer_list *list, struct span code)
{
    for (size_t i = 0; i < list->n_sources; i++)
        if (span_eqz(code, list->sources[i]))
            return true;
    return false;
}

/* Those that can only be written: clients look for their target here, too. */
static void
put_targets_alone(struct buf *b, const struct offer_list *list)
{
    struct span rest = span_of(list->languages);

    while (rest.p) {
        struct span code = span_cut(&rest, ',');
        if (!code.len || is_source(list, code))
            continue;
        buf_addc(b, ',');
        put_language(b, code);
        buf_addz(b, ",\"targets\":[],\"quality\":{}}");
    }
}

/* The targets of the n pairs, which have one source, and how good each is. */
static void
put_targets(struct buf *b, const struct engine_pair *pairs, size_t n)
{
    buf_addz(b, ",\"targets\":[");
    for (size_t i = 0; i < n; i++) {
        buf_addz(b, i ? "," : "");
        json_put_str(b, span_of(pairs[i].target));
    }
    buf_addz(b, "],\"quality\":{");
    for (size_t i = 0; i < n; i++) {
        buf_addz(b, i ? "," : "");
        json_put_field(b, pairs[i].target,
            span_of(pair_class_name(offer_class(&pairs[i]))));
    }
    buf_addz(b, "}}");
}

void
api_languages(struct buf *b, const struct translator *t)
{
    const struct offer_list *list = offer_hold(t->offer);
    const struct engine_pair *pairs = list->pairs;

    buf_addc(b, '[');
    for (size_t i = 0, n; i < list->n_pairs; i += n) {
        for (n = 1; i + n < list->n_pairs; n++)
            if (strcmp(pairs[i + n].source, pairs[i].source) != 0)
                break;
        buf_addz(b, i ? "," : "");
        put_language(b, span_of(pairs[i].source));
        put_targets(b, &pairs[i], n);
    }
    if (list->n_pairs > 0)
        put_targets_alone(b, list);
    buf_addc(b, ']');
    offer_release(t->offer, list);
}

/* English when we write it, else what comes first. */
static struct span
usual_target(const struct offer_list *offered)
{
    struct span list = span_of(offered->languages), first = {NULL, 0};

    while (list.p) {
        struct span code = span_cut(&list, ',');
        if (span_eqz(code, "en"))
            return code;
        if (!first.len)
            first = code;
    }
    return first.len ? first : SPAN("en");
}

void
api_settings(struct buf *b, const struct api *a)
{
    const struct offer_list *list = offer_hold(a->t->offer);
    struct span target = usual_target(list);
    const struct lang *known = lang_find(target);

    buf_addf(b,
        "{\"apiKeys\":%s,\"keyRequired\":%s,\"charLimit\":%zu,"
        "\"frontendTimeout\":500,\"suggestions\":%s,"
        "\"filesTranslation\":false,\"supportedFilesFormat\":[],"
        "\"language\":{\"source\":{\"code\":\"auto\","
        "\"name\":\"Auto Detect\"},\"target\":{",
        gate_has_keys(a->gate) ? "true" : "false",
        gate_requires_key(a->gate) ? "true" : "false", a->limits.chars,
        a->proposals ? "true" : "false");
    json_put_field(b, "code", target);
    json_add_field(b, "name", known ? span_of(known->name) : target);
    buf_addz(b, "}}}");
    offer_release(a->t->offer, list);
}
