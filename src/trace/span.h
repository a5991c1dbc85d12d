/* SPDX-License-Identifier: ISC */
#ifndef TRACE_SPAN_H
#define TRACE_SPAN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

/*
 * span - a piece of what becomes of a message, as OpenTelemetry has it.  Pure.
 *
 * Nothing of a trace travels with a task: its id is a hash of the message's id,
 * so all programs that work for a message say the same one, and sample the same
 * messages when they sample as many.  The ids of the gateway's pieces are hashes
 * too, so that a translator can name what its own are part of.
 *
 * A piece never has a text, a name or an address.
 */
enum {
    TRACE_ID_BYTES = 16,
    TRACE_SPAN_ID_BYTES = 8,
    TRACE_ATTRIBUTES_MAX = 6,
    TRACE_VALUE_BYTES = 64, /* longer ones are cut */
    TRACE_SAMPLE_MAX = 1000, /* of so many messages */
};

struct trace_span {
    unsigned char trace[TRACE_ID_BYTES];
    unsigned char id[TRACE_SPAN_ID_BYTES];
    unsigned char parent[TRACE_SPAN_ID_BYTES]; /* zero: it is the root */
    const char *name; /* constant */
    int64_t start_us, end_us; /* clock_mono_us */
    bool failed;
    int n_attributes;
    struct {
        const char *key; /* constant */
        char value[TRACE_VALUE_BYTES];
    } attributes[TRACE_ATTRIBUTES_MAX];
};

/* The trace of a message. */
void trace_id_of(struct span message_id, unsigned char ret[TRACE_ID_BYTES]);
/* Is it among sample of TRACE_SAMPLE_MAX? */
bool trace_is_sampled(const unsigned char trace[TRACE_ID_BYTES], int sample);

/* The gateway's pieces of a trace: saving the message, and the translation of a
 * revision into a language, from its task to its readers. */
void trace_send_id(const unsigned char trace[TRACE_ID_BYTES],
    unsigned char ret[TRACE_SPAN_ID_BYTES]);
void trace_translation_id(const unsigned char trace[TRACE_ID_BYTES],
    int revision, struct span language, unsigned char ret[TRACE_SPAN_ID_BYTES]);

/* An id of its own for any other piece. */
void trace_piece_id(unsigned char ret[TRACE_SPAN_ID_BYTES]);

/* Of at most TRACE_ATTRIBUTES_MAX; more are left out. */
void trace_attribute(struct trace_span *s, const char *key, struct span value);

/* Append n pieces as a request of OTLP/HTTP in JSON.  wall_us is what the clock
 * on the wall is before clock_mono_us. */
void trace_format(struct buf *b, const char *service, int64_t wall_us,
    struct trace_span *const *spans, size_t n);

#endif
