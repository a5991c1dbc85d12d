/* SPDX-License-Identifier: ISC */
#include "trace/span.h"

#include <sodium.h>
#include <string.h>

#include "wire/json.h"

enum { KIND_INTERNAL = 1, STATUS_ERROR = 2, US_IN_NS = 1000 };

/* Of the trace (absent: none) and what else tells pieces apart. */
static void
hash(unsigned char *ret, size_t n, const unsigned char *trace, const char *what,
    struct span which, int number)
{
    unsigned char whole[crypto_generichash_BYTES];
    crypto_generichash_state state;

    crypto_generichash_init(&state, NULL, 0, sizeof(whole));
    if (trace)
        crypto_generichash_update(&state, trace, TRACE_ID_BYTES);
    crypto_generichash_update(
        &state, (const unsigned char *)what, strlen(what) + 1);
    crypto_generichash_update(
        &state, (const unsigned char *)&number, sizeof(number));
    crypto_generichash_update(
        &state, (const unsigned char *)which.p, which.len);
    crypto_generichash_final(&state, whole, sizeof(whole));
    memcpy(ret, whole, n);
}

void
trace_id_of(struct span message_id, unsigned char ret[TRACE_ID_BYTES])
{
    hash(ret, TRACE_ID_BYTES, NULL, "message", message_id, 0);
}

bool
trace_is_sampled(const unsigned char trace[TRACE_ID_BYTES], int sample)
{
    uint32_t draw;

    memcpy(&draw, trace, sizeof(draw));
    return draw % TRACE_SAMPLE_MAX < (uint32_t)sample;
}

void
trace_send_id(const unsigned char trace[TRACE_ID_BYTES],
    unsigned char ret[TRACE_SPAN_ID_BYTES])
{
    hash(ret, TRACE_SPAN_ID_BYTES, trace, "send", SPAN(""), 0);
}

void
trace_translation_id(const unsigned char trace[TRACE_ID_BYTES], int revision,
    struct span language, unsigned char ret[TRACE_SPAN_ID_BYTES])
{
    hash(ret, TRACE_SPAN_ID_BYTES, trace, "translation", language, revision);
}

void
trace_piece_id(unsigned char ret[TRACE_SPAN_ID_BYTES])
{
    randombytes_buf(ret, TRACE_SPAN_ID_BYTES);
}

void
trace_attribute(struct trace_span *s, const char *key, struct span value)
{
    struct span kept = utf8_fit(value, TRACE_VALUE_BYTES - 1);

    if (s->n_attributes == TRACE_ATTRIBUTES_MAX || value.len == 0)
        return;
    s->attributes[s->n_attributes].key = key;
    memcpy(s->attributes[s->n_attributes].value, kept.p, kept.len);
    s->attributes[s->n_attributes++].value[kept.len] = '\0';
}

static void
put_attribute(struct buf *b, const char *key, const char *value)
{
    buf_addc(b, '{');
    json_put_field(b, "key", span_of(key));
    buf_addz(b, ",\"value\":{");
    json_put_field(b, "stringValue", span_of(value));
    buf_addz(b, "}}");
}

static void
put_hex(struct buf *b, const char *key, const unsigned char *bytes, size_t n)
{
    char hex[2 * TRACE_ID_BYTES + 1];

    sodium_bin2hex(hex, sizeof(hex), bytes, n);
    json_put_field(b, key, span_of(hex));
    buf_addc(b, ',');
}

static void
put_span(struct buf *b, const struct trace_span *s, int64_t wall_us)
{
    long long start = (s->start_us + wall_us) * US_IN_NS;
    long long end = (s->end_us + wall_us) * US_IN_NS;

    buf_addc(b, '{');
    put_hex(b, "traceId", s->trace, sizeof(s->trace));
    put_hex(b, "spanId", s->id, sizeof(s->id));
    if (!sodium_is_zero(s->parent, sizeof(s->parent)))
        put_hex(b, "parentSpanId", s->parent, sizeof(s->parent));
    json_put_field(b, "name", span_of(s->name));
    buf_addf(b,
        ",\"kind\":%d,\"startTimeUnixNano\":\"%lld\","
        "\"endTimeUnixNano\":\"%lld\",\"attributes\":[",
        KIND_INTERNAL, start, end);
    for (int i = 0; i < s->n_attributes; i++) {
        if (i)
            buf_addc(b, ',');
        put_attribute(b, s->attributes[i].key, s->attributes[i].value);
    }
    buf_addf(b, "],\"status\":{\"code\":%d}}", s->failed ? STATUS_ERROR : 0);
}

void
trace_format(struct buf *b, const char *service, int64_t wall_us,
    struct trace_span *const *spans, size_t n)
{
    buf_addz(b, "{\"resourceSpans\":[{\"resource\":{\"attributes\":[");
    put_attribute(b, "service.name", service);
    buf_addc(b, ',');
    put_attribute(b, "service.version", MEESHY_VERSION);
    buf_addz(b, "]},\"scopeSpans\":[{\"scope\":{\"name\":\"meeshy\"},"
                "\"spans\":[");
    for (size_t i = 0; i < n; i++) {
        if (i)
            buf_addc(b, ',');
        put_span(b, spans[i], wall_us);
    }
    buf_addz(b, "]}]}]}");
}
