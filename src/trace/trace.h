/* SPDX-License-Identifier: ISC */
#ifndef TRACE_TRACE_H
#define TRACE_TRACE_H

#include "base/err.h"
#include "trace/span.h"

/*
 * trace - sends pieces of traces to a collector of OpenTelemetry by OTLP over
 * HTTP, in JSON, on a thread of its own.
 *
 * The queue is bounded: who adds to a full one loses the piece, and so do those
 * whom the collector does not take.  Nobody ever waits.  Any thread may add.
 */
struct trace;

enum {
    TRACE_QUEUE_MAX = 4096,
    TRACE_BATCH_MAX = 256,
    TRACE_TIMEOUT_MS = 2000, /* of one request */
};

struct trace_cfg {
    const char *url; /* "http://127.0.0.1:4318/v1/traces"; "": no traces */
    const char *service; /* constant */
    int sample; /* messages of TRACE_SAMPLE_MAX that are traced */
};

/* Is the URL one that it can send to?  "" is. */
bool trace_check_url(const char *url, struct err *err);

/* *ret is NULL without a URL; all functions take that. */
bool trace_start(
    struct trace **ret, const struct trace_cfg *cfg, struct err *err);
/* Sends what is there, unless the collector fails, and ends. */
void trace_stop(struct trace *t);

/* Is the message traced?  Then its id is filled in. */
bool trace_begin(const struct trace *t, struct span message_id,
    unsigned char ret[TRACE_ID_BYTES]);
/* The piece is copied. */
void trace_add(struct trace *t, const struct trace_span *piece);

struct trace_counts {
    uint64_t sent, lost;
};
struct trace_counts trace_counts(struct trace *t);
/* The same for Prometheus, as PROGRAM_trace_spans_total; nothing of NULL. */
void trace_put_metrics(struct buf *b, struct trace *t, const char *program);

#endif
